"""Following a listing: what of it is taken, when it is looked at again, and which books one check adds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ohdio_core.domain.audiobook import BookRef
from ohdio_core.domain.retry import LONGEST_ROUND, drifting, until_next_round
from ohdio_core.domain.rhythm import AT_ANY_TIME, Rhythm

_LONGEST_BY_RHYTHM = timedelta(days=7)


class Take(StrEnum):
    """What a follow takes of the books that its listing had before it was followed."""

    EVERYTHING = "everything"
    NEWEST = "newest"  #: so many of them
    NEW = "new"  #: none


@dataclass(frozen=True, slots=True)
class FollowBounds:
    """What a follow may take at a time, and of all; None for as much as there is."""

    most_per_check: int | None = None  #: books
    most_bytes: int | None = None  #: of audio that its books may have together


def next_check(
    interval: timedelta,
    *,
    failures: int,
    now: datetime,
    rhythm: Rhythm = AT_ANY_TIME,
    retry_after: timedelta | None = None,
) -> timedelta:
    """Return how long from now a listing is looked at again.

    After failures it is tried sooner at first, and then ever less (``until_next_round``).

    Args:
        interval: Between two checks while all is well; longer where the listing says that nothing is new so soon, but
            no longer than a week for that.
        failures: Checks in a row that failed, 0 after one that did not.
        now: In UTC, for the hours that the listing wants to be left alone.
        rhythm: What the listing says of itself.
        retry_after: What the site asked for.
    """
    if failures:
        wait = until_next_round(failures, longest=max(interval, LONGEST_ROUND))
    else:
        wait = drifting(max(interval, min(rhythm.every, _LONGEST_BY_RHYTHM)))
    return rhythm.moment_from(now + max(wait, retry_after or timedelta())) - now


class NewestFirst:
    """Finds out whether a listing has its newest books first: then what follows known ones is known, too."""

    def __init__(self) -> None:
        self._last: datetime | None = None
        self._is_contradicted = False
        self._has_dates = False

    def add(self, books: Iterable[BookRef]) -> None:
        """Consider further books, in the listing's order."""
        for book in books:
            if book.published is None or (self._last is not None and book.published > self._last):
                self._is_contradicted = True
            else:
                self._has_dates = self._has_dates or self._last is not None
            self._last = book.published or self._last

    @property
    def is_shown(self) -> bool:
        """Return whether there were at least two books, all with dates, none newer than the one before."""
        return self._has_dates and not self._is_contradicted


def each_once(books: Iterable[BookRef]) -> Iterator[BookRef]:
    """Yield the books, in order, each once."""
    yield from {book.url: book for book in books}.values()
