"""The sweep: what makes lost messages and dead workers harmless.

Every worker process runs it on each tick for its own stage, under a transaction-scoped try-lock;
a frozen holder is ended by PostgreSQL's own timeouts, so it never stops the others for long.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.admission import most_overlong
from ohdio_core.domain.queue import StopReason
from ohdio_core.sentences import json_of, stored, text_of
from ohdio_core.work.capacity import Capacity, parameters_of
from ohdio_core.work.clock import bound_times
from ohdio_core.work.ending import DeadRun, Ending, ending_of_dead
from ohdio_core.work.finish import Finished, announce_waits, apply_consequences
from ohdio_core.work.run_log import log_finished
from ohdio_core.work.stages import NEVER, Stage
from ohdio_core.work.timing import Timing

_LOCK_SPACE = 0x0D11
_BATCH = 500
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
    bound_times(work, stage, timing)
    if may_expire():
        take_back_expired(work, stage, timing)
    promote(work, stage)
    promote_overlong(work, stage, timing)
    send_again(work, stage, timing)
    if stage.tidy:
        work.execute(sql(stage.tidy))
    return True


def take_back_expired(work: UnitOfWork, stage: Stage, timing: Timing, *, even_if_live: bool = False) -> list[int]:
    """End the runs of workers that fell silent; return the ids of their rows.

    Those that may be what killed their worker (``ending_of_dead``) start again one by one, so that what kills workers
    does not take its neighbours along until they have failed too.

    Args:
        even_if_live: Take every lease: for a single process that has just started, so that all are old.
    """
    dead = work.execute(
        sql(
            f"""
            SELECT row.id, row.worker_id, row.progress > row.best_progress AS has_moved, row.stop_requested,
                   row.attempts, row.max_attempts, row.setbacks, row.error, row.error_message, about.title, about.url,
                   round(extract(epoch FROM clock_timestamp() - row.started_at), 2)::float AS seconds
            FROM {stage.table} AS row JOIN {stage.about} AS about ON about.id = row.{stage.about_id}
            -- now(), not the clock: a transaction that hung in an outage must not see its end.
            WHERE row.status = 'processing' AND row.lease_token IS NOT NULL
              AND (:even_if_live OR row.lease_until < now())
            ORDER BY row.id LIMIT {_BATCH} FOR UPDATE OF row SKIP LOCKED
            """
        ),
        {"even_if_live": even_if_live},
    ).all()
    if not dead:
        return []
    endings = _endings_of(dead, timing)
    for transition in {ending.transition for ending in endings.values()}:
        _write(work, stage, {id_: ending for id_, ending in endings.items() if ending.transition is transition})
    ids = list(endings)
    apply_consequences(work, stage, ids)
    announce_waits(work, stage, ids)
    for name in (stage.name, *stage.dependants):
        work.wake(name)
    for row in dead:
        work.changed(stage.topic, row.id)
        finished = Finished(endings[row.id].status, endings[row.id].sentence)
        log_finished(stage, row.id, finished, title=row.title, link=row.url, seconds=row.seconds)
    return ids


def _endings_of(dead: Sequence[Row[Any]], timing: Timing) -> dict[int, Ending]:
    """Return the ending of each row whose worker died, by the row's id."""
    suspects: Counter[UUID] = Counter()
    endings = {}
    for row in sorted(dead, key=lambda _: random.random()):
        delay = None
        if not row.has_moved:
            place = suspects[row.worker_id]
            suspects[row.worker_id] += 1
            delay = place * _BEATS_APART * timing.beat or None
        asked = None if row.stop_requested is None else StopReason(row.stop_requested)
        run = DeadRun(
            row.attempts, row.max_attempts, row.setbacks, row.has_moved, asked, stored(row.error, row.error_message)
        )
        endings[row.id] = ending_of_dead(run, delay=delay)
    return dict(sorted(endings.items()))


def _write(work: UnitOfWork, stage: Stage, endings: Mapping[int, Ending]) -> None:
    """Write endings of one transition into rows that this transaction holds."""
    (transition,) = {ending.transition for ending in endings.values()}
    work.execute(
        sql(
            f"""
            UPDATE {stage.table} AS row
            SET {stage.at_rest} attempts = ending.attempts, best_progress = greatest(row.best_progress, row.progress),
                error = ending.error, error_message = ending.error_message,
                wait_reason = ending.wait_reason, wait_message = ending.wait_message, {transition.assignments}
            FROM unnest(
                CAST(:ids AS bigint[]), CAST(:attempts AS integer[]), CAST(:delays AS interval[]),
                CAST(:errors AS text[]), CAST(:error_messages AS jsonb[]),
                CAST(:wait_reasons AS text[]), CAST(:wait_messages AS jsonb[])
            ) AS ending (id, attempts, delay, error, error_message, wait_reason, wait_message)
            WHERE row.id = ending.id
            """
        ),
        {
            "ids": list(endings),
            "attempts": [ending.attempts for ending in endings.values()],
            "delays": [ending.delay for ending in endings.values()],
            "errors": [text_of(ending.error) for ending in endings.values()],
            "error_messages": [json_of(ending.error) for ending in endings.values()],
            "wait_reasons": [text_of(ending.wait_reason) for ending in endings.values()],
            "wait_messages": [json_of(ending.wait_reason) for ending in endings.values()],
        },
    )


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
    _announce_due(work, stage, list(promoted))


def promote_overlong(work: UnitOfWork, stage: Stage, timing: Timing) -> None:
    """Make as many rows due that outlived their time, and were stopped, as slots are left that such may hold.

    So admission and relay, which start whatever is due, never start more of them; the one that waited longest first.
    """
    if stage.overlong == NEVER:
        return
    capacity = Capacity(*work.execute(sql(stage.slots.query), parameters_of(stage.service, timing)).one())
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
    _announce_due(work, stage, list(promoted))


def _announce_due(work: UnitOfWork, stage: Stage, ids: list[int]) -> None:
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
