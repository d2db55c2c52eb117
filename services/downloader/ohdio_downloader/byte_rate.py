"""Letting bytes pass at an even pace."""

from __future__ import annotations

import threading
import time

#: Seconds that count as used well although nobody asked: what was not used is not to come at once later.
_SLACK = 0.05
#: The same while somebody waits: a thread that wakes up late makes up for it.
_LATEST = 1.0
#: Seconds of one wait, so that another rate takes hold soon.
_SHORTEST, _LONGEST = 0.001, 0.2


class ByteRate:
    """Counts what passes, in any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._credit = 0.0  #: bytes that may pass at once; less than none after those that passed last
        self._at = time.monotonic()
        self._is_waited_for = False

    def take(self, count: int, rate: float) -> float:
        """Count some bytes as passed and return 0, or return how many seconds to wait before asking again.

        Args:
            count: Of the bytes.
            rate: Bytes a second, as it is now.
        """
        with self._lock:
            now = time.monotonic()
            grown = self._credit + (now - self._at) * rate
            self._credit = max(self._credit, min(grown, rate * (_LATEST if self._is_waited_for else _SLACK)))
            self._at = now
            self._is_waited_for = self._credit < 0 or rate <= 0
            if not self._is_waited_for:
                self._credit -= count
                return 0.0
            return min(max(-self._credit / rate, _SHORTEST), _LONGEST) if rate > 0 else _LONGEST
