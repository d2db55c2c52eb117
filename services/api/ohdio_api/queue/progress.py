"""How far a part of the queue has come: what somebody who waits for it looks at."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union
from sqlalchemy.orm import Session

from ohdio_api.literals import as_literal
from ohdio_api.overview import count_by_status
from ohdio_api.queue.filter import IS_HELD
from ohdio_api.queue.following import read_following
from ohdio_api.queue.item_row import select_items
from ohdio_api.queue.selection import Selection
from ohdio_api.queue.view import URGENCY, show_item
from ohdio_core.db.models import Extraction, QueueItem
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.schemas.queue import QueueProgress
from ohdio_core.work.timing import Timing

_MOST_RUNNING = 256
_QUEUED = as_literal(WorkStatus.QUEUED.value)
_PROCESSING = as_literal(WorkStatus.PROCESSING.value)
#: A run that finds what it needs still missing ends at once.
_IS_RUNNING_AFTER = timedelta(seconds=30)


def read_progress(session: Session, timing: Timing, selection: Selection) -> QueueProgress:
    """Count the items of a selection, and read those that run and the one that is next, or why none is."""
    chosen = (selection.condition(), QueueItem.deleted_at.is_(None))
    if selection.is_all:
        counts = count_by_status(session)
    else:
        by_status = select(QueueItem.status, func.count().label("items")).where(*chosen).group_by(QueueItem.status)
        counts = {row.status: row.items for row in session.execute(by_status)}
    items = select_items(timing).where(*chosen)
    running = session.execute(
        items.where(QueueItem.status == _PROCESSING).order_by(QueueItem.id).limit(_MOST_RUNNING)
    ).all()
    following = next(iter(read_following(session, timing, selection, 1)), None)
    waiting = None
    if following is None:
        queued = items.where(or_(QueueItem.status == _QUEUED, IS_HELD))
        row = session.execute(queued.order_by(-URGENCY, QueueItem.id).limit(1)).first()
        waiting = None if row is None else show_item(row)
    return QueueProgress(
        total=sum(counts.values()),
        queued=counts.get(WorkStatus.QUEUED, 0),
        processing=counts.get(WorkStatus.PROCESSING, 0),
        paused=counts.get(WorkStatus.PAUSED, 0),
        completed=counts.get(WorkStatus.COMPLETED, 0),
        failed=counts.get(WorkStatus.FAILED, 0),
        needs_person=session.execute(_stuck(selection)).scalar_one(),
        held=session.execute(select(func.count()).where(*chosen, IS_HELD).select_from(QueueItem)).scalar_one(),
        running=[show_item(row) for row in running],
        next=following,
        waiting=waiting,
    )


def _stuck(selection: Selection) -> Select[int]:
    """Count the items that wait for a person, themselves or for a description that does."""
    themselves = select(QueueItem.id).where(_waits(QueueItem))
    described = (
        select(QueueItem.id)
        .join(Extraction, and_(Extraction.id == QueueItem.audiobook_id, QueueItem.is_ready.is_(False)))
        .where(_waits(Extraction), QueueItem.status == _QUEUED)
    )
    # Two sets, not two conditions: each is found by an index.
    both = union(
        *(query.where(selection.condition(), QueueItem.deleted_at.is_(None)) for query in (themselves, described))
    )
    return select(func.count()).select_from(both.subquery())


def _waits(work: type[QueueItem | Extraction]) -> ColumnElement[bool]:
    """Return the condition that a row needs a person, and has not run long enough to have got what it needed."""
    is_queued = work.status == _QUEUED
    has_just_begun = and_(work.status == _PROCESSING, work.started_at > func.clock_timestamp() - _IS_RUNNING_AFTER)
    return and_(work.needs_person, or_(is_queued, has_just_begun))
