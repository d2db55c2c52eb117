from __future__ import annotations

from datetime import timedelta

import pytest

from ohdio_core.db.session import UnitOfWork
from ohdio_core.work.dispatcher import Dispatcher
from ohdio_core.work.schedules import OF_THE_ENGINE, Schedule, run_due
from tests.fixtures.engine import Engine


class Count:
    """Counts its runs."""

    def __init__(self) -> None:
        self.runs = 0
        self.schedule = Schedule("count", timedelta(hours=1), self.run)

    def run(self, _: UnitOfWork) -> None:
        self.runs += 1


def tick(engine: Engine, schedule: Schedule) -> list[str]:
    with engine.database.unit_of_work() as work:
        return run_due(work, [schedule])


def move_clock(engine: Engine, by: timedelta) -> None:
    engine.execute("UPDATE schedules SET due_at = due_at - CAST(:by AS interval)", by=by)


def test_is_done_at_once_and_then_every_so_often(engine: Engine) -> None:
    count = Count()
    assert [tick(engine, count.schedule) for _ in range(3)] == [["count"], [], []]

    move_clock(engine, timedelta(minutes=61))

    assert [tick(engine, count.schedule) for _ in range(2)] == [["count"], []]
    assert count.runs == 2


def test_what_was_missed_is_done_once(engine: Engine) -> None:
    count = Count()
    tick(engine, count.schedule)

    move_clock(engine, timedelta(days=3))

    assert [tick(engine, count.schedule) for _ in range(2)] == [["count"], []]


def test_a_clock_that_was_ahead_puts_nothing_off(engine: Engine) -> None:
    count = Count()
    tick(engine, count.schedule)

    move_clock(engine, -timedelta(days=300))

    assert tick(engine, count.schedule) == ["count"]


def test_one_process_at_a_time_does_it(engine: Engine) -> None:
    count = Count()
    with engine.database.unit_of_work() as work:
        assert run_due(work, [count.schedule]) == ["count"]
        assert tick(engine, count.schedule) == []  # another one, before the first has committed
    assert count.runs == 1


def test_what_failed_is_still_due(engine: Engine) -> None:
    def fail(_: UnitOfWork) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        tick(engine, Schedule("count", timedelta(hours=1), fail))

    assert tick(engine, Count().schedule) == ["count"]


def test_what_fails_keeps_nothing_from_being_admitted(engine: Engine) -> None:
    def fail(_: UnitOfWork) -> None:
        raise ZeroDivisionError

    failing = [Schedule("count", timedelta(hours=1), fail)]
    dispatcher = Dispatcher(engine.database, [], engine.timing, sweeps=[engine.stage], schedules=failing)

    assert dispatcher.tick() == {engine.stage.name}


def test_what_is_not_due_writes_nothing(engine: Engine) -> None:
    count = Count()
    tick(engine, count.schedule)
    before = engine.value("SELECT xmin::text || '/' || xmax::text FROM schedules")

    tick(engine, count.schedule)

    assert engine.value("SELECT xmin::text || '/' || xmax::text FROM schedules") == before


def test_workers_that_were_silent_for_a_day_are_forgotten(engine: Engine) -> None:
    engine.worker()
    engine.execute("UPDATE workers SET beat_at = beat_at - interval '25 h'")
    engine.worker()

    with engine.database.unit_of_work() as work:
        run_due(work, OF_THE_ENGINE)

    assert engine.value("SELECT count(*) FROM workers") == 1
