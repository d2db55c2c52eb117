"""How long a command that is to end by itself waits where nothing goes on without a person."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from ohdio_client.collection import CollectionState

#: Enough to see the reason and to make room. Whoever is not there finds the rest still queued.
TIMEOUT = timedelta(seconds=120)


class StallTimeout:
    """A timeout that runs while a collection stands still.

    Args:
        clock: Seconds, never going back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since = clock()
        self._counts: tuple[int, ...] = ()

    def has_passed(self, state: CollectionState) -> bool:
        """Return whether nothing but what needs a person has been left, and nothing has ended, for 120 s."""
        books = state.books
        counts = (books.total, books.completed, books.failed, books.paused)
        if not state.is_stuck or counts != self._counts:
            self._since, self._counts = self._clock(), counts
        return state.is_stuck and self._clock() - self._since >= TIMEOUT.total_seconds()
