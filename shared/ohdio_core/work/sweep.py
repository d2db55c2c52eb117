"""The sweep: what makes lost messages and dead workers harmless.

Every worker process runs it on each tick for its own stage, under a transaction-scoped try-lock;
a frozen holder is ended by PostgreSQL's own timeouts, so it never stops the others for long.
"""

from __future__ import annotations

from sqlalchemy import text

from ohdio_core.db.session import UnitOfWork
from ohdio_core.work.finish import settle
from ohdio_core.work.stages import Stage
from ohdio_core.work.timing import Timing

_LOCK_SPACE = 0x0D11
_BATCH = 500


def sweep(work: UnitOfWork, stage: Stage, timing: Timing, *, may_expire: bool = True) -> bool:
    """Take back expired leases, promote due rows, send lost messages again.

    Args:
        may_expire: False while the database has only just come back: its outage is nobody's fault,
            so workers get the time to be heard again before their rows are taken.

    Returns:
        False when another process is sweeping this stage right now.
    """
    if not work.session.execute(
        text("SELECT pg_try_advisory_xact_lock(:space, hashtext(:stage))"),
        {"space": _LOCK_SPACE, "stage": stage.name},
    ).scalar_one():
        return False
    if may_expire:
        take_back_expired(work, stage)
    promote(work, stage)
    send_again(work, stage, timing)
    forget_dead_workers(work)
    return True


def take_back_expired(work: UnitOfWork, stage: Stage, *, even_if_live: bool = False) -> list[int]:
    """End the runs of workers that fell silent.

    A run that moved its progress forward costs no attempt. One that did not may be what kills the
    worker, so its attempt is spent, and after the last one the item fails.

    Args:
        even_if_live: Take every lease: for a single process that has just started, so that all are old.
    """
    ids = list(
        work.session.execute(
            text(
                f"""
                WITH dead AS (
                    SELECT id, attempts - (progress > best_progress)::int AS spent FROM {stage.table}
                    WHERE status = 'processing' AND lease_token IS NOT NULL
                      AND (:even_if_live OR lease_until < clock_timestamp())
                    ORDER BY id LIMIT {_BATCH} FOR UPDATE SKIP LOCKED
                )
                UPDATE {stage.table} AS row
                SET {stage.at_rest}
                    status = CASE
                        WHEN row.stop_requested = 'pause' THEN 'paused'
                        WHEN row.stop_requested = 'cancel' THEN 'cancelled'
                        WHEN dead.spent >= row.max_attempts THEN 'failed'
                        ELSE 'queued' END,
                    error = CASE WHEN row.stop_requested IS NULL AND dead.spent >= row.max_attempts
                        THEN 'Given up: the worker died ' || dead.spent || ' times while it worked on this.'
                        ELSE row.error END,
                    wait_reason = 'its worker died; it goes on where it stopped',
                    attempts = dead.spent, best_progress = greatest(row.best_progress, row.progress),
                    lease_token = NULL, lease_until = NULL, worker_id = NULL, admitted_at = NULL, sent_at = NULL,
                    stop_requested = NULL, next_attempt_at = NULL, updated_at = now()
                FROM dead WHERE row.id = dead.id
                RETURNING row.id
                """
            ),
            {"even_if_live": even_if_live},
        ).scalars()
    )
    if ids:
        settle(work, stage, ids)
        work.wake(stage.name)
        for row_id in ids:
            work.changed(stage.topic, row_id)
    return ids


def promote(work: UnitOfWork, stage: Stage) -> None:
    """Make rows whose time has come due, so that the index of due rows finds them."""
    ids = work.session.execute(
        text(
            f"""
            WITH due AS (
                SELECT id FROM {stage.table}
                WHERE status = 'queued' AND next_attempt_at <= clock_timestamp()
                ORDER BY next_attempt_at LIMIT {_BATCH} FOR UPDATE SKIP LOCKED
            )
            UPDATE {stage.table} AS row SET next_attempt_at = NULL, updated_at = now()
            FROM due WHERE row.id = due.id RETURNING row.id
            """
        )
    ).scalars()
    for row_id in ids:
        work.changed(stage.topic, row_id)
        work.wake(stage.name)


def send_again(work: UnitOfWork, stage: Stage, timing: Timing) -> None:
    """Send the message of admitted rows that nobody claims.

    While every live thread is busy a message may simply be waiting, so it counts as lost only when
    a thread is idle, or when a message that was sent clearly later has been taken already.
    """
    ids = work.session.execute(
        text(
            f"""
            WITH busy AS (
                SELECT count(*) AS threads, max(sent_at) AS newest FROM {stage.table}
                WHERE status = 'processing' AND lease_token IS NOT NULL
            ), live AS (
                SELECT coalesce(sum(threads), 0) AS threads FROM workers
                WHERE service = :service AND beat_at > clock_timestamp() - CAST(:lease AS interval)
            ), lost AS (
                SELECT row.id FROM {stage.table} AS row, busy, live
                WHERE row.status = 'processing' AND row.lease_token IS NULL
                  AND coalesce(row.sent_at, '-infinity') < clock_timestamp() - CAST(:resend_after AS interval)
                  AND live.threads > 0
                  AND (busy.threads < live.threads OR row.sent_at < busy.newest - CAST(:resend_after AS interval))
                ORDER BY row.id LIMIT {_BATCH} FOR UPDATE OF row SKIP LOCKED
            )
            UPDATE {stage.table} AS row SET sent_at = clock_timestamp()
            FROM lost WHERE row.id = lost.id RETURNING row.id
            """
        ),
        {"service": stage.service, "lease": timing.lease, "resend_after": timing.resend_after},
    ).scalars()
    for row_id in ids:
        work.publish(stage.message(row_id))


def forget_dead_workers(work: UnitOfWork) -> None:
    """Delete the rows of workers that have been silent for a day."""
    work.session.execute(text("DELETE FROM workers WHERE beat_at < clock_timestamp() - interval '1 day'"))
