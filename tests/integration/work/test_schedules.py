from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
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


def tick(engine: Engine, *schedules: Schedule) -> list[str]:
    return run_due(engine.database, schedules)


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
    meanwhile: list[list[str]] = []

    def run(work: UnitOfWork) -> None:
        count.run(work)
        meanwhile.append(tick(engine, count.schedule))  # another one, before the first has committed

    assert tick(engine, Schedule("count", timedelta(hours=1), run)) == ["count"]
    assert (meanwhile, count.runs) == ([[]], 1)


def fail(_: UnitOfWork) -> None:
    raise ZeroDivisionError


def ask_wrongly(work: UnitOfWork) -> None:
    work.execute(sql("SELECT wrong FROM schedules"))


@pytest.mark.parametrize("mistake", [fail, ask_wrongly])
def test_what_failed_is_still_due_and_undoes_no_other(engine: Engine, mistake: Callable[[UnitOfWork], None]) -> None:
    count = Count()

    def forget(work: UnitOfWork) -> None:
        work.execute(sql("DELETE FROM workers"))

    before = Schedule("before", timedelta(hours=1), forget)
    engine.worker()

    failing = Schedule("failing", timedelta(hours=1), mistake)
    assert tick(engine, before, failing, count.schedule) == ["before", "count"]

    assert engine.value("SELECT count(*) FROM workers") == 0
    assert tick(engine, before, Schedule("failing", timedelta(hours=1), count.run), count.schedule) == ["failing"]


def test_what_fails_keeps_nothing_from_being_admitted(engine: Engine) -> None:
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

    run_due(engine.database, OF_THE_ENGINE)

    assert engine.value("SELECT count(*) FROM workers") == 1
