"""Claiming: one conditional UPDATE by which a worker takes an admitted row."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.work.due import by_urgency
from ohdio_core.work.stages import Stage
from ohdio_core.work.timing import Timing
from ohdio_core.work.transitions import CLAIMED


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's right to one row, until its lease ends."""

    id: int
    token: UUID  #: every later write names it, and does nothing when the row has another
    attempts: int  #: this one included
    max_attempts: int
    progress: int  #: where the last run stopped
    best_progress: int  #: how far any earlier run came
    setbacks: int = 0  #: runs in a row that ended with an error, and made no headway
    headway: int = 1  #: so much progress counts as headway
    site_key: str = ""
    is_batched: bool = False  #: others may be worked on together with it (``Batches``)
    is_overlong: bool = False  #: an earlier run outlived the time that the work may take
    waits_for_person: bool = False  #: the last run ended with a wait that a person must end
    site_closings: int = 0  #: how often in a row its site was closed because it fails; 0: it works
    is_trial: bool = False  #: this run is to find out whether the site works again


def claimed_columns(stage: Stage) -> str:
    """Return the SQL of a ``Claim``'s first fields, in their order."""
    return f"""
        row.id, row.lease_token, row.attempts, row.max_attempts, row.progress, row.best_progress,
        row.setbacks, {stage.headway} AS headway, row.politeness_key,
        {stage.batches.claimed()} AS is_batched, {stage.overlong} AS is_overlong,
        row.needs_person AS waits_for_person
    """


def claim(work: UnitOfWork, stage: Stage, row_id: int, *, worker_id: UUID, timing: Timing) -> Claim | None:
    """Take the row that a message named, or a more urgent admitted one in its place.

    Returns None, and changes nothing, when the named row is not admitted: the message was late,
    doubled, or the row was taken back. When a more urgent row is taken instead, the named one's
    message is sent again.
    """
    row = work.execute(
        sql(
            f"""
                WITH best AS (
                    SELECT row.id, row.politeness_key FROM {stage.table} AS named JOIN {stage.table} AS row
                        ON row.id = named.id OR row.priority > named.priority
                    WHERE named.id = :id AND named.status = 'processing'
                      AND named.lease_token IS NULL AND named.admitted_at IS NOT NULL
                      AND row.status = 'processing' AND row.lease_token IS NULL AND row.admitted_at IS NOT NULL
                    ORDER BY row.priority DESC
                    LIMIT 1
                    FOR UPDATE OF row SKIP LOCKED
                )
                UPDATE {stage.table} AS row
                SET {CLAIMED.assignments}
                FROM best LEFT JOIN hosts ON hosts.politeness_key = best.politeness_key WHERE row.id = best.id
                RETURNING {claimed_columns(stage)}, coalesce(hosts.closings, 0) AS site_closings
                """
        ),
        {"id": row_id, "lease": timing.lease, "worker": worker_id},
    ).one_or_none()
    if row is None:
        return None
    claimed = Claim(*row)
    if claimed.id != row_id:
        work.publish(stage.message(row_id))
    work.changed(stage.topic, claimed.id)
    return claimed


def claim_batch(work: UnitOfWork, stage: Stage, first: Claim, *, worker_id: UUID, timing: Timing) -> list[Claim]:
    """Take further admitted rows of the first one's site that may be worked on together with it.

    Their own messages need not have come. Takes none while anything more urgent is admitted.
    """
    rows = work.execute(
        sql(
            f"""
                WITH batch AS (
                    SELECT row.id FROM {stage.table} AS row
                    WHERE row.status = 'processing' AND row.lease_token IS NULL AND row.admitted_at IS NOT NULL
                      AND row.politeness_key = :key AND {stage.batches.unclaimed()}
                      AND NOT EXISTS (
                        SELECT FROM {stage.table} AS other
                        WHERE other.status = 'processing' AND other.lease_token IS NULL
                          AND other.admitted_at IS NOT NULL AND other.priority > row.priority
                      )
                    ORDER BY {by_urgency("row")}
                    LIMIT :most
                    FOR UPDATE SKIP LOCKED
                )
                UPDATE {stage.table} AS row SET {CLAIMED.assignments} FROM batch WHERE row.id = batch.id
                RETURNING {claimed_columns(stage)}
                """
        ),
        {
            "key": first.site_key,
            "most": stage.batches.most - 1,
            "lease": timing.lease,
            "worker": worker_id,
        },
    )
    claims = [Claim(*row) for row in rows]
    for claimed in claims:
        work.changed(stage.topic, claimed.id)
    return claims


def publish_rest(work: UnitOfWork, stage: Stage, last: Claim) -> None:
    """Publish a message for the rows that a batch leaves over and that were admitted without one of their own."""
    left = work.execute(
        sql(
            f"""
            SELECT row.id FROM {stage.table} AS row
            WHERE row.status = 'processing' AND row.lease_token IS NULL AND row.admitted_at IS NOT NULL
              AND row.politeness_key = :key AND {stage.batches.unclaimed()}
            ORDER BY {by_urgency("row")} LIMIT 1
            """
        ),
        {"key": last.site_key},
    ).scalar()
    if left is not None:
        work.publish(stage.message(left))


def is_held(work: UnitOfWork, stage: Stage, claimed: Claim) -> bool:
    """Return whether the row is still this claim's: asked just before a step that cannot be undone."""
    held: bool = work.execute(
        sql(
            f"""
            SELECT EXISTS (SELECT FROM {stage.table}
                           WHERE id = :id AND lease_token = :token AND lease_until > clock_timestamp())
            """
        ),
        {"id": claimed.id, "token": claimed.token},
    ).scalar_one()
    return held
