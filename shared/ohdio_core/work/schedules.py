"""Work that comes round by the clock, done once by whoever ticks first, over all processes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.work.run_history import FORGET_EVERY, forget_runs

_LOCK = 0x0D12

_TAKE_DUE = NamedSql(__name__).statement("take_due")


@dataclass(frozen=True, slots=True)
class Schedule:
    """Something to be done every so often.

    Args:
        name: Unique; what its next time is stored under.
        run: Does it, in the unit of work that notes the next time. What it raises leaves it due.
    """

    name: str
    every: timedelta
    run: Callable[[UnitOfWork], None]


def run_due(work: UnitOfWork, schedules: Sequence[Schedule]) -> list[str]:
    """Run the schedules whose time has come; return their names. One that is new is due at once."""
    due = set(
        work.execute(
            _TAKE_DUE,
            {
                "names": [schedule.name for schedule in schedules],
                "intervals": [schedule.every for schedule in schedules],
                "lock": _LOCK,
            },
        ).scalars()
    )
    for schedule in schedules:
        if schedule.name in due:
            schedule.run(work)
    return sorted(due)


def _forget_dead_workers(work: UnitOfWork) -> None:
    """Delete the rows of workers that have been silent for a day."""
    work.execute(sql("DELETE FROM workers WHERE beat_at < clock_timestamp() - interval '1 day'"))


#: What the engine itself needs.
OF_THE_ENGINE = (
    Schedule("forget dead workers", timedelta(hours=1), _forget_dead_workers),
    Schedule("forget runs", FORGET_EVERY, forget_runs),
)
