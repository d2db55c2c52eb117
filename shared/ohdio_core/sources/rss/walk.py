"""Walking over all the documents of a feed, each read as it arrives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import structlog

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.missing_page import PAGES_BEFORE, note_on_missing
from ohdio_core.sources.rss import links
from ohdio_core.sources.rss.channel import Channel
from ohdio_core.sources.rss.cursor import Cursor
from ohdio_core.sources.rss.faults import BrokenFeed, NotAFeed
from ohdio_core.sources.rss.feed import read_feed
from ohdio_core.sources.rss.identities import FeedItem, Identities
from ohdio_core.sources.rss.omissions import Omission
from ohdio_core.sources.rss.visited import Visited, checksum

log = structlog.get_logger(__name__)

_MOST_DOCUMENTS = 1000  # no feed has that many: pages that never end are a fault of the site
_MOST_BYTES = 512 * 1024 * 1024  # of one document


@dataclass(frozen=True, slots=True)
class Stop:
    """Some items of a feed that were just read."""

    channel: Channel
    items: tuple[FeedItem, ...]
    next: Cursor | None  #: where to go on after them; None at the end of the feed
    omitted: Mapping[Omission, int] = field(default_factory=dict)  #: other items, counted at the end of a document
    missing: Sentence | None = None  #: a note where the feed ends because the next page that it names cannot be had


def walk(feed: str, http: SiteClient, start: Cursor | None = None) -> Iterator[Stop]:
    """Yield the items of a feed from ``start`` on.

    A next page that is gone, no feed or cannot be read is the end: old pages are taken off while feeds still name them.

    Args:
        feed: Its canonical URL.
        http: To read it with.
        start: Where an earlier walk stopped; where that place is gone, its document is read from the beginning.

    Raises:
        OhdioError: What is wrong with the feed or the site, after all that could be read was given.
    """
    first = links.fetchable(feed)
    cursor = start or Cursor(first)
    visited = Visited()
    last: Stop | None = None
    for _ in range(_MOST_DOCUMENTS):
        visited.enter(cursor.url)
        following: Cursor | None = None
        try:
            for last in _document(cursor, http, visited):
                following = last.next
                yield last
        except PermanentError as error:
            # After some of its items it would be a feed that breaks off.
            if cursor.url == first or following is not None or isinstance(error, BrokenFeed):
                raise
            channel = Channel(cursor.url) if last is None else last.channel
            yield Stop(channel, (), None, missing=_note_on(error, cursor.url))
            return
        if following is None:
            return
        cursor = following
    raise PermanentError(
        sentence(
            "feed.endless",
            "The feed {link} has more than {most} pages; the rest is not read.",
            link=feed,
            most=_MOST_DOCUMENTS,
        )
    )


def _note_on(error: PermanentError, url: str) -> Sentence:
    page = sentence("missing.page_of_feed", "The next page that the feed names, {link},", link=url)
    note = note_on_missing(error, url, page, PAGES_BEFORE)
    if isinstance(error, NotAFeed):
        return sentence("missing.no_feed", "{what} is no feed; {rest} is kept.", what=page, rest=PAGES_BEFORE)
    return note


def _document(cursor: Cursor, http: SiteClient, visited: Visited) -> Iterator[Stop]:
    if cursor.after is not None:
        is_found = False
        for stop in _stops(cursor.url, http, visited):
            rest = stop
            if not is_found:
                keys = [item.key for item in stop.items]
                if cursor.after not in keys:
                    continue
                is_found = True
                rest = replace(stop, items=stop.items[keys.index(cursor.after) + 1 :])
            if rest.items or rest.next is None or rest.next.after is None:
                yield rest
        if is_found:
            return
    yield from _stops(cursor.url, http, visited)


def _stops(url: str, http: SiteClient, visited: Visited) -> Iterator[Stop]:
    identities = Identities(http.stable)
    contents = 0
    with http.open_page(url, max_bytes=_MOST_BYTES) as page:
        for segment in read_feed(page.chunks, page.url, page.headers.get("content-type", "")):
            items = tuple(identities.items(segment.episodes))
            contents += sum(checksum(item.key) for item in items) + segment.omitted_checksum
            if segment.is_last:
                _log_omissions(url, segment.omitted)
                onward = segment.channel.next_page
                following = Cursor(onward) if onward is not None and visited.goes_on(contents, onward) else None
            else:
                following = Cursor(url, items[-1].key)
            yield Stop(segment.channel, items, following, segment.omitted)


def _log_omissions(url: str, omitted: Mapping[Omission, int]) -> None:
    """Log that items with a file were left out; those without are news, and not meant to be heard."""
    if any(omission is not Omission.NO_FILE for omission in omitted):
        log.info("items without a recording", link=url, **{each.name.lower(): n for each, n in omitted.items()})
