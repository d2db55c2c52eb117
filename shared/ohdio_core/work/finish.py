"""Finishing: the fenced write that ends a run. It does nothing when the row is another's by now."""

from __future__ import annotations

from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.queue import WorkStatus, move
from ohdio_core.domain.retry import backoff
from ohdio_core.work.claim import Claim
from ohdio_core.work.outcome import Again, Done, Failed, Outcome, PutBack
from ohdio_core.work.stages import DOWNLOADS, METADATA, Stage

# What a person asked for while the work ran decides where a row goes that is not done for good.
_ASKED = "CASE stop_requested WHEN 'pause' THEN 'paused' WHEN 'cancel' THEN 'cancelled' ELSE :status END"
# What was cancelled stays so, even if it was done in the same moment: its effect must not happen any more.
_ENDED = "CASE stop_requested WHEN 'cancel' THEN 'cancelled' ELSE :status END"


def finish(work: UnitOfWork, stage: Stage, claim: Claim, outcome: Outcome, *, progress: int) -> bool:
    """Write the end of a run, free its slot and wake admission.

    Args:
        progress: How far the work has come, safely: bytes on disk, pages written.

    Returns:
        False when the lease was lost: nothing was written, and the outcome's effect did not happen.
    """
    refund = progress > claim.best_progress
    status, delay, error, wait_reason = WorkStatus.QUEUED, None, None, None
    match outcome:
        case Done():
            status, refund = WorkStatus.COMPLETED, False
        case Failed():
            status, error, refund = WorkStatus.FAILED, outcome.error, False
        case PutBack():
            refund = True
        case Again():
            refund = refund or not outcome.costs_attempt
            spent = claim.attempts - int(refund)
            if spent >= claim.max_attempts:
                status, error = WorkStatus.FAILED, f"Given up after {spent} attempts. {outcome.error}"
            else:
                error = outcome.error if outcome.costs_attempt else None
                wait_reason = outcome.error
                delay = backoff(spent, retry_after=outcome.retry_after)
    tombstone = "deleted_at IS NOT NULL" if stage is DOWNLOADS else "false"
    is_final = status in (WorkStatus.COMPLETED, WorkStatus.FAILED)
    held = work.execute(
        sql(
            f"""
            UPDATE {stage.table}
            SET {stage.at_rest}
                status = {_ENDED if is_final else _ASKED},
                next_attempt_at = clock_timestamp() + CAST(:delay AS interval),
                attempts = attempts - :refund, progress = :progress,
                best_progress = greatest(best_progress, :progress),
                error = :error, wait_reason = :wait_reason,
                lease_token = NULL, lease_until = NULL, worker_id = NULL, admitted_at = NULL, sent_at = NULL,
                stop_requested = NULL,
                finished_at = CASE WHEN :is_final THEN clock_timestamp() ELSE finished_at END, updated_at = now()
            WHERE id = :id AND lease_token = :token RETURNING status, {tombstone}
            """
        ),
        {
            "status": status.value,
            "delay": delay,
            "refund": int(refund),
            "progress": progress,
            "error": error,
            "wait_reason": wait_reason,
            "is_final": is_final,
            "id": claim.id,
            "token": claim.token,
        },
    )
    row = held.one_or_none()
    if row is None:
        return False
    reached, is_tombstone = move(WorkStatus.PROCESSING, WorkStatus(row[0])), row[1]
    if reached is WorkStatus.COMPLETED and isinstance(outcome, Done) and outcome.effect is not None:
        outcome.effect(work)
    if is_tombstone or reached is WorkStatus.FAILED:
        settle(work, stage, [claim.id])
    work.changed(stage.topic, claim.id)
    work.wake(stage.name)
    return True


def settle(work: UnitOfWork, stage: Stage, ids: list[int]) -> None:
    """Do what follows from the end of runs, in their transaction: bury tombstones, pass failures on."""
    if stage is DOWNLOADS:
        work.execute(
            sql("DELETE FROM queue_items WHERE id = ANY(:ids) AND deleted_at IS NOT NULL AND lease_token IS NULL"),
            {"ids": ids},
        )
    if stage is METADATA:
        failed = work.execute(
            sql(
                """
                UPDATE queue_items SET status = 'failed', error = extractions.error, updated_at = now(),
                       finished_at = clock_timestamp()
                FROM extractions
                WHERE extractions.id = ANY(:ids) AND extractions.status = 'failed'
                  AND queue_items.audiobook_id = extractions.id
                  AND queue_items.status = 'queued' AND NOT queue_items.is_ready
                RETURNING queue_items.id
                """
            ),
            {"ids": ids},
        ).scalars()
        for item_id in failed:
            work.changed(DOWNLOADS.topic, item_id)
