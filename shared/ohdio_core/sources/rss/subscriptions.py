"""Subscription lists by their link: the feeds of an OPML document, one after another."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Self

from ohdio_core.domain.audiobook import ListingPage
from ohdio_core.errors import OhdioError, PermanentError, Postponed
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.canonical import canonical_url, refuse_reason
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.rss.faults import SubscriptionList

_MOST_FEEDS = 2000  # as many as are imported at once
_PREFIX = "list:"

ReadFeed = Callable[[str, SiteClient, str | None], Iterator[ListingPage]]


@dataclass(frozen=True, slots=True)
class PlaceInList:
    """A place in a subscription list."""

    feeds: tuple[str, ...]  #: that are still to be read, the current one first
    at: str | None = None  #: in that one; None at its beginning

    @classmethod
    def at_start_of(cls, found: SubscriptionList) -> Self:
        """Return the beginning of a list; links that nobody could follow are left out.

        Raises:
            PermanentError: It has too many feeds.
        """
        links = dict.fromkeys(canonical_url(link) for link in found.feeds if refuse_reason(link) is None)
        if len(links) > _MOST_FEEDS:
            raise PermanentError(
                sentence(
                    "feed.list_too_long",
                    "{link} lists more than {most:,} feeds. Add some of them instead.",
                    link=found.url,
                    most=_MOST_FEEDS,
                )
            )
        if not links:
            raise found
        return cls(tuple(links))

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a place that ``str`` wrote; None for other cursors."""
        if not text.startswith(_PREFIX):
            return None
        feeds, at = json.loads(text.removeprefix(_PREFIX))
        return cls(tuple(feeds), at)

    def __str__(self) -> str:
        """Write the place as the scan keeps it."""
        return f"{_PREFIX}{json.dumps([self.feeds, self.at])}"


def walk_list(place: PlaceInList, http: SiteClient, read: ReadFeed, *, title: str = "") -> Iterator[ListingPage]:
    """Yield the pages of the feeds of a list from a place on; one that cannot be read is noted, and costs no other.

    Args:
        place: Where to begin.
        http: For the requests.
        read: Reads one feed, from a cursor of its own on.
        title: The list's own name; "" where it has none, or was told before.

    Raises:
        Postponed: A site wants us to wait.
    """
    for index, feed in enumerate(place.feeds):
        rest = place.feeds[index + 1 :]
        after = str(PlaceInList(rest)) if rest else None
        try:
            for page in read(feed, http, place.at if index == 0 else None):
                here = None if page.next_cursor is None else str(PlaceInList((feed, *rest), page.next_cursor))
                yield replace(page, next_cursor=here or after, title=title or None, is_feed=False)
                title = ""
        except Postponed:
            raise
        except OhdioError as error:
            yield ListingPage((), after, title=title or None, note=_note_on(error, feed))
            title = ""


def _note_on(error: OhdioError, feed: str) -> Sentence:
    return sentence(
        "feed.listed_unreadable",
        "The feed {link}, which is listed, cannot be read; what the others list is kept. The reason: {reason}",
        link=feed,
        reason=error.sentence,
    )
