"""Following a listing: what of it is taken, when it is looked at again, and which books one check adds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ohdio_core.domain.audiobook import BookRef
from ohdio_core.domain.retry import LONGEST_ROUND, drifting, until_next_round
from ohdio_core.domain.rhythm import AT_ANY_TIME, Rhythm

_LONGEST_BY_RHYTHM = timedelta(days=7)
_MOST_NUMBERED = 1_000_000  # books of one check


class Take(StrEnum):
    """What a follow takes of the books that its listing had before it was followed."""

    EVERYTHING = "everything"
    NEWEST = "newest"  #: so many of them
    NEW = "new"  #: none, or what appeared from a day on


class Hold(StrEnum):
    """How far a follow is of which nothing is fetched yet (``collection.held_follows``)."""

    UNREAD = "unread"  #: its listing is to be read
    READ = "read"  #: somebody is to confirm it
    CONFIRMED = "confirmed"  #: somebody has; what is not had is forgotten, and then it begins
    ENDING = "ending"  #: what it held is forgotten, and then it ends


@dataclass(frozen=True, slots=True)
class FollowBounds:
    """What a follow may take at a time, and of all; None for as much as there is."""

    most_per_check: int | None = None  #: books
    most_bytes: int | None = None  #: of audio that its books may have together


@dataclass(frozen=True, slots=True)
class Keeping:
    """Which of the books that a follow has added stay in the library: those that nothing here speaks against."""

    newest: int | None = None  #: so many
    time: timedelta | None = None  #: each for so long after it was filed


class Newness:
    """Numbers the books of a listing, as a check meets them: the greater the number, the newer the book.

    What a later check meets is newer, and of what one check meets, that which the listing names first. Only what an
    earlier check has left stands behind what the follow had met by then, and is older than all of it.

    Args:
        now: When the check began.
        has_left: Earlier ones may have left something.
    """

    def __init__(self, now: datetime, *, has_left: bool) -> None:
        self._front = int(now.timestamp() * 1000) * _MOST_NUMBERED
        self._has_left = has_left
        self._has_passed_met = False
        self._seen = 0

    def number(self, listed: Sequence[BookRef], unmet: Collection[str]) -> dict[str, int]:
        """Return the numbers of the next books of the listing that the follow had not met, by their ids.

        Args:
            listed: In the listing's order.
            unmet: The ids of those that it had not met.
        """
        numbers = {}
        for book in listed:
            if book.external_id not in unmet:
                self._has_passed_met = True
                continue
            is_left = self._has_left and self._has_passed_met
            numbers[book.external_id] = (-self._front if is_left else self._front) - self._seen
            self._seen += 1
        return numbers


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
