"""The sweep: what makes lost messages and dead workers harmless.

Every worker process runs it on each tick for its own stage, under a transaction-scoped try-lock;
a frozen holder is ended by PostgreSQL's own timeouts, so it never stops the others for long.
"""

from __future__ import annotations

from collections.abc import Callable

from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.admission import most_overlong
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.work.capacity import Capacity, parameters_of, select_capacity
from ohdio_core.work.claim import SET_RELEASED
from ohdio_core.work.clock import put_right
from ohdio_core.work.finish import Finished, announce_waits, settle
from ohdio_core.work.stages import DOWNLOADS, Stage
from ohdio_core.work.story import log_finished
from ohdio_core.work.timing import Timing

_LOCK_SPACE = 0x0D11
_BATCH = 500
_MOST_COUNTS = 100  #: summed up in no time
_BEATS_APART = 3  #: enough for a healthy run to be heard of before the next suspect starts


def sweep(work: UnitOfWork, stage: Stage, timing: Timing, *, may_expire: Callable[[], bool] = lambda: True) -> bool:
    """Take back expired leases, promote due rows, send lost messages again.

    Args:
        may_expire: False while the database has only just come back: its outage is nobody's fault,
            so workers get the time to be heard again before their rows are taken. Asked once the
            database has answered, for the first question may have waited for the end of an outage.

    Returns:
        False when another process is sweeping this stage right now.
    """
    if not work.execute(
        sql("SELECT pg_try_advisory_xact_lock(:space, hashtext(:stage))"),
        {"space": _LOCK_SPACE, "stage": stage.name},
    ).scalar_one():
        return False
    put_right(work, stage, timing)
    if may_expire():
        take_back_expired(work, stage, timing)
    promote(work, stage)
    if stage is DOWNLOADS:
        promote_overlong(work, stage, timing)
    send_again(work, stage, timing)
    forget_dead_workers(work)
    if stage is DOWNLOADS:
        fold_counts(work)
    return True


def take_back_expired(work: UnitOfWork, stage: Stage, timing: Timing, *, even_if_live: bool = False) -> list[int]:
    """End the runs of workers that fell silent.

    A run that moved its progress forward costs no attempt. One that did not may be what kills the
    worker, so its attempt is spent, and after the last one the item fails. Such suspects of one
    worker start again one by one, so that what kills workers does not take its neighbours along
    until they have failed too.

    Args:
        even_if_live: Take every lease: for a single process that has just started, so that all are old.
    """
    taken = work.execute(
        sql(
            f"""
                WITH dead AS (
                    SELECT id, worker_id, progress > best_progress AS has_moved, stop_requested,
                           attempts - (progress > best_progress)::int AS spent, max_attempts
                    FROM {stage.table}
                    -- now(), not the clock: a transaction that hung in an outage must not see its end.
                    WHERE status = 'processing' AND lease_token IS NOT NULL
                      AND (:even_if_live OR lease_until < now())
                    ORDER BY id LIMIT {_BATCH} FOR UPDATE SKIP LOCKED
                ), fate AS (
                    SELECT id, spent,
                           CASE WHEN stop_requested = 'pause' THEN 'paused'
                                WHEN stop_requested = 'cancel' THEN 'cancelled'
                                WHEN spent >= max_attempts THEN 'failed'
                                ELSE 'queued' END AS status,
                           CASE WHEN NOT has_moved
                                THEN row_number() OVER (PARTITION BY worker_id, has_moved ORDER BY random()) - 1
                                ELSE 0 END AS place
                    FROM dead
                )
                UPDATE {stage.table} AS row
                SET {stage.at_rest}
                    status = fate.status,
                    error = CASE fate.status WHEN 'failed'
                        THEN 'Given up after ' || fate.spent || ' attempts: the worker died while it worked on this.'
                        ELSE row.error END,
                    wait_reason = CASE fate.status WHEN 'queued'
                        THEN 'its worker died; it goes on where it stopped' END,
                    finished_at = CASE WHEN fate.status IN ('failed', 'cancelled')
                        THEN clock_timestamp() ELSE row.finished_at END,
                    attempts = fate.spent, best_progress = greatest(row.best_progress, row.progress),
                    {SET_RELEASED},
                    next_attempt_at = CASE WHEN fate.status = 'queued' AND fate.place > 0
                        THEN clock_timestamp() + fate.place * CAST(:apart AS interval) END
                FROM fate, {stage.about} AS about WHERE row.id = fate.id AND about.id = row.{stage.about_id}
                RETURNING row.id, row.status, about.title, about.url,
                          round(extract(epoch FROM clock_timestamp() - row.started_at), 2)::float AS seconds,
                          CASE row.status WHEN 'failed' THEN row.error ELSE row.wait_reason END AS sentence
                """
        ),
        {"even_if_live": even_if_live, "apart": _BEATS_APART * timing.beat},
    ).all()
    ids = [row.id for row in taken]
    for row in taken:
        finished = Finished(WorkStatus(row.status), row.sentence)
        log_finished(stage, row.id, finished, title=row.title, link=row.url, seconds=row.seconds)
    if ids:
        settle(work, stage, ids)
        announce_waits(work, stage, ids)
        work.wake(stage.name)
        for row_id in ids:
            work.changed(stage.topic, row_id)
    return ids


