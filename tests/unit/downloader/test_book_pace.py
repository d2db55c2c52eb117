"""For how long limits have held a book up: seconds on the clock, however many threads of it wait at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest

from ohdio_core.domain.queue import StopReason
from ohdio_core.work.claim import Claim
from ohdio_core.work.outcome import Stopped
from ohdio_core.work.run import Run
from ohdio_core.work.timing import boot_clock
from ohdio_downloader import book_pace
from ohdio_downloader.book_pace import BookPace

_THREADS = 4


class Clock:
    """A clock that a test sets."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(book_pace, "time", clock)
    return clock


def test_seconds_in_which_several_threads_wait_count_once(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(Claim(1, uuid4(), 1, 3, 0, 0), beat_sent_at=boot_clock())
    run.speed_limit = 1000
    pace = BookPace(run)
    waiting, goes_on = Barrier(_THREADS + 1), Barrier(_THREADS + 1)

    def wait(_: float) -> None:
        waiting.wait(10)
        goes_on.wait(10)
        run.check()

    monkeypatch.setattr(run, "wait", wait)

    def come() -> None:
        for _ in pace.paced(bytes(5000)):
            pass

    with ThreadPoolExecutor(_THREADS) as threads:
        coming = [threads.submit(come) for _ in range(_THREADS)]
        waiting.wait(10)
        clock.now += 5
        assert pace.waited == 5
        run.stop(StopReason.SHUTDOWN)
        goes_on.wait(10)
        assert all(isinstance(each.exception(10), Stopped) for each in coming)
    clock.now += 60
    assert pace.waited == 5
