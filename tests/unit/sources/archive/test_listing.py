from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.audiobook import ListingPage
from ohdio_core.domain.filters import facts_of
from ohdio_core.errors import AnswersDifferently, OhdioError, PermanentError
from ohdio_core.sources.archive.listing import parse_scrape, parse_search, scrape_url, search_url
from tests.unit.sources.archive.answers import doc, scraped, searched


@pytest.mark.parametrize("page", [parse_scrape(scraped(doc("a1"))), parse_search(searched(doc("a1")), 1)])
def test_an_item_is_a_book(page: ListingPage) -> None:
    [book] = page.books
    assert (book.source, book.url, book.external_id) == ("archive", "https://archive.org/details/a1", "a1")
    assert (book.title, book.authors) == ("Titre a1", ("Odile Vachon",))
    assert book.cover_url == "https://archive.org/services/img/a1"


def test_an_item_appeared_when_it_was_made_public() -> None:
    page = parse_scrape(scraped(doc("a1", publicdate="2011-03-05T06:07:08Z"), doc("a2", publicdate=["x"]), doc("a3")))
    assert [book.published for book in page.books] == [datetime(2011, 3, 5, 6, 7, 8, tzinfo=UTC), None, None]


def test_languages_are_asked_for_and_told() -> None:
    for url in (scrape_url("a", None), search_url("a", 1)):
        assert "language" in url
    page = parse_scrape(scraped(doc("a1", language="fre"), doc("a2", language=["English", "fre"]), doc("a3")))
    assert [facts_of(book).language for book in page.books] == ["fr", "en", None]
    assert facts_of(page.books[0]).title == "Titre a1"
    assert all(book.details is None or not book.details.parts for book in page.books)


def test_creators_come_alone_or_in_a_list() -> None:
    [book] = parse_scrape(scraped(doc("a1", creator=["Ada", "Tom"], title=["Un", "Deux"]))).books
    assert (book.title, book.authors) == ("Un", ("Ada", "Tom"))


def test_collections_and_what_has_no_identifier_are_left_out() -> None:
    page = parse_scrape(
        scraped(doc("a1"), doc("a2", mediatype="collection"), doc("librivoxaudio"), {"title": "x"}, doc("a1"))
    )
    assert [book.external_id for book in page.books] == ["a1"]


def test_the_scraping_api_names_what_follows() -> None:
    page = parse_scrape(scraped(doc("a1"), cursor="W3siaWQiOjF9", total=7))
    assert (page.next_cursor, page.total) == ("W3siaWQiOjF9", 7)
    assert parse_scrape(scraped(doc("a1"))).next_cursor is None


def test_the_search_has_pages() -> None:
    assert parse_search(searched(doc("a1"), total=201), 1).next_cursor == "2"
    assert parse_search(searched(doc("a1"), total=201), 2).next_cursor is None
    assert parse_search(searched(total=201), 3).next_cursor is None


def test_the_search_ends_where_the_site_ends_it() -> None:
    page = parse_search(searched(doc("a1"), total=20_000), 50)
    assert ([book.external_id for book in page.books], page.next_cursor) == (["a1"], None)
    assert "first 10000 of 20000" in str(page.note)


def test_a_refusal_is_said() -> None:
    with pytest.raises(PermanentError, match="bad query"):
        parse_scrape(b'{"error": "bad query"}')


@pytest.mark.parametrize(
    "body",
    [
        b'{"results": []}',
        b"<html>Archive</html>",
        b'{"items": [{"id": "a1"}], "response": {"docs": [{"id": "a1"}]}}',
        b'{"items": [{"identifier": "/a 1"}], "response": {"docs": [{"identifier": "/a 1"}]}}',
        b'{"items": [], "total": 3, "response": {"docs": [], "numFound": 3}}',
    ],
    ids=["another list", "a page", "items without identifiers", "identifiers that are none", "counted and not shown"],
)
def test_another_form_is_not_no_items(body: bytes) -> None:
    for read in (parse_scrape, lambda each: parse_search(each, 1)):
        with pytest.raises(AnswersDifferently, match=r"^archive\.org answers differently than this version knows"):
            read(body)


def test_the_last_page_may_be_empty_and_so_may_what_nothing_is_in() -> None:
    assert parse_scrape(scraped(total=7), is_first=False).books == ()
    assert parse_scrape(scraped(total=0)).books == ()
    assert parse_search(searched(total=0), 1).books == ()


def test_collections_alone_are_no_other_form() -> None:
    assert parse_scrape(scraped(doc("librivoxaudio"), doc("a2", mediatype="collection"))).books == ()


@given(st.binary())
def test_any_bytes_give_a_page_or_a_named_error(body: bytes) -> None:
    for read in (parse_scrape, lambda each: parse_search(each, 1)):
        with pytest.raises(OhdioError):
            read(body)
