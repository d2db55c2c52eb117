"""Fetching several segments at once, and taking them in their order."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from types import TracebackType
from typing import Self

from ohdio_downloader.fetch.arriving import Arriving, GivenUp
from ohdio_downloader.fetch.playlist import Segment
from ohdio_downloader.fetch.protocol import Control
from ohdio_downloader.fetch.segment import SegmentFetch

#: Bytes of a segment that may wait in memory for those before it; most segments of sound are smaller.
_MOST_AHEAD = 1024**2


class SideBySide:
    """Fetches segments in several threads, which have ended once the ``with`` block has.

    Args:
        fetch: Fetches one.
        control: Of the thread that takes them.
        threads: How many are fetched at once.
    """

    def __init__(self, fetch: SegmentFetch, control: Control, threads: int) -> None:
        self._fetch = fetch
        self._control = _SharedControl(control)
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="segments")
        self._under_way: deque[Arriving] = deque()
        self._lock = threading.Lock()
        self._last: int | None = None  #: no segment after it begins, as this one cannot be had

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._control.give_up()
        for arriving in self._under_way:
            arriving.give_up()
        self._pool.shutdown(cancel_futures=True)

    def each(self, segments: Iterable[Segment]) -> Iterator[Arriving]:
        """Yield what arrives of each segment, in their order; those that follow are being fetched meanwhile.

        The first comes alone, and with each that was taken there is one more at once: where the first are of no use,
        little was fetched in vain.
        """
        upcoming = zip(count(), segments, strict=False)
        for at_once in count(1):
            most = min(at_once, self._threads)
            while len(self._under_way) < most and (following := next(upcoming, None)) is not None:
                arriving = Arriving(_MOST_AHEAD)
                self._under_way.append(arriving)
                self._pool.submit(self._run, *following, arriving)
            if not self._under_way:
                return
            yield self._under_way[0]
            self._under_way.popleft()

    def _run(self, number: int, segment: Segment, arriving: Arriving) -> None:
        try:
            if self._last is not None and number > self._last:
                raise GivenUp
            self._fetch(segment, arriving, self._control)
        except BaseException as error:  # noqa: BLE001 # raised again by whoever takes the segment
            with self._lock:
                self._last = number if self._last is None else min(number, self._last)
            arriving.end(error)
        else:
            arriving.end()


class _SharedControl:
    """The engine's control for several threads, which end as well when nobody takes any more what they bring."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._lock = threading.Lock()
        self._closers: list[Callable[[], None]] = []
        self._is_given_up = False

    def give_up(self) -> None:
        """End all that is being fetched."""
        with self._lock:
            self._is_given_up = True
            closers = list(self._closers)
        for close in closers:
            close()

    def check(self) -> None:
        self._control.check()
        if self._is_given_up:
            raise GivenUp

    @contextmanager
    def guard(self, close: Callable[[], None]) -> Iterator[None]:
        with self._lock:
            self._closers.append(close)
        try:
            with self._control.guard(close):
                self.check()
                yield
        finally:
            with self._lock:
                self._closers.remove(close)

    def begin_body(self, *, is_length_known: bool) -> None:
        with self._lock:
            self._control.begin_body(is_length_known=is_length_known)

    def count_received(self, count: int) -> None:
        with self._lock:
            self._control.count_received(count)

    def paced(self, chunk: bytes) -> Iterator[bytes]:
        return self._control.paced(chunk)

    def advance(self, done: int, total: int | None) -> None:
        self._control.advance(done, total)
