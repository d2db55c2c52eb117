"""Bounding times that were written by a clock that was ahead, so that nothing waits until the right clock gets there.

A machine may start with a wrong clock and learn the time later. What was written before then lies too far ahead:
a wait, a lease or a closing of a site would last until the right clock gets there.
"""

from __future__ import annotations

from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.retry import JITTER, LONGEST_DELAY, LONGEST_RETRY_AFTER
from ohdio_core.pacing.site_health import bound_closings
from ohdio_core.work.stages import Stage
from ohdio_core.work.timing import Timing

#: Only what a site asked for itself is further ahead than this, so that few rows are read.
_USUAL = LONGEST_DELAY * JITTER


def bound_times(work: UnitOfWork, stage: Stage, timing: Timing) -> None:
    """Bound the times of a stage's rows, of sites and of workers that lie further ahead than can have been meant."""
    _bound_rows(work, stage, timing)
    _bound_turns_and_beats(work, stage)
    bound_closings(work)


def _bound_rows(work: UnitOfWork, stage: Stage, timing: Timing) -> None:
    """Bound leases and times of sending, and move waits back by as much as their rows were written ahead."""
    work.execute(
        sql(
            f"""
            WITH held AS (
                SELECT id FROM {stage.table}
                WHERE status = 'processing' AND (lease_until > clock_timestamp() + 2 * CAST(:lease AS interval)
                                                 OR greatest(admitted_at, sent_at) > clock_timestamp())
                ORDER BY id FOR UPDATE SKIP LOCKED
            )
            UPDATE {stage.table} AS row
            SET lease_until = lease_until - greatest(lease_until - clock_timestamp() - CAST(:lease AS interval), '0'),
                admitted_at = admitted_at - greatest(admitted_at - clock_timestamp(), '0'),
                sent_at = sent_at - greatest(sent_at - clock_timestamp(), '0')
            FROM held WHERE row.id = held.id
            """
        ),
        {"lease": timing.lease},
    )
    work.execute(
        sql(
            f"""
            WITH ahead AS (
                SELECT id FROM {stage.table}
                WHERE status = 'queued' AND next_attempt_at > clock_timestamp() + CAST(:usual AS interval)
                  AND (updated_at > clock_timestamp()
                       OR next_attempt_at > clock_timestamp() + CAST(:longest AS interval))
                ORDER BY id FOR UPDATE SKIP LOCKED
            )
            UPDATE {stage.table} AS row
            SET next_attempt_at = least(
                    next_attempt_at - greatest(updated_at - clock_timestamp(), '0'),
                    clock_timestamp() + CAST(:longest AS interval)
                ), updated_at = now()
            FROM ahead WHERE row.id = ahead.id
            """
        ),
        {"usual": _USUAL, "longest": LONGEST_RETRY_AFTER},
    )


def _bound_turns_and_beats(work: UnitOfWork, stage: Stage) -> None:
    """Bound the times of sites' turns and of workers' last beats to the present."""
    work.execute(sql("UPDATE workers SET beat_at = clock_timestamp() WHERE beat_at > clock_timestamp()"))
    work.execute(
        sql("UPDATE turns SET served_at = clock_timestamp() WHERE stage = :stage AND served_at > clock_timestamp()"),
        {"stage": stage.name},
    )
