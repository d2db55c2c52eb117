"""RSS 2.0 with the iTunes extension, for a catalogue's feeds: pure functions from records to bytes."""

from __future__ import annotations

import json
from email.utils import formatdate
from xml.sax.saxutils import escape, quoteattr

from tests.sites import hosts
from tests.sites.catalogue import MediaForm, SimBook, SimFeed
from tests.sites.media import MediaStore, media_path

_NAMESPACES = (
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:podcast="https://podcastindex.org/namespace/1.0"'
)
_TYPES = {MediaForm.MP3: "audio/mpeg", MediaForm.MP4: "audio/mp4"}
_FIRST_BROADCAST = 1_736_935_200


def feed(record: SimFeed, books: list[SimBook], page: int, media: MediaStore) -> bytes | None:
    """One page of the feed; ``page`` counts from 1. None where there is no such page."""
    books = books[::-1] if record.is_serial else books
    size = record.page_size or max(len(books), 1)
    shown = books[(page - 1) * size : page * size]
    if page < 1 or (page > 1 and not shown):
        return None
    here = f"https://{hosts.FEEDS}{record.path}"
    following = f'<atom:link rel="next" href="{here}?page={page + 1}"/>' if page * size < len(books) else ""
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" {_NAMESPACES}><channel>'
        f"<title>{escape(record.title)}</title><link>{here}</link><language>fr-ca</language>"
        f'<atom:link rel="self" type="application/rss+xml" href="{here}"/>{following}'
        f"<itunes:author>{escape(record.title)}</itunes:author>"
        + ("<itunes:type>serial</itunes:type>" if record.is_serial else "")
        + "".join(_item(book, media, _extras(record, book)) for book in shown)
        + "</channel></rss>\n"
    ).encode()


def cover_path(book: SimBook) -> str:
    """Where the item's picture is on the feeds host."""
    return f"/covers/{book.id}.png"


def enclosure_url(book: SimBook) -> str:
    """Where the item's sound is."""
    return f"https://{hosts.ENCLOSURES}{media_path(book, 0)}"


def chapters_path(book: SimBook) -> str:
    """Where the item's chapters are on the feeds host."""
    return f"/chapters/{book.id}.json"


def chapters(book: SimBook) -> bytes:
    """The item's chapters: one at the start, one in the middle."""
    entries = [{"startTime": 0, "title": "Début"}, {"startTime": book.parts[0].seconds / 2, "title": "Milieu"}]
    return json.dumps({"version": "1.2.0", "chapters": entries}).encode()


def transcript_path(book: SimBook) -> str:
    """Where the item's transcript is on the feeds host."""
    return f"/transcripts/{book.id}.vtt"


def transcript(book: SimBook) -> bytes:
    """What is said in the item."""
    return f"WEBVTT\n\n00:00.000 --> 00:01.000\n{book.title}\n".encode()


def _extras(record: SimFeed, book: SimBook) -> str:
    if not record.is_serial:
        return ""
    readers = "".join(f'<podcast:person role="narrator">{escape(name)}</podcast:person>' for name in book.narrators)
    return (
        f"<itunes:episode>{record.books.index(book.id) + 1}</itunes:episode>{readers}"
        f'<podcast:chapters url="{chapters_path(book)}" type="application/json+chapters"/>'
        f'<podcast:transcript url="{transcript_path(book)}" type="text/vtt"/>'
    )


def _item(book: SimBook, media: MediaStore, extras: str) -> str:
    minutes, seconds = divmod(round(book.parts[0].seconds), 60)
    kind = quoteattr(_TYPES.get(book.form, "application/vnd.apple.mpegurl"))
    return (
        f"<item><title>{escape(book.title)}</title>"
        f'<guid isPermaLink="false">recit-{book.id}</guid>'
        f"<pubDate>{formatdate(_FIRST_BROADCAST + book.id * 60)}</pubDate>"
        f"<itunes:author>{escape(' et '.join(book.authors))}</itunes:author>"
        f"<itunes:duration>{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}</itunes:duration>"
        f'<itunes:image href="https://{hosts.FEEDS}{cover_path(book)}"/>'
        f"<description><![CDATA[<p>{book.summary}</p>]]></description>"
        f'<enclosure url={quoteattr(enclosure_url(book))} length="{media.size(book, 0)}" type={kind}/>{extras}'
        "</item>"
    )
