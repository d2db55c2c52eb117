"""Work that outlives its time and may have no end: how many slots it holds, and where it goes."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest

from ohdio_core.collection import control
from ohdio_core.domain.queue import StopReason, explain_wait
from ohdio_core.errors import TransientError
from ohdio_core.sentences import legacy, stored
from ohdio_core.work.beat import Heartbeat, WorkerIdentity
from ohdio_core.work.claim import Claim
from ohdio_core.work.outcome import Done, Failed, Outcome, PutBack, outcome_of
from ohdio_core.work.relay import take_next
from ohdio_core.work.run import Run
from ohdio_core.work.stages import DOWNLOADS
from ohdio_core.work.timing import boot_clock
from tests.fixtures.engine import Engine


def beat(engine: Engine, claimed: Claim, overlong_at: float | None) -> Run:
    """Beat for a run that outlives its time from ``overlong_at`` on."""
    run = Run(claimed, beat_sent_at=boot_clock())
    run.overlong_at = overlong_at
    heartbeat = Heartbeat(engine.database, DOWNLOADS, WorkerIdentity("downloader", 1), engine.timing)
    heartbeat.add(run)
    heartbeat.beat()
    return run


def start_overlong(engine: Engine, count: int) -> list[Claim]:
    """Start so many that outlive their time at once."""
    claims = [engine.start(row) for row in engine.admit()[:count]]
    for claimed in claims:
        beat(engine, claimed, 0)
    return claims


def asked(engine: Engine, claims: list[Claim]) -> list[str | None]:
    return [engine.row(claimed.id).stop_requested for claimed in claims]


def hold_back(engine: Engine, count: int) -> list[Claim]:
    """Run so many, of which one goes on while the others are stopped and held back."""
    claims = start_overlong(engine, count)
    engine.admit()
    for claimed in claims[1:]:
        engine.finish(claimed, PutBack(StopReason.OVERLONG))
    return claims


class TestSlots:
    @pytest.mark.parametrize(("limit", "stay"), [(1, 1), (2, 1), (3, 1), (5, 1), (6, 2), (9, 3)])
    def test_a_third_of_them_and_one_at_least_may_be_held(self, engine: Engine, limit: int, stay: int) -> None:
        engine.order(control.set_limit, limit)
        engine.worker(threads=9)
        engine.items(limit)
        claims = start_overlong(engine, limit)
        engine.admit()

        assert asked(engine, claims) == [None] * stay + ["overlong"] * (limit - stay)

    def test_where_threads_are_fewer_than_the_limit_it_is_a_third_of_those(self, engine: Engine) -> None:
        engine.order(control.set_limit, 9)
        engine.worker(threads=3)
        engine.items(3)
        claims = start_overlong(engine, 3)
        engine.admit()

        assert asked(engine, claims) == [None, "overlong", "overlong"]

    def test_the_least_urgent_stop_first_and_others_are_left_alone(self, engine: Engine) -> None:
        engine.order(control.set_limit, 4)
        engine.worker(threads=4)
        (ordinary,) = engine.items(1, priority=1)
        (low,) = engine.items(1, priority=2)
        (high,) = engine.items(1, priority=8)
        claims = {row: engine.start(row) for row in engine.admit()}
        beat(engine, claims[low], 0)
        beat(engine, claims[high], 0)
        beat(engine, claims[ordinary], math.inf)
        engine.admit()

        assert asked(engine, [claims[ordinary], claims[low], claims[high]]) == [None, "overlong", None]

    def test_a_slot_is_free_only_when_the_bytes_have_stopped(self, engine: Engine) -> None:
        engine.worker()
        *_, waiting = engine.items(4)
        claims = start_overlong(engine, 3)

        assert engine.admit() == []
        assert engine.held() == 3
        assert beat(engine, claims[1], 0).stop_reason is StopReason.OVERLONG
        engine.finish(claims[1], PutBack(StopReason.OVERLONG))
        assert engine.admit() == [waiting]

    def test_what_is_within_its_time_is_not_asked_to_stop(self, engine: Engine) -> None:
        engine.worker()
        engine.items(3)
        claims = [engine.start(row) for row in engine.admit()]
        for claimed, overlong_at in zip(claims, (None, math.inf, boot_clock() + 10**9), strict=True):
            beat(engine, claimed, overlong_at)
        engine.admit()

        assert asked(engine, claims) == [None] * 3


class TestHeldBack:
    def test_it_goes_back_with_its_reason_and_at_no_attempt(self, engine: Engine) -> None:
        engine.worker()
        engine.items(2)
        _, stopped = hold_back(engine, 2)

        row = engine.row(stopped.id)
        assert (row.status, row.attempts, row.setbacks, row.is_overlong) == ("queued", 0, 0, True)
        assert (
            "does not tell how long it is"
            in explain_wait(
                is_ready=row.is_ready,
                is_admitted=False,
                recorded=stored(row.wait_reason, row.wait_message),
                next_attempt_at=row.next_attempt_at,
                site_closed_until=None,
                site_closed_reason=None,
                is_paused=False,
                outside_hours=None,
                has_workers=True,
                description_wait=None,
            ).text
        )

    def test_it_waits_while_another_holds_its_slot_and_goes_on_when_that_has_ended(self, engine: Engine) -> None:
        engine.worker()
        engine.items(3)
        first, second, third = hold_back(engine, 3)
        engine.sweep()
        assert engine.admit() == []

        engine.finish(first, Done())
        engine.sweep()

        assert engine.admit() == [second.id]
        engine.sweep()
        assert engine.admit() == []
        again = engine.start(second.id)
        assert again.is_overlong
        engine.finish(again, Failed(legacy("It is gone.")))
        engine.sweep()
        assert engine.admit() == [third.id]

    def test_others_of_its_site_are_not_held_up(self, engine: Engine) -> None:
        engine.worker()
        engine.items(3)
        hold_back(engine, 3)
        ordinary = engine.items(5)
        engine.sweep()

        assert engine.admit() == ordinary[:2]

    def test_no_slot_is_passed_on_to_it(self, engine: Engine) -> None:
        engine.worker()
        engine.items(2)
        hold_back(engine, 2)
        engine.sweep()
        engine.items(1, is_ready=False)
        with engine.database.unit_of_work() as work:
            successor = take_next(work, DOWNLOADS, worker_id=WorkerIdentity("downloader", 1).id, timing=engine.timing)

        assert successor is None

    @pytest.mark.parametrize(
        "end", [PutBack(StopReason.SHUTDOWN), outcome_of(TransientError(legacy("The connection broke.")))], ids=str
    )
    def test_what_beginning_again_does_not_change_is_remembered(self, engine: Engine, end: Outcome) -> None:
        engine.worker()
        engine.items(1)
        (claimed,) = start_overlong(engine, 1)
        engine.finish(claimed, end)
        engine.pass_time(timedelta(hours=1))
        engine.worker()
        engine.sweep()

        again = engine.admit_and_start()
        assert again.is_overlong
        assert beat(engine, again, None).is_overlong
        assert engine.row(again.id).is_overlong
        beat(engine, again, math.inf)
        assert not engine.row(again.id).is_overlong

    def test_whoever_retries_what_has_failed_gives_it_its_time_back(self, engine: Engine) -> None:
        engine.worker()
        engine.items(1)
        (claimed,) = start_overlong(engine, 1)
        engine.finish(claimed, Failed(legacy("It never ends.")))
        engine.order(control.retry, [claimed.id])

        assert not engine.row(claimed.id).is_overlong
