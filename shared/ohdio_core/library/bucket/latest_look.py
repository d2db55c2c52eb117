"""Whether a bucket can be used, from looks that are made beside those who want to know it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from math import inf

from ohdio_core.errors import Postponed

#: Seconds for which a look counts.
_CURRENT = 5.0
#: Seconds that whoever asks waits for one; a server that takes longer is taken for one that is away.
_PATIENCE = 2.0
#: Seconds for which nobody waits for a further look at a bucket that could not be used.
_REMEMBERED = 60.0


class LatestLook:
    """What the last look has found. Thread-safe.

    While somebody asks, there is a look every few seconds, and never more than one at a time: a server that does not
    answer keeps one thread waiting, and not everybody.

    Args:
        look: Raises ``Postponed`` where the bucket cannot be used; it may take long.
        silent: Returns the error for a server that has not answered yet.
    """

    def __init__(self, look: Callable[[], None], silent: Callable[[], Postponed]) -> None:
        self._look = look
        self._silent = silent
        self._lock = threading.Lock()
        self._under_way: threading.Event | None = None
        self._begun = self._ended = -inf
        self._problem: Postponed | None = None

    def problem(self, patience: float = 0.0) -> Postponed | None:
        """Return why the bucket cannot be used; None where it can.

        Args:
            patience: Seconds that the first look may take, where that is more than usual.
        """
        with self._lock:
            now = time.monotonic()
            if now - self._ended < _CURRENT:
                return self._problem
            if self._under_way is None:
                self._under_way, self._begun = threading.Event(), now
                threading.Thread(target=self._look_once, name="look at the bucket", daemon=True).start()
            is_over, left = self._under_way, self._begun + max(patience, _PATIENCE) - now
            if self._problem is not None and now - self._ended < _REMEMBERED:
                return self._problem
        return self._problem if is_over.wait(max(0.0, left)) else self._silent()

    def _look_once(self) -> None:
        problem: Postponed | None = self._silent()
        try:
            self._look()
            problem = None
        except Postponed as error:
            problem = error
        finally:
            with self._lock:
                self._problem, self._ended = problem, time.monotonic()
                if self._under_way is not None:
                    self._under_way.set()
                self._under_way = None
