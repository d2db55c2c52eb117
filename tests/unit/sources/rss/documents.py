"""Feeds in the shapes that are met, about recordings that were invented."""

from __future__ import annotations

from collections.abc import Iterable

from ohdio_core.domain.audiobook import BookRef, ListingPage
from ohdio_core.sources.rss.feed import read_feed
from ohdio_core.sources.rss.identities import Identities
from ohdio_core.sources.rss.listing import books_of

FEED = "https://podcasts.example/phare/feed.xml"

_NAMESPACES = (
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:podcast="https://podcastindex.org/namespace/1.0" '
    'xmlns:psc="http://podlove.org/simple-chapters" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
)


def item(number: int = 1, inside: str = "", enclosure: str | None = None) -> str:
    if enclosure is None:
        enclosure = f'<enclosure url="https://audio.example/{number}.mp3" type="audio/mpeg" length="{number}000"/>'
    return f"<item><title>Récit {number}</title><guid>recit-{number}</guid>{enclosure}{inside}</item>"


def rss(*items: str, channel: str = "<title>Le phare</title>", before: str = "") -> bytes:
    return (
        f'{before}<?xml version="1.0" encoding="utf-8"?>'
        f'<rss version="2.0" {_NAMESPACES}><channel>{channel}{"".join(items)}</channel></rss>'
    ).encode()


def parse_feed(body: bytes | Iterable[bytes], key: str, base: str) -> ListingPage:
    """All of one document: what the scan of a feed sees in it."""
    books: list[BookRef] = []
    identities = Identities()
    title = following = None
    for segment in read_feed([body] if isinstance(body, bytes) else body, base):
        books += books_of(segment.channel, identities.items(segment.episodes), key)
        title = segment.channel.title
        following = segment.channel.next_page if segment.is_last else None
    return ListingPage(tuple(books), following, title=title)
