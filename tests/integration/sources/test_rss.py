"""Feeds over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ohdio_core.domain.audiobook import BookRef, MediaKind, Target
from ohdio_core.errors import NotFound, PermanentError
from ohdio_core.sources.http import HttpClientFactory, HttpSettings, SiteClient
from ohdio_core.sources.rss import RssSource
from tests.integration.sources.origin import Origin
from tests.unit.sources.rss.documents import FEED, item, rss

SOURCE = RssSource()
PATH = "/phare/feed.xml"


@pytest.fixture
def http(origin: Origin) -> Iterator[SiteClient]:
    factory = HttpClientFactory(HttpSettings(host_overrides={"podcasts.example": origin.url}))
    yield factory.site("podcasts.example")
    factory.close()


@pytest.fixture
def feed(origin: Origin) -> Target:
    """A feed of two pages."""
    origin.answer(PATH, rss(item(1), channel='<title>Le phare</title><atom:link rel="next" href="?page=2"/>'))
    origin.answer(f"{PATH}?page=2", rss(item(2)))
    target = SOURCE.match(FEED)
    assert target is not None
    return target


def books(feed: Target, http: SiteClient) -> list[BookRef]:
    return [book for page in SOURCE.discover(feed, http) for book in page.books]


def test_pages_are_walked_to_the_last(feed: Target, http: SiteClient) -> None:
    pages = list(SOURCE.discover(feed, http))
    assert [[book.title for book in page.books] for page in pages] == [["Récit 1"], ["Récit 2"]]
    assert [page.next_cursor for page in pages] == [f"{FEED}?page=2", None]


def test_a_cursor_goes_on_where_it_stopped(feed: Target, http: SiteClient) -> None:
    [page] = SOURCE.discover(feed, http, f"{FEED}?page=2")
    assert [book.url for book in page.books] == [books(feed, http)[1].url]


def test_pages_that_lead_in_a_circle_end(origin: Origin, http: SiteClient) -> None:
    origin.answer(PATH, rss(item(1), channel='<title>x</title><atom:link rel="next" href="feed.xml"/>'))
    target = SOURCE.match(FEED)
    assert target is not None
    assert [page.next_cursor for page in SOURCE.discover(target, http)] == [None]


def test_the_listing_is_description_enough(feed: Target, http: SiteClient, origin: Origin) -> None:
    book = books(feed, http)[0]
    asked = len(origin.requests)
    assert SOURCE.describe(book, http) is book.details
    assert len(origin.requests) == asked


def test_an_item_that_was_pasted_is_found_in_its_feed(feed: Target, http: SiteClient) -> None:
    listed = books(feed, http)[1]
    target = SOURCE.match(listed.url)
    assert target is not None
    assert SOURCE.describe(BookRef("rss", target.url, target.external_id), http) == listed.details


def test_an_item_that_is_gone_is_not_found(feed: Target, http: SiteClient) -> None:
    with pytest.raises(NotFound, match="does not list this item"):
        SOURCE.describe(BookRef("rss", f"{feed.url}#item=0123456789abcdef", "x"), http)


def test_the_enclosure_is_what_is_fetched(feed: Target, http: SiteClient) -> None:
    book = books(feed, http)[0]
    assert book.details is not None
    media = SOURCE.resolve(book, book.details.parts[0], http)
    assert (media.url, media.kind) == ("https://audio.example/1.mp3", MediaKind.HTTP)
    assert (media.size, media.is_size_exact) == (1000, False)


def test_an_enclosure_that_is_not_known_is_looked_up(feed: Target, http: SiteClient) -> None:
    book = books(feed, http)[0]
    assert book.details is not None
    unknown = replace(book.details.parts[0], url=None)
    assert SOURCE.resolve(book, unknown, http).url == "https://audio.example/1.mp3"


def test_a_playlist_is_fetched_as_one(origin: Origin, http: SiteClient) -> None:
    origin.answer(PATH, rss(item(1, enclosure='<enclosure url="https://audio.example/a.m3u8?t=1"/>')))
    target = SOURCE.match(FEED)
    assert target is not None
    [book] = books(target, http)
    assert book.details is not None
    assert SOURCE.resolve(book, book.details.parts[0], http).kind is MediaKind.HLS


def test_a_page_in_place_of_a_feed_is_a_clear_error(origin: Origin, http: SiteClient) -> None:
    origin.answer(PATH, b"<html><body>Bonjour</body></html>")
    target = SOURCE.match(FEED)
    assert target is not None
    with pytest.raises(PermanentError, match="not a feed but a web page"):
        next(SOURCE.discover(target, http))


def test_each_host_is_paced_by_itself() -> None:
    assert SOURCE.politeness_key(FEED) == "podcasts.example"
    assert SOURCE.politeness_key("feed://podcasts.example/x") == "podcasts.example"
