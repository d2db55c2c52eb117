"""A megabyte of what does not nest but repeats takes no time in any parser."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from ohdio_core.errors import OhdioError
from ohdio_core.sources.librivox.api import parse_books
from ohdio_core.sources.librivox.page import parse_page
from ohdio_core.sources.librivox.results import parse_results
from tests.fixtures.effort import seconds_of_work
from tests.unit.sources.librivox.answers import book_page, books, record, result, results, section

MEGABYTE = 1_000_000
PIECES = ("(", "1", " ", "a", "(1850 ", "a,", "1:", "&", "<br>", "<a/>", "-", "librivox.org/rss/1")


def much(piece: str) -> str:
    return piece * (MEGABYTE // len(piece))


def page_seconds(html: bytes) -> float:
    return seconds_of_work(lambda: parse_page(html), enough=3)


def books_seconds(*records: dict[str, Any]) -> float:
    body = books(*records)

    def parse() -> None:
        with contextlib.suppress(OhdioError):
            parse_books(body)

    return seconds_of_work(parse, enough=3)


@pytest.mark.full
@pytest.mark.parametrize("piece", PIECES)
class TestText:
    @pytest.mark.fuzz
    @pytest.mark.parametrize(
        "name", ["title", "description", "language", "url_iarchive", "url_librivox", "coverart_jpg", "totaltimesecs"]
    )
    def test_in_a_record(self, piece: str, name: str) -> None:
        assert books_seconds(record() | {name: much(piece)}) < 3

    @pytest.mark.fuzz
    @pytest.mark.parametrize("name", ["title", "listen_url", "playtime", "section_number"])
    def test_in_a_section(self, piece: str, name: str) -> None:
        assert books_seconds(record(sections=[section(1) | {name: much(piece)}])) < 3

    @pytest.mark.fuzz
    def test_as_a_person(self, piece: str) -> None:
        assert books_seconds(record(sections=[section(1, readers=(f"({much(piece)}",))])) < 3

    @pytest.mark.fuzz
    @pytest.mark.parametrize(
        "place", ["Odile VACHON (1850 - 1920", "Chapitre 1", "Ginette Aubut", "00:01:00", "French", "00:03:00"]
    )
    def test_on_a_page(self, piece: str, place: str) -> None:
        assert page_seconds(book_page().replace(place.encode(), f"({much(piece)}".encode(), 1)) < 3

    @pytest.mark.fuzz
    @pytest.mark.parametrize("place", ["Odile VACHON", "(1850 - 1920)", "Récit 3", "French"])
    def test_in_a_result(self, piece: str, place: str) -> None:
        body = results(result(3).replace(place, f"({much(piece)}", 1))
        assert seconds_of_work(lambda: parse_results(body, 1), enough=3) < 3


@pytest.mark.fuzz
@pytest.mark.parametrize(
    "tag",
    [
        "<tr><td>",
        "<tr></tr>",
        "<td>",
        "<th>a</th>",
        "<tr><th>Reader<td>a",
        "<tr><td><a href=https://a.b/x.mp3></a></td></tr>",
    ],
)
def test_rows_of_a_page_without_end(tag: str) -> None:
    html = f"<div class=book-page><h1>x</h1></div><table class=chapter-download>{much(tag)}"
    assert page_seconds(html.encode()) < 3


@pytest.mark.fuzz
@pytest.mark.parametrize(
    "tag",
    [
        "<dl class=product-details><dt>Running Time</dt></dl>",
        "<p class=book-page-genre>a</p>",
        "<a class=download-cover href=x></a>",
        "<div class=description></div>",
        "<p class=book-page-author><a href=/author/>x</a></p>",
    ],
)
def test_elements_of_a_page_without_end(tag: str) -> None:
    assert page_seconds(book_page() + much(tag).encode()) < 3


@pytest.mark.fuzz
@pytest.mark.parametrize(
    "tag", ["<h3><a href=/></a></h3>", "<p class=book-author><a>x</a></p>", "<li class=catalog-result>", result(3)]
)
def test_results_without_end(tag: str) -> None:
    body = results(f"<li class=catalog-result>{much(tag)}")

    def parse() -> None:
        with contextlib.suppress(OhdioError):
            parse_results(body, 1)

    assert seconds_of_work(parse, enough=3) < 3


@pytest.mark.fuzz
@pytest.mark.parametrize(
    "more",
    [
        lambda: {"sections": [{"id": str(number)} for number in range(MEGABYTE // 16)]},
        lambda: {"sections": [{"listen_url": "http://a.b"}] * (MEGABYTE // 30)},
        lambda: {"authors": [{"last_name": "&"}] * (MEGABYTE // 20)},
        lambda: {"genres": [{"name": "<"}] * (MEGABYTE // 16)},
        lambda: {"sections": [section(1, readers=("&",) * (MEGABYTE // 40))]},
    ],
    ids=["sections", "addresses", "authors", "genres", "readers"],
)
def test_records_without_end(more: Any) -> None:
    assert books_seconds(record() | more()) < 3
