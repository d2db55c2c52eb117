"""How far a part of the queue has come: what somebody who waits for it looks at."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ohdio_api.queue.following import read_following
from ohdio_api.queue.schemas import QueueProgress
from ohdio_api.queue.selection import Selection
from ohdio_api.queue.stats import count_by_status
from ohdio_api.queue.view import Capacity, select_items, show_item
from ohdio_core.db.models import QueueItem
from ohdio_core.domain.queue import WorkStatus

_MOST_RUNNING = 256


def read_progress(session: Session, capacity: Capacity, selection: Selection) -> QueueProgress:
    """Count the items of a selection, and read those that run and the one that is next."""
    chosen = (selection.condition(), QueueItem.deleted_at.is_(None))
    if selection.is_all:
        counts = count_by_status(session)
    else:
        by_status = select(QueueItem.status, func.count().label("items")).where(*chosen).group_by(QueueItem.status)
        counts = {row.status: row.items for row in session.execute(by_status)}
    items = select_items().where(*chosen)
    running = session.execute(
        items.where(QueueItem.status == WorkStatus.PROCESSING.value).order_by(QueueItem.id).limit(_MOST_RUNNING)
    ).all()
    waiting = next(iter(read_following(session, capacity, selection, 1)), None)
    if waiting is None:
        # None of those that wait is due: then the most urgent of them, which tells why.
        queued = items.where(QueueItem.status == WorkStatus.QUEUED.value)
        row = session.execute(queued.order_by(-QueueItem.priority, QueueItem.id).limit(1)).first()
        waiting = None if row is None else show_item(row, capacity)
    return QueueProgress(
        total=sum(counts.values()),
        queued=counts.get(WorkStatus.QUEUED, 0),
        processing=counts.get(WorkStatus.PROCESSING, 0),
        paused=counts.get(WorkStatus.PAUSED, 0),
        completed=counts.get(WorkStatus.COMPLETED, 0),
        failed=counts.get(WorkStatus.FAILED, 0),
        running=[show_item(row, capacity) for row in running],
        next=waiting,
    )
