"""What starts next: the order of admission, as it would be if slots were free."""

from __future__ import annotations

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from ohdio_api.queue.schemas import QueueItemView
from ohdio_api.queue.selection import Selection
from ohdio_api.queue.view import Capacity, select_items, show_item
from ohdio_core.db.models import Host, QueueItem, Turn
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.admission import Candidate, choose
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.work.ready import following, held_by_site
from ohdio_core.work.stages import DOWNLOADS


def read_following(session: Session, capacity: Capacity, selection: Selection, count: int) -> list[QueueItemView]:
    """Return the items of a selection that start next, at most ``count``, in the order of their start.

    Those that are not due are none of them: their description is still to be read, they are tried again later, or
    their site is closed.
    """
    work = UnitOfWork(session.connection())
    ids = following(work, DOWNLOADS, count) if selection.is_all else _following_of(session, work, selection, count)
    rows = {row.QueueItem.id: row for row in session.execute(select_items().where(QueueItem.id.in_(ids)))}
    # One that has begun or gone meanwhile is left out.
    return [
        show_item(rows[each], capacity)
        for each in ids
        if each in rows and rows[each].QueueItem.status == WorkStatus.QUEUED
    ]


def _following_of(session: Session, work: UnitOfWork, selection: Selection, count: int) -> list[int]:
    is_closed = and_(Host.politeness_key == QueueItem.politeness_key, Host.closed_until > func.clock_timestamp())
    place = func.row_number().over(
        partition_by=QueueItem.politeness_key, order_by=(QueueItem.priority.desc(), QueueItem.id)
    )
    due = (
        select(QueueItem.id, QueueItem.politeness_key, QueueItem.priority, place.label("place"))
        .where(
            selection.condition(),
            QueueItem.status == WorkStatus.QUEUED.value,
            QueueItem.is_ready,
            QueueItem.next_attempt_at.is_(None),
            ~select(Host.politeness_key).where(is_closed).exists(),
        )
        .subquery()
    )
    is_served = and_(Turn.stage == DOWNLOADS.name, Turn.politeness_key == due.c.politeness_key)
    rows = session.execute(
        select(due.c.id, due.c.politeness_key, due.c.priority, Turn.served_at)
        .outerjoin(Turn, is_served)
        .where(due.c.place <= count)
    ).all()
    return choose(
        (Candidate(row.id, row.politeness_key, row.priority) for row in rows),
        free=count,
        held_by_site=held_by_site(work, DOWNLOADS),
        served_at={row.politeness_key: row.served_at for row in rows},
    )
