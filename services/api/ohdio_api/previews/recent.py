"""What was read of links a moment ago, so that a person who changes filters does not make the site answer again."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

from ohdio_api.previews.listed import Listed

_MOST = 8  # links; each may have thousands of books


class RecentListings:
    """Keeps the listings that were read last, in this process.

    Args:
        clock: Returns seconds that never go backwards.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[Hashable, tuple[float, Listed]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, max_age: float) -> Listed | None:
        """Return what was read under this key at most ``max_age`` seconds ago; None if nothing was."""
        with self._lock:
            read_at, listed = self._kept.get(key, (float("-inf"), None))
            return listed if self._clock() - read_at < max_age else None

    def put(self, key: Hashable, listed: Listed) -> None:
        """Keep what was read; the oldest gives way."""
        with self._lock:
            self._kept[key] = (self._clock(), listed)
            self._kept.move_to_end(key)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
