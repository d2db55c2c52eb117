from __future__ import annotations

import pytest

from ohdio_core.domain.audiobook import TargetKind
from ohdio_core.sources.rss.links import book_url, fetchable, is_book, match


@pytest.mark.parametrize(
    "url",
    [
        "https://podcasts.example/show.xml",
        "https://podcasts.example/show.RSS?utm_source=x",
        "http://podcasts.example:8080/show/feed/",
        "https://podcasts.example/feeds/show",
        "https://podcasts.example/rss/52",
        "https://podcasts.example/show/atom",
        "https://podcasts.example/?feed=podcast",
        "https://podcasts.example/show?format=rss",
        "feed://podcasts.example/show",
        "feed:https://podcasts.example/rss",
        "feed://podcasts.example/feeds/all.m3u8",
        "feed://podcasts.example/show.mp3?format=rss",
        "https://radio-canada.ca/rss/3",
    ],
)
def test_a_link_that_says_it_is_a_feed_is_one(url: str) -> None:
    target = match(url)
    assert target is not None
    assert target.kind is TargetKind.CATEGORY
    assert match(target.url) == target


@pytest.mark.parametrize(
    "url",
    [
        "https://podcasts.example/",
        "https://podcasts.example/feedback",
        "https://media.example/feed/ep1.mp3",
        "https://media.example/rss/ep1.M4B?format=rss",
        "https://media.example/feeds/all.m3u8",
        "https://media.example/feeds/all.pls",
        "https://podcasts.example/show.xmlish",
        "https://podcasts.example/show?format=html",
        "https://ici.radio-canada.ca/ohdio/balados/3/rss",
        "https://m.radio-canada.ca/ohdio/feed.xml",
        "feed://ici.radio-canada.ca/ohdio/balados/3",
        "ftp://podcasts.example/feed.xml",
        "https://x:y@podcasts.example/feed.xml",
        "https://podcasts.example/show#item=1",
        "feed.xml",
    ],
)
def test_anything_else_is_not(url: str) -> None:
    assert match(url) is None


def test_the_scheme_of_readers_is_the_same_feed_as_its_page() -> None:
    assert match("feed://podcasts.example/feed.xml") == match("https://podcasts.example/feed.xml")


def test_an_item_has_one_address_whichever_scheme_its_feed_has() -> None:
    urls = [f"{scheme}://podcasts.example/feed.xml#item=0123456789abcdef" for scheme in ("feed", "https")]
    assert match(urls[0]) == match(urls[1])


def test_the_scheme_of_readers_is_fetched_by_https() -> None:
    assert fetchable("feed://podcasts.example/show") == "https://podcasts.example/show"
    assert fetchable("http://podcasts.example/feed") == "http://podcasts.example/feed"


def test_a_feed_as_one_book_is_a_book() -> None:
    feed = match("feed:https://podcasts.example/feed.xml")
    assert feed is not None
    target = match(book_url(feed.url))
    assert target is not None
    assert (target.kind, target.url) == (TargetKind.AUDIOBOOK, "https://podcasts.example/feed.xml#book")
    assert target.external_id == f"{feed.external_id}-book"
    assert is_book(target.url)
    assert not is_book(feed.url)
    assert match(target.url) == target


def test_a_page_is_no_book_for_its_fragment() -> None:
    assert match("https://podcasts.example/novel#book") is None
