"""Walking over all the documents of a feed, each read as it arrives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ohdio_core.errors import PermanentError
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.rss import links
from ohdio_core.sources.rss.channel import Channel
from ohdio_core.sources.rss.cursor import Cursor
from ohdio_core.sources.rss.episode import Episode
from ohdio_core.sources.rss.feed import Stretch, read_feed
from ohdio_core.sources.rss.identities import Identities

_MOST_DOCUMENTS = 1000  # no feed has that many: pages that never end are a fault of the site
_MOST_BYTES = 512 * 1024 * 1024  # of one document


@dataclass(frozen=True, slots=True)
class Stop:
    """Some items of a feed that were just read."""

    channel: Channel
    episodes: tuple[tuple[str, Episode], ...]  #: each with its key
    next: Cursor | None  #: where to go on after them; None at the end of the feed


def walk(feed: str, http: SiteClient, start: Cursor | None = None) -> Iterator[Stop]:
    """Yield the items of a feed from ``start`` on.

    Args:
        feed: Its canonical URL.
        http: To read it with.
        start: Where an earlier walk stopped; where that place is gone, its document is read from the beginning.

    Raises:
        OhdioError: What is wrong with the feed or the site, after all that could be read was given.
    """
    cursor = start or Cursor(links.fetchable(feed))
    seen = set[str]()
    for _ in range(_MOST_DOCUMENTS):
        seen.add(cursor.url)
        following: Cursor | None = None
        for stop in _document(cursor, http, seen):
            following = stop.next
            yield stop
        if following is None:
            return
        cursor = following
    raise PermanentError(f"The feed {feed} has more than {_MOST_DOCUMENTS} pages; the rest is not read.")


def _document(cursor: Cursor, http: SiteClient, seen: set[str]) -> Iterator[Stop]:
    if cursor.after is not None:
        is_found = False
        for stop in _stops(cursor.url, http, seen):
            rest = stop
            if not is_found:
                keys = [key for key, _ in stop.episodes]
                if cursor.after not in keys:
                    continue
                is_found = True
                rest = Stop(stop.channel, stop.episodes[keys.index(cursor.after) + 1 :], stop.next)
            if rest.episodes or rest.next is None or rest.next.after is None:
                yield rest
        if is_found:
            return
    yield from _stops(cursor.url, http, seen)


def _stops(url: str, http: SiteClient, seen: set[str]) -> Iterator[Stop]:
    identities = Identities()
    with http.open_page(url, max_bytes=_MOST_BYTES) as page:
        for stretch in read_feed(page.chunks, page.url):
            keys = identities.keys(stretch.episodes)
            yield Stop(
                stretch.channel, tuple(zip(keys, stretch.episodes, strict=True)), _next(stretch, keys, url, seen)
            )


def _next(stretch: Stretch, keys: list[str], url: str, seen: set[str]) -> Cursor | None:
    if not stretch.is_last:
        return Cursor(url, keys[-1])
    following = stretch.channel.next_page
    return None if following is None or following in seen else Cursor(following)
