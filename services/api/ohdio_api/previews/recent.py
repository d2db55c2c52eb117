"""What was read of links a moment ago, so that a person who changes filters does not make the site answer again."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import NamedTuple

from ohdio_api.previews.listed import Listed

#: Of all listings together: a book with its description takes some kilobytes.
_MOST_BOOKS = 10_000


class _Kept(NamedTuple):
    """What was read."""

    read_at: float
    listed: Listed


class RecentListings:
    """Keeps the listings that were read last, in this process, for as long as they are of use.

    Args:
        max_age: Seconds.
        clock: Returns seconds that never go backwards.
    """

    def __init__(self, max_age: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._max_age = max_age
        self._clock = clock
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()  # the one that was read first at its beginning
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Listed | None:
        """Return what was read under this key; None if nothing was, or too long ago."""
        with self._lock:
            self._forget()
            kept = self._kept.get(key)
            return None if kept is None else kept.listed

    def put(self, key: Hashable, listed: Listed) -> None:
        """Keep what was read, unless it is more than is kept of all; the oldest gives way."""
        with self._lock:
            self._kept[key] = _Kept(self._clock(), listed)
            self._kept.move_to_end(key)
            self._forget()

    def _forget(self) -> None:
        oldest = self._clock() - self._max_age
        books = sum(len(kept.listed.books) for kept in self._kept.values())
        while self._kept:
            key, first = next(iter(self._kept.items()))
            if first.read_at >= oldest and books <= _MOST_BOOKS:
                return
            books -= len(first.listed.books)
            del self._kept[key]
