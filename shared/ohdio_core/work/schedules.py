"""Work that comes round by the clock, done once by whoever ticks first, over all processes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ohdio_core.away import log_failure
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.work.clock import bound_rounds
from ohdio_core.work.run_history import FORGET_EVERY, forget_runs

log = structlog.get_logger(__name__)

_LOCK = 0x0D12

_SQL = NamedSql(__name__)
_FIND_DUE = _SQL.statement("find_due")
_TAKE_DUE = _SQL.statement("take_due")


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


def run_due(database: Database, schedules: Sequence[Schedule]) -> list[str]:
    """Run the schedules whose time has come; return the names of those that were run. One that is new is due at once.

    Each has a transaction of its own. A mistake in one is logged, leaves it due, and keeps no other from running.

    Raises:
        SQLAlchemyError: The database is out of reach.
    """
    with database.statement() as work:
        due = set(work.execute(_FIND_DUE, _named(schedules)).scalars())
    return sorted(schedule.name for schedule in schedules if schedule.name in due and _run(database, schedule))


def _run(database: Database, schedule: Schedule) -> bool:
    """Run a schedule that seemed due; return False where another process was quicker, and where it failed."""
    try:
        with database.unit_of_work() as work:
            is_ours = work.execute(_TAKE_DUE, {**_named([schedule]), "lock": _LOCK}).scalar() is not None
            if is_ours:
                schedule.run(work)
    except Exception as error:
        # What the database itself has answered is a mistake in this one; without an answer none can be run.
        if isinstance(error, SQLAlchemyError) and getattr(getattr(error, "orig", None), "sqlstate", None) is None:
            raise
        said = "what is due by the clock failed; it is tried again at the next tick"
        log_failure(log, said, error, schedule=schedule.name)
        return False
    return is_ours


def _named(schedules: Sequence[Schedule]) -> dict[str, object]:
    return {
        "names": [schedule.name for schedule in schedules],
        "intervals": [schedule.every for schedule in schedules],
    }


def _forget_dead_workers(work: UnitOfWork) -> None:
    """Delete the rows of workers that have been silent for a day."""
    work.execute(sql("DELETE FROM workers WHERE beat_at < clock_timestamp() - interval '1 day'"))


#: What the engine itself needs.
OF_THE_ENGINE = (
    Schedule("forget dead workers", timedelta(hours=1), _forget_dead_workers),
    Schedule("forget runs", FORGET_EVERY, forget_runs),
    Schedule("bound what comes round", timedelta(minutes=10), bound_rounds),
)
