"""Feeds and playlists that a page leads on to."""

from __future__ import annotations

import pytest

from ohdio_core.errors import PermanentError
from ohdio_core.sources.web.document import Document
from ohdio_core.sources.web.linked_lists import read_feeds, read_playlists

URL = "https://stories.example/books/page.html"


def document(html: str) -> Document:
    return Document(html.encode(), URL)


def test_feeds_are_those_of_the_page_and_not_of_its_comments() -> None:
    html = """<link rel="alternate" type="application/rss+xml" href="/feed">
    <link rel="alternate" hreflang="fr" href="/fr">
    <link rel="alternate" type="application/rss+xml" title="Comments" href="/c">
    <link rel="ALTERNATE" type="application/atom+xml" href="/atom">"""
    assert read_feeds(document(html)) == ("https://stories.example/feed", "https://stories.example/atom")


@pytest.mark.parametrize(
    "link",
    ['type="text/xml" href="/show"', 'type="application/xml; charset=utf-8" href="/show"', 'href="/show.xml"',
     'type="" href="/show.rss"', 'href="/feed/podcast"'],
)  # fmt: skip
def test_a_feed_may_be_named_as_xml_or_by_its_address_alone(link: str) -> None:
    assert len(read_feeds(document(f'<link rel="alternate" {link}>'))) == 1


def test_another_page_is_no_feed() -> None:
    html = '<link rel="alternate" href="/fr"><link rel="alternate" type="application/json+oembed" href="/o.xml">'
    assert read_feeds(document(html)) == ()


def test_playlists_are_named_once() -> None:
    html = '<a href="/all.m3u">x</a><a href="/all.m3u">y</a><a href="/all.xspf">z</a><a href="/all.zip">w</a>'
    assert read_playlists(document(html)) == ("https://stories.example/all.m3u", "https://stories.example/all.xspf")


def test_a_page_of_too_many_playlists_is_refused() -> None:
    page = document("".join(f"<a href={number}.m3u>" for number in range(20_001)))
    with pytest.raises(PermanentError, match="links to more than 20,000"):
        read_playlists(page)
