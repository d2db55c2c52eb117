"""Closing transfers that bring too few bytes.

By a thread beside those that read, because neither a silent read nor one that waits for a full buffer returns to be
asked. One watches all transfers of the process: a stream has thousands of them.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: Slower than this, averaged over the stall time, nobody would call a download running.
_SLOWEST = 1024  # bytes a second

#: Seconds between two looks at a transfer whose bytes nobody takes.
_SHORTEST = 0.05


class Transfer:
    """A body that is being read; only the time counts in which bytes are waited for, as whoever takes them may be slow.

    Args:
        close: Ends it, so that a blocked read returns.
        stall: Seconds without a useful number of bytes after which it is closed.
    """

    def __init__(self, close: Callable[[], None], stall: float) -> None:
        self.is_stalled = False
        self.due = time.monotonic() + stall  #: when it is to be judged
        self._close = close
        self._stall = stall
        self._received = self._received_before = 0
        self._waited = self._waited_before = 0.0  #: seconds
        self._waits_since: float | None = None

    def next(self, chunks: Iterator[bytes]) -> bytes | None:
        """Wait for the next chunk and return it; None at the end."""
        since = self._waits_since = time.monotonic()
        try:
            chunk = next(chunks, None)
        finally:
            self._waits_since = None
            self._waited += time.monotonic() - since
        self._received += len(chunk or b"")
        return chunk

    def judge(self) -> None:
        """Close this transfer if it has stalled, and set when it is to be judged next."""
        now, since = time.monotonic(), self._waits_since
        waited = self._waited + (0.0 if since is None else now - since)
        left = self._stall - (waited - self._waited_before)
        if left > 0:
            self.due = now + max(left, _SHORTEST)
        elif self._received - self._received_before < _SLOWEST * self._stall:
            self.is_stalled, self.due = True, math.inf
            self._close()
        else:
            self._received_before, self._waited_before, self.due = self._received, waited, now + self._stall


class StallWatch:
    """Judges transfers when they are due, in a thread that begins with the first of them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._transfers: set[Transfer] = set()
        self._wakes_at = math.inf
        self._thread: threading.Thread | None = None

    @contextmanager
    def watching(self, transfer: Transfer) -> Iterator[None]:
        """Watch a transfer while inside; it is not closed any more once the block has ended."""
        with self._changed:
            self._transfers.add(transfer)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="stall-watch", daemon=True)
                self._thread.start()
            elif transfer.due < self._wakes_at:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._transfers.discard(transfer)

    def _run(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for transfer in self._transfers:
                    if transfer.due <= now:
                        transfer.judge()
                self._wakes_at = min((transfer.due for transfer in self._transfers), default=math.inf)
                self._changed.wait(None if math.isinf(self._wakes_at) else max(0.0, self._wakes_at - time.monotonic()))
