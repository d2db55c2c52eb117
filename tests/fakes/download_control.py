"""A hand on a running download that a test holds instead of the engine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stopped(Exception):
    """What the fake raises when the test wants the download to stop."""


class FakeControl:
    """Remembers progress; ``stop`` ends the download as the engine would, from any thread."""

    def __init__(self) -> None:
        self.are_lengths_known: list[bool] = []
        self.progress: list[tuple[int, int | None]] = []
        self.received = 0
        self.stop_at: int | None = None
        self._is_stopping = False
        self._closers: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    def check(self) -> None:
        if self._is_stopping:
            raise Stopped

    @contextmanager
    def guard(self, close: Callable[[], None]) -> Iterator[None]:
        with self._lock:
            self._closers.append(close)
        try:
            yield
        finally:
            with self._lock:
                self._closers.remove(close)

    def begin_body(self, *, is_length_known: bool) -> None:
        self.are_lengths_known.append(is_length_known)

    def count_received(self, count: int) -> None:
        self.received += count

    def paced(self, chunk: bytes) -> Iterator[bytes]:
        yield chunk

    def advance(self, done: int, total: int | None) -> None:
        self.progress.append((done, total))
        if self.stop_at is not None and done >= self.stop_at:
            self.stop()

    def stop(self) -> None:
        self._is_stopping = True
        with self._lock:
            closers = tuple(self._closers)
        for close in closers:
            close()
