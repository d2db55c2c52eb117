"""What is kept of runs once they have ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ohdio_core.collection import control
from ohdio_core.domain.queue import StopReason
from ohdio_core.errors import NeedsPerson, TransientError
from ohdio_core.sentences import legacy, sentence
from ohdio_core.work.claim import claim_batch
from ohdio_core.work.finish import finish_batch
from ohdio_core.work.outcome import Done, Failed, Outcome, PutBack, outcome_of
from ohdio_core.work.run_history import forget_runs
from ohdio_core.work.stages import METADATA
from tests.fixtures.engine import Engine


def full_disk(free: int) -> Outcome:
    return outcome_of(NeedsPerson(sentence("test.full", "The disk has {free} MiB free.", free=free)))


_CUT = outcome_of(TransientError(legacy("The connection was cut.")))


@pytest.fixture
def row(engine: Engine) -> int:
    """The only item, due, with a worker that waits for it."""
    engine.worker(threads=1)
    (row,) = engine.items(1)
    return row


def history(engine: Engine) -> list[Any]:
    return engine.rows("SELECT * FROM runs ORDER BY id")


def run(engine: Engine, outcome: Outcome, *, gained: int = 0, received: int = 0) -> None:
    """Run the only item once, whatever it waits for."""
    engine.execute("UPDATE queue_items SET next_attempt_at = NULL")
    claimed = engine.admit_and_start()
    engine.finish(claimed, outcome, progress=claimed.progress + gained, received=received)


@pytest.mark.usefixtures("row")
class TestARun:
    @pytest.mark.parametrize(
        ("outcome", "kept", "reason"),
        [
            (Done(), "completed", None),
            (Failed(legacy("The book is gone.")), "failed", "The book is gone."),
            (_CUT, "attempt-failed", "The connection was cut."),
            (full_disk(12), "waits", "The disk has 12 MiB free."),
            (PutBack(StopReason.SHUTDOWN), "stopped", "ohdio was ended on the machine where it ran"),
        ],
    )
    def test_is_kept_with_how_it_ended_and_why(
        self, engine: Engine, outcome: Outcome, kept: str, reason: str | None
    ) -> None:
        claimed = engine.admit_and_start()
        engine.pass_time(timedelta(seconds=8))
        engine.finish(claimed, outcome, progress=700, received=900)

        (run,) = history(engine)
        assert (run.stage, run.outcome, run.reason, run.host) == ("downloads", kept, reason, "here")
        assert (run.bytes, run.attempt, run.times) == (900, 1, 1)
        assert 8 <= run.seconds < 60
        assert run.ended_at > run.began_at

    def test_whose_worker_fell_silent_is_kept_with_what_its_last_beat_had_told(self, engine: Engine) -> None:
        claimed = engine.admit_and_start()
        engine.beat(claimed, progress=4_000)
        engine.die(claimed)
        engine.sweep()

        (run,) = history(engine)
        assert (run.outcome, run.bytes, run.attempt) == ("lease-lost", 4_000, 1)
        assert run.reason == "its worker died; it goes on where it stopped"

    def test_whose_end_comes_too_late_is_kept_once(self, engine: Engine) -> None:
        claimed = engine.admit_and_start()
        engine.die(claimed)
        engine.sweep()
        assert not engine.finish(claimed, Done())

        assert [run.outcome for run in history(engine)] == ["lease-lost"]

    def test_that_a_person_paused_meanwhile_is_kept_as_paused(self, engine: Engine, row: int) -> None:
        claimed = engine.admit_and_start()
        engine.order(control.pause, [row])
        engine.finish(claimed, _CUT)

        assert [run.outcome for run in history(engine)] == ["paused"]


@pytest.mark.usefixtures("row")
class TestWhatWaitsAndIsTriedAgainAndAgain:
    def test_is_counted_with_its_last_run(self, engine: Engine) -> None:
        for free in (12, 12, 11):
            run(engine, full_disk(free))

        (kept,) = history(engine)
        assert (kept.outcome, kept.times, kept.reason) == ("waits", 3, "The disk has 11 MiB free.")
        assert kept.ended_at > kept.began_at

    def test_is_a_run_of_its_own_once_it_got_something(self, engine: Engine) -> None:
        run(engine, full_disk(12))
        run(engine, full_disk(11), gained=10, received=10)

        assert [(kept.times, kept.bytes) for kept in history(engine)] == [(1, 0), (1, 10)]

    def test_is_a_run_of_its_own_when_it_waits_for_something_else(self, engine: Engine) -> None:
        run(engine, full_disk(12))
        run(engine, PutBack(StopReason.SHUTDOWN))
        run(engine, PutBack(StopReason.GLOBAL_PAUSE))

        assert [kept.outcome for kept in history(engine)] == ["waits", "stopped", "stopped"]

    def test_failed_attempts_are_kept_one_by_one(self, engine: Engine) -> None:
        for _ in range(3):
            run(engine, _CUT)

        assert [(kept.attempt, kept.times) for kept in history(engine)] == [(1, 1), (2, 1), (3, 1)]


@pytest.mark.usefixtures("row")
class TestItsBounds:
    def test_the_newest_fifty_of_a_book_are_kept(self, engine: Engine) -> None:
        for number in range(1, 54):
            run(engine, _CUT, gained=1, received=number)
        engine.order(forget_runs)

        assert [kept.bytes for kept in history(engine)] == list(range(4, 54))

    def test_what_ended_ninety_days_ago_is_forgotten(self, engine: Engine) -> None:
        for number in range(3):
            run(engine, _CUT, received=number)
        engine.execute("UPDATE runs SET ended_at = ended_at - interval '89 days'")
        engine.execute("UPDATE runs SET ended_at = ended_at - interval '2 days' WHERE bytes < 2")
        engine.order(forget_runs)

        assert [kept.bytes for kept in history(engine)] == [2]

    def test_all_that_is_known_of_a_book_goes_with_it(self, engine: Engine) -> None:
        run(engine, Done())
        engine.items(1)
        run(engine, Done())
        gone, left = (run.about_id for run in engine.rows("SELECT about_id FROM runs ORDER BY about_id"))
        engine.execute("DELETE FROM audiobooks WHERE id = :id", id=gone)

        assert [kept.about_id for kept in history(engine)] == [left]


def test_descriptions_that_are_done_together_leave_no_runs(engine: Engine) -> None:
    at = engine.at(METADATA)
    worker = at.worker()
    engine.items(3, is_ready=False)
    engine.execute(
        "INSERT INTO extractions (id, politeness_key, listed) SELECT id, source, '{\"parts\": [{}]}' FROM audiobooks"
    )
    first = at.admit_and_start()
    with engine.database.unit_of_work() as work:
        more = claim_batch(work, METADATA, first, worker_id=worker.id, timing=engine.timing)
    with engine.database.unit_of_work() as work:
        assert len(finish_batch(work, METADATA, [first, *more])) == 3

    assert history(engine) == []
