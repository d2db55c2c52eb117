from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.errors import NotFound, OhdioError, PermanentError
from ohdio_core.sources.archive.book import book_from
from ohdio_core.sources.archive.durations import parse_length
from ohdio_core.sources.archive.item import ArchiveItem, parse_item, parse_item_xml
from tests.fixtures.effort import seconds_of_work
from tests.unit.sources.archive.answers import ITEM, MD5, SHA1, file, files_xml, item, meta_xml, old_item

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


class TestShapes:
    @pytest.mark.parametrize(
        "read",
        [
            lambda: parse_item(item(), ITEM),
            lambda: parse_item(old_item(), ITEM),
            lambda: parse_item_xml(meta_xml(), files_xml(), ITEM),
        ],
        ids=["metadata", "details", "xml"],
    )
    def test_every_shape_gives_the_same_files(self, read: Callable[[], ArchiveItem]) -> None:
        found = read()
        assert found.first("title") == "Le gardien de la brume"
        assert found.values("creator") == ("Odile Vachon", "Rémi Lantier")
        first = found.files[0]
        assert (first.name, first.format, first.is_original) == ("gardien_01_vachon.mp3", "128Kbps MP3", True)
        assert (first.size, first.checksum, first.track) == (1000, ("sha1", SHA1), (0, 1))
        assert first.length == timedelta(seconds=60.5)
        derived = found.files[3]
        assert (derived.original, derived.length) == ("gardien_01_vachon.mp3", timedelta(minutes=1))

    def test_md5_serves_where_there_is_no_sha1(self) -> None:
        [first, _] = parse_item(item([file("a.mp3", sha1=None)]), ITEM).files
        assert first.checksum == ("md5", MD5)

    @pytest.mark.parametrize("odd", ["", "xyz", SHA1[:-1]])
    def test_a_checksum_that_is_none_is_not_used(self, odd: str) -> None:
        [first, _] = parse_item(item([file("a.mp3", sha1=odd, md5=odd)]), ITEM).files
        assert first.checksum is None

    @pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b'{"error":"not found"}'])
    def test_an_unknown_item_is_not_found(self, body: bytes) -> None:
        with pytest.raises(NotFound, match="gardien"):
            parse_item(body, ITEM)

    @pytest.mark.parametrize("body", [b"<html>busy</html>", b"", b'{"files": []}'])
    def test_another_answer_is_an_error(self, body: bytes) -> None:
        with pytest.raises(PermanentError):
            parse_item(body, ITEM)

    def test_what_was_taken_down_is_said(self) -> None:
        with pytest.raises(NotFound, match="taken the item"):
            book_from(parse_item(b'{"is_dark": true}', ITEM))


class TestAnything:
    @given(st.binary())
    def test_any_bytes_give_an_item_or_a_named_error(self, body: bytes) -> None:
        with pytest.raises(OhdioError):
            parse_item(body, ITEM)
        with pytest.raises(OhdioError):
            parse_item_xml(body, body, ITEM)

    @given(json_values, json_values, json_values)
    def test_any_values_give_a_book_or_a_named_error(self, metadata: object, files: object, field: object) -> None:
        odd = [{**file("a.mp3"), "length": field, "track": field, "original": field, "title": field, "size": field}]
        for answer in (
            {"metadata": metadata, "files": files},
            {"metadata": {"title": field, "creator": field, "date": field, "description": field}, "files": odd},
            {"metadata": {"title": "x"}, "files": {"/a.mp3": field, "/b.mp3": {"format": field, "source": field}}},
        ):
            try:
                details = book_from(parse_item(json.dumps(answer).encode(), ITEM))
            except OhdioError:
                continue
            assert details.title
            assert details.parts

    @pytest.mark.fuzz
    @pytest.mark.parametrize("body", [b"[" * 1_000_000, b'{"metadata":' * 80_000, b"<files>" * 140_000])
    def test_a_megabyte_of_nesting_takes_no_time(self, body: bytes) -> None:
        def parse() -> None:
            with pytest.raises(OhdioError):
                parse_item(body, ITEM)
            with pytest.raises(OhdioError):
                parse_item_xml(body, body, ITEM)

        assert seconds_of_work(parse, enough=3) < 3


class TestLength:
    @pytest.mark.parametrize(
        ("text", "seconds"),
        [("700.37", 700.37), ("11:40", 700), ("1:02:03", 3723), ("02:36", 156), ("62:03.5", 3723.5), (" 5 ", 5)],
    )
    def test_both_notations_are_read(self, text: str, seconds: float) -> None:
        assert parse_length(text) == timedelta(seconds=seconds)

    @pytest.mark.parametrize("text", ["", "0", "0:00", "-3", "abc", "1e9", "99999999", "1:2:3:4", "٣:٤٥"])
    def test_anything_else_is_no_length(self, text: str) -> None:
        assert parse_length(text) is None

    @given(st.text())
    def test_no_text_raises(self, text: str) -> None:
        parse_length(text)
