"""Bounding times that were written by a clock that was ahead, so that nothing waits until the right clock gets there.

A machine may start with a wrong clock and learn the time later. What was written before then lies too far ahead:
a wait, a lease or a closing of a site would last until the right clock gets there.
"""

from __future__ import annotations

from datetime import timedelta

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.retry import JITTER, LONGEST_DELAY, LONGEST_RETRY_AFTER
from ohdio_core.pacing.site_health import bound_closings
from ohdio_core.work.fragments import for_each_stage
from ohdio_core.work.stages import STAGES, Stage
from ohdio_core.work.timing import Timing

_SQL = NamedSql(__name__)
_BOUND_LEASES = for_each_stage(_SQL, "bound_leases")
_BOUND_WAITS = for_each_stage(_SQL, "bound_waits")

#: Only what a site asked for itself is further ahead than this, so that few rows are read.
_USUAL = LONGEST_DELAY * JITTER
#: As far ahead as anything may come round: a month, give or take a tenth, and on to the hour at which it may.
_LONGEST_ROUND = timedelta(days=34)


def bound_times(work: UnitOfWork, stage: Stage, timing: Timing) -> None:
    """Bound the times of a stage's rows, of sites and of workers that lie further ahead than can have been meant."""
    _bound_rows(work, stage, timing)
    _bound_turns_and_beats(work, stage)
    bound_closings(work)


def _bound_rows(work: UnitOfWork, stage: Stage, timing: Timing) -> None:
    """Bound leases and times of sending, and move waits back by as much as their rows were written ahead."""
    work.execute(_BOUND_LEASES[stage.name], {"lease": timing.lease})
    if not stage.comes_round:
        work.execute(_BOUND_WAITS[stage.name], {"usual": _USUAL, "longest": LONGEST_RETRY_AFTER})


def bound_rounds(work: UnitOfWork) -> None:
    """Move the waits of what comes round by the clock back by as much as their rows were written ahead.

    Nearly all such rows wait for hours, and each has to be looked at: so it is not done at each tick.
    """
    for stage in STAGES.values():
        if stage.comes_round:
            work.execute(_BOUND_WAITS[stage.name], {"usual": _USUAL, "longest": _LONGEST_ROUND})


def _bound_turns_and_beats(work: UnitOfWork, stage: Stage) -> None:
    """Bound the times of sites' turns and of workers' last beats to the present."""
    work.execute(sql("UPDATE workers SET beat_at = clock_timestamp() WHERE beat_at > clock_timestamp()"))
    work.execute(
        sql("UPDATE turns SET served_at = clock_timestamp() WHERE stage = :stage AND served_at > clock_timestamp()"),
        {"stage": stage.name},
    )
