from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.sources.ohdio.state import page_data
from tests.unit.sources.ohdio.answers import book, page

PATH = "/ohdio/livres-audio/77001/le-phare"


def test_the_state_of_the_page_is_found_by_its_path() -> None:
    assert page_data(page("", book()), PATH) == book()


def test_a_trailing_slash_is_the_same_page() -> None:
    assert page_data(page("", book()), PATH + "/") == book()


def test_a_state_without_the_root_in_its_paths_is_read() -> None:
    assert page_data(page("", book(), "/livres-audio/77001/le-phare"), PATH) == book()


@pytest.mark.parametrize(
    "key",
    [
        f"{PATH}?pageNumber=1",
        f"{PATH}/",
        "/ohdio/livres-audio/77001",
        "/livres-audio/77001/",
        "/ohdio/livres-audio/77001/un-autre-titre?x=1",
    ],
)
def test_another_name_of_the_same_page_is_its_own(key: str) -> None:
    assert page_data(page("", book(), key), PATH) == book()


def test_of_several_pages_the_one_that_was_asked_for_is_its_own() -> None:
    pages = {f"{PATH}?pageNumber={number}": {"data": number} for number in (1, 2, 3)}
    html = f"window._rcState_ = {json.dumps({'pagesV2': {'pages': pages}})}".encode()
    assert page_data(html, f"https://ici.radio-canada.ca{PATH}?pageNumber=2") == 2


def test_the_page_of_another_thing_is_not() -> None:
    for key in ("/ohdio/livres-audio/7700/le-phare", "/ohdio/balados/77001/le-phare", "/ohdio/livres-audio/1/77001"):
        assert page_data(page("", book(), key), PATH) is None


@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_state_that_is_parsed_from_a_text_is_read(quote: str) -> None:
    data = {"title": 'L\'été & \\ « "oui" » </script>\n'}
    text = json.dumps({"pagesV2": {"pages": {PATH: {"data": data}}}})
    said = json.dumps(text)[1:-1].replace("</", "\\x3C/").replace("'", "\\'")
    if quote == "'":
        said = said.replace('\\"', '"')
    assert page_data(f"<script>window._rcState_ = JSON.parse({quote}{said}{quote});</script>".encode(), PATH) == data


def test_the_older_marks_around_it_are_skipped() -> None:
    html = page("", book()).replace(b"= {", b"= /*bns*/ {").replace(b"};<", b"} /*bne*/;<")
    assert page_data(html, PATH) == book()


@pytest.mark.parametrize(
    "html",
    [
        b"",
        b"<html></html>",
        b"<script>window._rcState_ = {",
        b"<script>window._rcState_ = {}</script>",
        b'<script>window._rcState_ = {"pagesV2":{"pages":[]}}</script>',
        page("", book(), "/ohdio/other"),
        b"<script>window._rcState_ = " + b'{"a":' * 100_000,
        b'<script>window._rcState_ = JSON.parse("{")',
        b'<script>window._rcState_ = JSON.parse("\\u")',
        b"<script>window._rcState_ = JSON.parse('{",
    ],
)
def test_a_page_without_it_has_none(html: bytes) -> None:
    assert page_data(html, PATH) is None


@given(st.binary(), st.text())
def test_any_bytes_give_none(rest: bytes, path: str) -> None:
    assert page_data(b"window._rcState_ = {" + rest, path) is None
