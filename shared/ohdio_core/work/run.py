"""A run: one claimed row while a thread works on it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from ohdio_core.domain.queue import StopReason
from ohdio_core.metrics.counted import RECEIVED
from ohdio_core.work.claim import Claim
from ohdio_core.work.outcome import Stopped

log = structlog.get_logger(__name__)


class Run:
    """What the worker thread and the beat thread share of one run.

    The worker reports how far it is and asks whether to stop; the beat thread reads the one and
    orders the other. Safe for these two threads.
    """

    def __init__(self, claim: Claim, *, beat_sent_at: float) -> None:
        self.claim = claim
        self.beat_sent_at = beat_sent_at  #: boot clock when the last beat that was heard had been sent
        self.progress = claim.progress
        self.speed_limit: int | None = None  #: bytes a second that it may receive; None for any number
        self.received = 0  #: bytes of audio that came in this run, also those that are thrown away
        self.facts: dict[str, object] = {}  #: what the work is about and what it has done; for the log
        self.is_begin_held_back = False  #: its beginning is not logged yet, as it may find that nothing can be done
        #: ``time.monotonic()`` from which on the work outlives its time; infinite while its end is known. None: nothing
        #: has been found out in this run.
        self.overlong_at: float | None = None
        self._began_at = time.monotonic()
        self._columns: dict[str, Any] = {}
        self._when_moved: list[Callable[[], None]] = []
        self._stop: StopReason | None = None
        self._closers: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    @property
    def stop_reason(self) -> StopReason | None:
        """Return why the run is to stop; None while it may go on."""
        return self._stop

    @property
    def is_overlong(self) -> bool:
        """Return whether the work outlives the time that it may take, and may have no end."""
        return self.claim.is_overlong if self.overlong_at is None else time.monotonic() >= self.overlong_at

    def add_facts(self, **facts: object) -> None:
        """Add facts that are logged with this run: ``title``, ``link``, and what it has done. None is left out."""
        self.facts.update({name: fact for name, fact in facts.items() if fact is not None})

    def count_received(self, count: int) -> None:
        """Count bytes of audio that came; by the worker's thread alone."""
        self.received += count
        RECEIVED.inc(count)

    @property
    def has_moved(self) -> bool:
        """Return whether the work has come further than any run before."""
        return self.progress > self.claim.best_progress

    def when_moved(self, call: Callable[[], None]) -> None:
        """Register a call, made once in the worker's thread when the work has come further than any run before."""
        self._when_moved.append(call)

    def seconds(self) -> float:
        """Return how long the run has taken so far."""
        return time.monotonic() - self._began_at

    def check(self) -> None:
        """Go on, or raise.

        Raises:
            Stopped: The run was asked to stop.
        """
        if self._stop is not None:
            raise Stopped(self._stop)

    def wait(self, seconds: float) -> None:
        """Sleep, but not past a request to stop.

        Raises:
            Stopped: The run was asked to stop.
        """
        self._stopped.wait(seconds)
        self.check()

    @contextmanager
    def guard(self, close: Callable[[], None]) -> Iterator[None]:
        """While inside, a request to stop calls ``close`` from another thread, to end blocking I/O at once.

        Whatever error that I/O then ends with, ``Stopped`` is what leaves the block.
        """
        with self._lock:
            self._closers.append(close)
        try:
            self.check()
            yield
        except Stopped:
            raise
        except Exception:
            self.check()
            raise
        finally:
            with self._lock:
                self._closers.remove(close)

    def stop(self, reason: StopReason) -> None:
        """Request the run to stop, and close what it blocks on. Only the first reason counts."""
        with self._lock:
            if self._stop is not None:
                return
            self._stop = reason
            closers = list(self._closers)
        self._stopped.set()
        for close in closers:
            try:
                close()
            except Exception:
                log.warning("could not close a connection of a stopped run", id=self.claim.id, exc_info=True)

    def report(self, progress: int | None = None, **columns: Any) -> None:
        """Set how far the work is; the next beat writes it.

        Args:
            progress: Bytes on disk, pages written.
            columns: The stage's further progress columns.
        """
        with self._lock:
            if progress is not None:
                self.progress = progress
            self._columns.update(columns)
            calls: list[Callable[[], None]] = []
            if self.has_moved:
                calls, self._when_moved = self._when_moved, calls
        for call in calls:
            call()

    def snapshot(self) -> tuple[int, dict[str, Any]]:
        """Return what was reported last."""
        with self._lock:
            return self.progress, dict(self._columns)