def promote(work: UnitOfWork, stage: Stage) -> None:
    """Make rows whose time has come due, so that the index of due rows finds them."""
    promoted = work.execute(
        sql(
            f"""
            WITH due AS (
                SELECT id FROM {stage.table} AS row
                WHERE status = 'queued' AND next_attempt_at <= clock_timestamp() AND NOT {stage.overlong}
                ORDER BY next_attempt_at LIMIT {_BATCH} FOR UPDATE SKIP LOCKED
            )
            UPDATE {stage.table} AS row SET next_attempt_at = NULL, updated_at = now()
            FROM due WHERE row.id = due.id RETURNING row.id
            """
        )
    ).scalars()
    _tell_due(work, stage, list(promoted))


def promote_overlong(work: UnitOfWork, stage: Stage, timing: Timing) -> None:
    """Make as many rows due that outlived their time, and were stopped, as slots are left that such may hold.

    So admission and relay, which start whatever is due, never start more of them; the one that waited longest first.
    """
    capacity = Capacity(*work.execute(sql(select_capacity(stage)), parameters_of(stage, timing)).one())
    promoted = work.execute(
        sql(
            f"""
            WITH due AS (
                SELECT id FROM {stage.table} AS row
                WHERE {stage.overlong} AND status = 'queued' AND next_attempt_at <= clock_timestamp()
                ORDER BY next_attempt_at
                LIMIT greatest(0, :most - (
                    SELECT count(*) FROM {stage.table} AS row
                    WHERE {stage.overlong}
                      AND (status = 'processing' OR (status = 'queued' AND next_attempt_at IS NULL))
                ))
                FOR UPDATE SKIP LOCKED
            )
            UPDATE {stage.table} AS row SET next_attempt_at = NULL, updated_at = now()
            FROM due WHERE row.id = due.id RETURNING row.id
            """
        ),
        {"most": most_overlong(capacity.slots)},
    ).scalars()
    _tell_due(work, stage, list(promoted))


def _tell_due(work: UnitOfWork, stage: Stage, ids: list[int]) -> None:
    announce_waits(work, stage, ids)
    for row_id in ids:
        work.changed(stage.topic, row_id)
        work.wake(stage.name)


def send_again(work: UnitOfWork, stage: Stage, timing: Timing) -> None:
    """Send the message of admitted rows that nobody claims.

    While every live thread is busy a message may simply be waiting, so it counts as lost only when
    a message that was sent clearly later has been taken already, or when a thread is idle. A thread
    is idle between any two messages too, so no more are sent again than threads are.
    """
    ids = work.execute(
        sql(
            f"""
            WITH busy AS (
                SELECT count(*) AS threads FROM {stage.table} WHERE status = 'processing' AND lease_token IS NOT NULL
            ), live AS (
                SELECT coalesce(sum(threads), 0) AS threads FROM workers
                WHERE service = :service AND beat_at > clock_timestamp() - CAST(:lease AS interval)
            ), waiting AS (
                SELECT id, priority, sent_at, row_number() OVER (ORDER BY sent_at NULLS FIRST, id) AS place
                FROM {stage.table}
                WHERE status = 'processing' AND lease_token IS NULL
                  AND coalesce(sent_at, '-infinity') < clock_timestamp() - CAST(:resend_after AS interval)
            ), lost AS (
                SELECT row.id FROM {stage.table} AS row JOIN waiting ON waiting.id = row.id, busy, live
                WHERE row.status = 'processing' AND row.lease_token IS NULL AND live.threads > 0
                  AND (waiting.place <= live.threads - busy.threads OR EXISTS (
                      -- A more urgent one may have been taken at the call of any message.
                      SELECT FROM {stage.table} AS taken
                      WHERE taken.status = 'processing' AND taken.lease_token IS NOT NULL
                        AND taken.admitted_at > waiting.sent_at + CAST(:resend_after AS interval)
                        AND taken.priority <= waiting.priority
                  ))
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
    work.execute(sql("DELETE FROM workers WHERE beat_at < clock_timestamp() - interval '1 day'"))


def fold_counts(work: UnitOfWork) -> None:
    """Sum up the changes of the queue's length. Nobody else deletes them, so none is lost or counted twice."""
    work.execute(
        sql(
            """
            WITH folded AS (
                DELETE FROM queue_counts WHERE (SELECT count(*) FROM queue_counts) > :most RETURNING status, items
            )
            INSERT INTO queue_counts (status, items)
            SELECT status, sum(items) FROM folded GROUP BY status HAVING sum(items) <> 0
            """
        ),
        {"most": _MOST_COUNTS},
    )
