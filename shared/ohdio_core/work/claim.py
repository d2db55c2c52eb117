"""Claiming: one conditional UPDATE by which a worker takes an admitted row."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.work.fragments import for_each_stage
from ohdio_core.work.stages import Stage
from ohdio_core.work.timing import Timing

_SQL = NamedSql(__name__)
_CLAIM_ROW = for_each_stage(_SQL, "claim_row")
_CLAIM_BATCH = for_each_stage(_SQL, "claim_batch")
_FIND_REST = for_each_stage(_SQL, "find_rest")
_IS_HELD = for_each_stage(_SQL, "is_held")


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
    trace_id: UUID | None = None  #: of the submission that the row comes from
    site_closings: int = 0  #: how often in a row its site was closed because it fails; 0: it works
    is_trial: bool = False  #: this run is to find out whether the site works again


def claim(work: UnitOfWork, stage: Stage, row_id: int, *, worker_id: UUID, timing: Timing) -> Claim | None:
    """Take the row that a message named, or a more urgent admitted one in its place.

    Returns None, and changes nothing, when the named row is not admitted: the message was late,
    doubled, or the row was taken back. When a more urgent row is taken instead, the named one's
    message is sent again.
    """
    row = work.execute(_CLAIM_ROW[stage.name], {"id": row_id, "lease": timing.lease, "worker": worker_id}).one_or_none()
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
        _CLAIM_BATCH[stage.name],
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
    left = work.execute(_FIND_REST[stage.name], {"key": last.site_key}).scalar()
    if left is not None:
        work.publish(stage.message(left))


def is_held(work: UnitOfWork, stage: Stage, claimed: Claim) -> bool:
    """Return whether the row is still this claim's: asked just before a step that cannot be undone."""
    held: bool = work.execute(_IS_HELD[stage.name], {"id": claimed.id, "token": claimed.token}).scalar_one()
    return held
