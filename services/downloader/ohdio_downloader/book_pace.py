"""How fast one book may come: by its own limit, and by that of all downloads together."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from ohdio_core.work.run import Run
from ohdio_downloader.bandwidth import Bandwidth
from ohdio_downloader.byte_rate import ByteRate

#: Seconds that a piece takes which passes at once: the shorter, the more even it is.
_PIECE = 0.05
_LEAST_PIECE = 512  # bytes
#: Seconds for which what a limit slowed counts as slowed.
_LATELY = 2.5


class BookPace:
    """Lets what comes of one book pass as fast as it may. For several threads.

    Args:
        run: Of the book; it knows its own limit, which a person may change while it comes.
        bandwidth: Of all downloads; without a bound, if None.
    """

    def __init__(self, run: Run, bandwidth: Bandwidth | None = None) -> None:
        self._run = run
        self._bandwidth = bandwidth
        self._own = ByteRate()
        self._slowed: tuple[str, float] = ("", 0.0)  #: by whose limit, and when
        self._lock = threading.Lock()
        self._waiting = 0  #: threads
        self._waiting_since = 0.0  #: while there are any
        self._waited_before = 0.0  #: seconds

    def fetching(self) -> AbstractContextManager[None]:
        """Count the book among those that share the limit for all, while inside."""
        return nullcontext() if self._bandwidth is None else self._bandwidth.transferring()

    @property
    def waited(self) -> float:
        """Return for how many seconds limits have held it up so far: those in which any thread of it waited."""
        with self._lock:
            return self._waited_before + (time.monotonic() - self._waiting_since if self._waiting else 0.0)

    @property
    def limited_by(self) -> str:
        """Whose limit has slowed it lately: "book", "all", or nobody's."""
        who, at = self._slowed
        return who if time.monotonic() - at < _LATELY else ""

    def paced(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what has come, in as many pieces as it takes to be even, each once it may pass.

        Raises:
            Stopped: The run was asked to stop.
        """
        start = 0
        while start < len(chunk):
            piece = chunk[start : start + self._piece()]
            self._let_pass(len(piece))
            start += len(piece)
            yield piece

    def _piece(self) -> int:
        """Return how many bytes are to pass at once."""
        of_all = None if self._bandwidth is None else self._bandwidth.bytes_per_second
        rates = [rate for rate in (self._run.speed_limit, of_all) if rate is not None]
        return max(_LEAST_PIECE, int(min(rates) * _PIECE)) if rates else sys.maxsize

    def _let_pass(self, count: int) -> None:
        while (rate := self._run.speed_limit) is not None and (seconds := self._own.take(count, rate)):
            self._slowed = ("book", time.monotonic())
            self._wait(seconds)
        if self._bandwidth is not None and self._bandwidth.pass_through(count, self._wait):
            self._slowed = ("all", time.monotonic())

    def _wait(self, seconds: float) -> None:
        with self._counted():
            self._run.wait(seconds)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Count the time while inside, once for all threads that are."""
        with self._lock:
            if self._waiting == 0:
                self._waiting_since = time.monotonic()
            self._waiting += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= 1
                if self._waiting == 0:
                    self._waited_before += time.monotonic() - self._waiting_since
