"""Finishing: the fenced write that ends a run. It does nothing when the row is another's by now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.queue import StopReason, WorkStatus, move
from ohdio_core.domain.site_health import Evidence
from ohdio_core.pacing.site_health import end_trial, is_failing, record_failure, record_success
from ohdio_core.work.claim import SET_RELEASED, Claim
from ohdio_core.work.ending import ending_of, evidence_of
from ohdio_core.work.outcome import Done, Outcome, PutBack
from ohdio_core.work.stages import DOWNLOADS, METADATA, STAGES, Stage

# What a person asked for while the work ran decides where a row goes that is not done for good.
_ASKED = "CASE stop_requested WHEN 'pause' THEN 'paused' WHEN 'cancel' THEN 'cancelled' ELSE :status END"
# What was cancelled stays so, even if it was done in the same moment: its effect must not happen any more.
_ENDED = "CASE stop_requested WHEN 'cancel' THEN 'cancelled' ELSE :status END"


class Finished(NamedTuple):
    """What the end of a run came to."""

    status: WorkStatus
    sentence: str | None  #: why it failed, or what it waits for
    needs_person: bool = False  #: it waits until a person has mended something


def finish(work: UnitOfWork, stage: Stage, claim: Claim, outcome: Outcome, *, progress: int) -> Finished | None:
    """Write the end of a run, free its slot and wake admission.

    Args:
        progress: How far the work has come, safely: bytes on disk, pages written.

    Returns:
        None when the lease was lost: nothing was written, and the outcome's effect did not happen.
    """
    evidence = evidence_of(claim, outcome, progress)
    if evidence is Evidence.FAILS and not claim.is_trial and is_failing(work, claim.site_key):
        # Begun before its site was closed: it waits like all the others.
        outcome, evidence = PutBack(StopReason.SITE_FAILING), Evidence.NOTHING
    ending = ending_of(claim, outcome, progress)
    tombstone = "deleted_at IS NOT NULL" if stage is DOWNLOADS else "false"
    held = work.execute(
        sql(
            f"""
            UPDATE {stage.table}
            SET {stage.at_rest}
                status = {_ENDED if ending.is_final else _ASKED},
                next_attempt_at = clock_timestamp() + CAST(:delay AS interval),
                attempts = attempts - :refund, setbacks = :setbacks, progress = :progress,
                best_progress = greatest(best_progress, :progress),
                error = :error, wait_reason = :wait_reason, needs_person = :needs_person,
                finished_at = CASE WHEN :is_final OR stop_requested = 'cancel' THEN clock_timestamp()
                    ELSE finished_at END,
                {SET_RELEASED}
            WHERE id = :id AND lease_token = :token
            RETURNING status, {tombstone} AS is_tombstone, coalesce((
                SELECT failures > 0 FROM hosts WHERE hosts.politeness_key = {stage.table}.politeness_key
            ), false) AS has_failed
            """
        ),
        {
            "status": ending.status.value,
            "delay": ending.delay,
            "refund": int(ending.is_refunded),
            "setbacks": ending.setbacks,
            "progress": progress,
            "error": ending.error,
            "wait_reason": ending.wait_reason,
            "needs_person": ending.needs_person,
            "is_final": ending.is_final,
            "id": claim.id,
            "token": claim.token,
        },
    )
    row = held.one_or_none()
    if row is None:
        return None
    reached, is_tombstone = move(WorkStatus.PROCESSING, WorkStatus(row[0])), row[1]
    if reached is WorkStatus.COMPLETED and isinstance(outcome, Done) and outcome.effect is not None:
        outcome.effect(work)
    if is_tombstone or reached is WorkStatus.FAILED:
        settle(work, stage, [claim.id])
    if reached is not WorkStatus.COMPLETED:
        announce_waits(work, stage, [claim.id])
    _tell_of_site(work, stage, claim, evidence, has_failed=row.has_failed)
    work.changed(stage.topic, claim.id)
    work.wake(stage.name)
    if stage is METADATA:
        work.wake(DOWNLOADS.name)  # later books of its listing waited for this one (``Stage.upcoming``)
    return Finished(reached, ending.error or ending.wait_reason, reached is WorkStatus.QUEUED and ending.needs_person)


def finish_together(work: UnitOfWork, stage: Stage, claims: Sequence[Claim]) -> set[int]:
    """Write that these runs are done, free their slots and wake admission; return the rows that this was true of.

    Left out are those whose lease was lost, and those that somebody asked to stop: they end one by one.
    """
    done = set(
        work.execute(
            sql(
                f"""
                WITH held AS (
                    SELECT row.id FROM {stage.table} AS row
                    JOIN unnest(CAST(:ids AS bigint[]), CAST(:tokens AS uuid[])) AS mine (id, token)
                        ON mine.id = row.id AND mine.token = row.lease_token
                    -- The planner cannot know how few they are.
                    WHERE row.id = ANY(CAST(:ids AS bigint[])) AND row.stop_requested IS NULL
                    ORDER BY row.id FOR UPDATE OF row
                )
                UPDATE {stage.table} AS row
                SET {stage.at_rest}
                    status = 'completed', next_attempt_at = NULL, error = NULL, wait_reason = NULL,
                    finished_at = clock_timestamp(), {SET_RELEASED}
                FROM held WHERE row.id = held.id
                RETURNING row.id
                """,
                "id",
            ),
            {"ids": [claim.id for claim in claims], "tokens": [claim.token for claim in claims]},
        ).scalars()
    )
    for row_id in done:
        work.changed(stage.topic, row_id)
    work.wake(stage.name)
    return done


def open_site(work: UnitOfWork, key: str) -> None:
    """Let a site's items go on: it works."""
    record_success(work, key)
    for name in STAGES:
        work.wake(name)


def _tell_of_site(work: UnitOfWork, stage: Stage, claim: Claim, evidence: Evidence, *, has_failed: bool) -> None:
    """Write down what a run tells about its site. One that works, and always did, costs nothing."""
    if evidence is Evidence.FAILS:
        record_failure(work, claim.site_key, f"{stage.name} {claim.id}", is_trial=claim.is_trial)
    elif evidence is Evidence.WORKS and has_failed:
        open_site(work, claim.site_key)
    elif claim.is_trial:
        end_trial(work, claim.site_key)


def settle(work: UnitOfWork, stage: Stage, ids: list[int]) -> None:
    """Do what follows from the end of runs, in their transaction: bury tombstones, pass failures on."""
    if stage is DOWNLOADS:
        work.execute(
            sql("DELETE FROM queue_items WHERE id = ANY(:ids) AND deleted_at IS NOT NULL AND lease_token IS NULL"),
            {"ids": ids},
        )
    if stage is METADATA:
        work.execute(
            sql(
                """
                UPDATE queue_items SET status = 'failed', error = extractions.error, updated_at = now(),
                       finished_at = clock_timestamp()
                FROM extractions
                WHERE extractions.id = ANY(:ids) AND extractions.status = 'failed'
                  AND queue_items.audiobook_id = extractions.id
                  AND queue_items.status = 'queued' AND NOT queue_items.is_ready
                """
            ),
            {"ids": ids},
        )


def announce_waits(work: UnitOfWork, stage: Stage, ids: list[int]) -> None:
    """Tell whoever watches the queue that what these items wait for has changed: their description."""
    if stage is METADATA and ids:
        waiting = work.execute(
            sql("SELECT id FROM queue_items WHERE audiobook_id = ANY(:ids) AND NOT is_ready"), {"ids": ids}
        ).scalars()
        for item_id in waiting:
            work.changed(DOWNLOADS.topic, item_id)
