"""A megabyte of what does not nest but repeats takes no time in any parser."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest

from ohdio_core.errors import OhdioError, PermanentError
from ohdio_core.sources.archive.book import book_from
from ohdio_core.sources.archive.item import ArchiveItem, parse_item, parse_item_xml
from ohdio_core.sources.archive.listing import parse_scrape
from tests.fixtures.effort import seconds_of_work
from tests.unit.sources.archive.answers import ITEM, doc, file, item, scraped

MEGABYTE = 1_000_000
PIECES = ("(", "1", " ", "a", "A ", "Read by A, ", "lu par ", "1:", ";", "a;", "<br>", "<a/>", "&", "-", "_64kb", "/")


def seconds(item_: ArchiveItem) -> float:
    def describe() -> None:
        with contextlib.suppress(OhdioError):
            book_from(item_)

    return seconds_of_work(describe, enough=3)


@pytest.mark.full
@pytest.mark.parametrize("piece", PIECES)
class TestText:
    @pytest.mark.fuzz
    @pytest.mark.parametrize("name", ["title", "creator", "narrator", "description", "subject", "language", "date"])
    def test_in_a_field(self, piece: str, name: str) -> None:
        assert seconds(parse_item(item(None, {name: piece * (MEGABYTE // len(piece))}), ITEM)) < 3

    @pytest.mark.fuzz
    @pytest.mark.parametrize("name", ["title", "track", "length", "format", "size"])
    def test_in_a_file(self, piece: str, name: str) -> None:
        text = piece * (MEGABYTE // len(piece))
        assert seconds(parse_item(item([file("a.mp3") | {name: text}]), ITEM)) < 3

    @pytest.mark.fuzz
    def test_as_a_files_name(self, piece: str) -> None:
        text = piece * (MEGABYTE // len(piece))
        assert seconds(parse_item(item([file(f"{text}.mp3"), file(f"{text}_64kb.mp3")]), ITEM)) < 3

    @pytest.mark.fuzz
    @pytest.mark.parametrize("name", ["title", "creator", "language", "publicdate"])
    def test_in_a_listing(self, piece: str, name: str) -> None:
        body = scraped(doc("a1") | {name: piece * (MEGABYTE // len(piece))})
        assert seconds_of_work(lambda: parse_scrape(body), enough=3) < 3


@pytest.mark.fuzz
@pytest.mark.parametrize("tag", ["<a/>", "<title>x</title>", "<creator/>", "<file name='a.mp3'/>", "<file/>"])
def test_elements_of_an_items_xml(tag: str) -> None:
    listed = tag * (MEGABYTE // len(tag))

    def parse() -> None:
        with contextlib.suppress(OhdioError):
            book_from(parse_item_xml(f"<metadata>{listed}</metadata>".encode(), b"<files/>", ITEM))
        with contextlib.suppress(OhdioError):
            book_from(parse_item_xml(b"<metadata/>", f"<files>{listed}</files>".encode(), ITEM))

    # Two megabytes, and a description of each.
    assert seconds_of_work(parse, enough=6) < 6


@pytest.mark.fuzz
@pytest.mark.parametrize(
    "entry",
    [
        lambda number: {"name": f"{number}.mp3"},
        lambda _: {"name": "a.mp3", "length": "5"},
        lambda number: {"name": f"{number}.mp3", "original": f"{number - 1}.mp3", "source": "derivative"},
        lambda number: {"name": f"{number}.m4b", "size": "7"},
    ],
    ids=["names", "one name", "chain", "whole books"],
)
def test_files_without_end(entry: Any) -> None:
    files = [entry(number) for number in range(MEGABYTE // (len(json.dumps(entry(MEGABYTE))) + 2))]
    body = json.dumps({"metadata": {"title": "x"}, "files": files}).encode()

    def parse() -> None:
        with contextlib.suppress(OhdioError):
            book_from(parse_item(body, ITEM))

    assert seconds_of_work(parse, enough=3) < 3


def test_an_item_with_more_recordings_than_any_book_is_refused_in_a_sentence() -> None:
    with pytest.raises(PermanentError, match="more than 10,000 recordings"):
        book_from(parse_item(item([file(f"{number}.mp3") for number in range(10_001)]), ITEM))


@pytest.mark.fuzz
def test_items_of_a_listing_without_end() -> None:
    body = scraped(*({"identifier": str(number)} for number in range(40_000)))
    assert seconds_of_work(lambda: parse_scrape(body), enough=3) < 3
