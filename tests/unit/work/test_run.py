from __future__ import annotations

import threading
from uuid import uuid4

import pytest

from ohdio_core.domain.queue import StopReason
from ohdio_core.work.claim import Claim
from ohdio_core.work.outcome import Stopped
from ohdio_core.work.run import Run


@pytest.fixture
def run() -> Run:
    return Run(Claim(1, uuid4(), attempts=1, max_attempts=5, progress=700, best_progress=900), beat_sent_at=0.0)


class TestStopping:
    def test_it_goes_on_until_it_is_asked_to_stop(self, run: Run) -> None:
        run.check()
        run.stop(StopReason.PAUSE)

        with pytest.raises(Stopped) as stopped:
            run.check()
        assert stopped.value.reason is StopReason.PAUSE

    def test_only_the_first_reason_counts(self, run: Run) -> None:
        run.stop(StopReason.LIMIT)
        run.stop(StopReason.SHUTDOWN)

        assert run.stop_reason is StopReason.LIMIT

    def test_a_wait_ends_at_once(self, run: Run) -> None:
        threading.Timer(0.05, run.stop, [StopReason.SHUTDOWN]).start()

        with pytest.raises(Stopped):
            run.wait(60)

    def test_a_wait_that_nobody_ends_goes_on_afterwards(self, run: Run) -> None:
        run.wait(0.01)


class TestGuard:
    def test_a_request_to_stop_closes_what_blocks(self, run: Run) -> None:
        closed = threading.Event()

        def read() -> None:
            threading.Timer(0.05, run.stop, [StopReason.LEASE_LOST]).start()
            assert closed.wait(30)
            raise ConnectionError("closed under our hands")

        with pytest.raises(Stopped), run.guard(closed.set):
            read()

    def test_what_breaks_by_itself_is_not_a_stop(self, run: Run) -> None:
        with pytest.raises(ConnectionError), run.guard(lambda: None):
            raise ConnectionError("reset by the site")

    def test_nothing_begins_after_the_request(self, run: Run) -> None:
        run.stop(StopReason.PAUSE)
        begun: list[str] = []

        with pytest.raises(Stopped), run.guard(lambda: None):
            begun.append("request")

        assert begun == []

    def test_what_is_left_already_is_not_closed(self, run: Run) -> None:
        closed: list[str] = []
        with run.guard(lambda: closed.append("first")), run.guard(lambda: closed.append("second")):
            pass

        run.stop(StopReason.PAUSE)

        assert closed == []

    def test_one_that_cannot_be_closed_does_not_save_the_others(self, run: Run) -> None:
        closed: list[str] = []

        def fail() -> None:
            raise OSError("it is closed already")

        with run.guard(fail), run.guard(lambda: closed.append("second")):
            run.stop(StopReason.PAUSE)

        assert closed == ["second"]


class TestReport:
    def test_it_begins_where_the_last_run_stopped(self, run: Run) -> None:
        assert run.snapshot() == (700, {})

    def test_the_last_word_on_each_thing_counts(self, run: Run) -> None:
        run.report(800, parts_done=1, parts_total=3)
        run.report(parts_done=2)

        assert run.snapshot() == (800, {"parts_done": 2, "parts_total": 3})
