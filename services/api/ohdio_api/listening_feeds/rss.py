"""Feeds as podcast apps read them: RSS 2.0 with the tags of iTunes and of Podcasting 2.0."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from email.utils import format_datetime
from pathlib import PurePath
from typing import NamedTuple
from uuid import UUID, uuid5
from xml.sax.saxutils import escape

from ohdio_api.listening_feeds.books import FeedBook, HeardPart
from ohdio_core.domain.feed_scope import FeedScope
from ohdio_core.domain.formats import audio_format

MEDIA_TYPE = "application/rss+xml; charset=utf-8"
CHAPTERS_TYPE = "application/json+chapters"

#: What XML 1.0 has no way to write (section 2.2).
_IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Of the ids that feeds get from their addresses (podcastindex.org/namespace/1.0, guid).
_NAMESPACE = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
_NAMESPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:podcast="https://podcastindex.org/namespace/1.0"'
)
_MINUTES = 60  # that apps may keep it before they ask again
_WHOLE = re.compile(r"[1-9]\d{0,8}")


class HeardChannel(NamedTuple):
    """What a feed says of itself."""

    scope: FeedScope
    title: str
    root: str  #: what addresses of its episodes begin with
    page: str  #: for people
    picture: str  #: where its books have none
    changed_at: datetime

    @property
    def is_in_order(self) -> bool:
        """Return whether apps are to play it from its first part on."""
        return self.scope in {FeedScope.BOOK, FeedScope.SERIES}


def write_feed(channel: HeardChannel, books: Iterator[FeedBook]) -> Iterator[str]:
    """Yield a feed, in pieces that become text as they are sent; a feed may have many thousands of episodes."""
    first = next(books, None)
    yield _head(channel, first)
    if first is not None:
        yield from _items(channel, first)
    for book in books:
        yield from _items(channel, book)
    yield "</channel>\n</rss>\n"


def chapter_list(chapters: Sequence[tuple[float, str]]) -> dict[str, object]:
    """Return chapters as Podcasting 2.0 has them.

    Args:
        chapters: Seconds and titles.
    """
    listed = [{"startTime": start, "title": title} for start, title in chapters]
    return {"version": "1.2.0", "chapters": listed}


def _head(channel: HeardChannel, first: FeedBook | None) -> str:
    book = first if channel.scope is FeedScope.BOOK else None
    picture = channel.picture if first is None else _cover(channel, first)
    address = f"{channel.root}/feed.xml"
    lines = [
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" {_NAMESPACES}>\n<channel>',
        xml_tag("title", channel.title),
        xml_tag("link", channel.page),
        xml_tag("description", (book.description if book else None) or channel.title),
        f'<atom:link rel="self" type="application/rss+xml" href="{xml_text(address)}"/>',
        xml_tag("generator", "ohdio"),
        xml_tag("lastBuildDate", format_datetime(channel.changed_at)),
        xml_tag("ttl", str(_MINUTES)),
        f"<image>{xml_tag('url', picture)}{xml_tag('title', channel.title)}{xml_tag('link', channel.page)}</image>",
        f'<itunes:image href="{xml_text(picture)}"/>',
        xml_tag("itunes:type", "serial" if channel.is_in_order else "episodic"),
        '<itunes:category text="Arts"><itunes:category text="Books"/></itunes:category>',
        xml_tag("itunes:explicit", "false"),
        xml_tag("itunes:block", "Yes"),
        xml_tag("podcast:locked", "yes"),
        xml_tag("podcast:medium", "audiobook"),
        xml_tag("podcast:guid", str(uuid5(_NAMESPACE, address.partition("://")[2]))),
    ]
    if book is not None:
        lines += [xml_tag("language", book.language)] if book.language else []
        lines += _people(book)
    elif channel.scope is FeedScope.AUTHOR:
        lines.append(xml_tag("itunes:author", channel.title))
    return "\n".join(lines) + "\n"


def _items(channel: HeardChannel, book: FeedBook) -> Iterator[str]:
    for episode in book.episodes:
        yield _item(channel, book, episode)


def _item(channel: HeardChannel, book: FeedBook, episode: HeardPart) -> str:
    is_of_one = channel.scope is FeedScope.BOOK
    kind = audio_format(PurePath(episode.file))
    suffix = PurePath(episode.file).suffix
    address = f"{channel.root}/audio/{book.id}/{episode.number}{suffix}"
    media_type = "application/octet-stream" if kind is None else kind.media_type
    lines = [
        "<item>",
        xml_tag("title", _title(book, episode, is_of_one=is_of_one)),
        f'<guid isPermaLink="false">ohdio:{book.name}:{episode.number}</guid>',
        xml_tag(
            "pubDate", format_datetime(book.published(episode.number, is_of_show=channel.scope is FeedScope.FOLLOW))
        ),
        f'<enclosure url="{xml_text(address)}" length="{episode.size}" type="{media_type}"/>',
    ]
    if episode.seconds:
        lines.append(xml_tag("itunes:duration", str(max(1, round(episode.seconds)))))
    if episode.number == 1 and not is_of_one and book.description:
        lines.append(xml_tag("description", book.description))
    if not is_of_one:
        lines += [*_people(book), f'<itunes:image href="{xml_text(_cover(channel, book))}"/>']
    lines += _place(channel, book, episode)
    if episode.has_chapters:
        chapters = f"{channel.root}/chapters/{book.id}/{episode.number}.json"
        lines.append(f'<podcast:chapters url="{xml_text(chapters)}" type="{CHAPTERS_TYPE}"/>')
    return "\n".join(lines) + "\n</item>\n"


def _place(channel: HeardChannel, book: FeedBook, episode: HeardPart) -> list[str]:
    """Return where an episode stands in what is heard in order; a series without numbers has no order."""
    if channel.scope is FeedScope.BOOK:
        return [xml_tag("itunes:episode", str(episode.number))]
    if channel.scope is FeedScope.SERIES and _WHOLE.fullmatch(book.series_position or ""):
        return [xml_tag("itunes:season", book.series_position or ""), xml_tag("itunes:episode", str(episode.number))]
    return []


def _title(book: FeedBook, episode: HeardPart, *, is_of_one: bool) -> str:
    count = len(book.episodes)
    if count == 1:
        return book.title
    place = f"{episode.number}/{count}"
    if is_of_one:
        return episode.title or f"{book.title} {place}"
    return " – ".join(filter(None, (book.title, place, episode.title)))


def _people(book: FeedBook) -> list[str]:
    author = [xml_tag("itunes:author", ", ".join(book.authors))] if book.authors else []
    written = [
        f'<podcast:person group="writing" role="author">{xml_text(name)}</podcast:person>' for name in book.authors
    ]
    translated = [
        f'<podcast:person group="writing" role="translator">{xml_text(name)}</podcast:person>'
        for name in book.translators
    ]
    read = [
        f'<podcast:person group="cast" role="narrator">{xml_text(name)}</podcast:person>' for name in book.narrators
    ]
    return author + written + translated + read


def _cover(channel: HeardChannel, book: FeedBook) -> str:
    return f"{channel.root}/covers/{book.id}.jpg"


def xml_tag(name: str, text: str) -> str:
    """Return an element with text."""
    return f"<{name}>{xml_text(text)}</{name}>"


def xml_text(text: str) -> str:
    """Return text as it stands in XML, without what XML has no way to write."""
    return escape(_IMPOSSIBLE.sub("\N{REPLACEMENT CHARACTER}", text), {'"': "&quot;"})
