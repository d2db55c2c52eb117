"""What starts next: the order of admission, as it would be if slots were free."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ohdio_api.queue.selection import IS_SELECTED, Selection
from ohdio_api.queue.view import QueueCapacity, select_items, show_item
from ohdio_core.db.models import QueueItem
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.schemas.queue import QueueItemView
from ohdio_core.work.ready import best_among, following, following_among
from ohdio_core.work.stages import DOWNLOADS

_BEST_SELECTED = best_among(DOWNLOADS, IS_SELECTED)


def read_following(session: Session, capacity: QueueCapacity, selection: Selection, count: int) -> list[QueueItemView]:
    """Return the items of a selection that start next, at most ``count``, in the order of their start.

    Those that are not due are none of them: their description is still to be read, they are tried again later, or
    their site is closed.
    """
    work = UnitOfWork(session.connection())
    if selection.is_all:
        ids = following(work, DOWNLOADS, count)
    else:
        ids = following_among(work, DOWNLOADS, _BEST_SELECTED, selection.parameters(), count)
    rows = {row.QueueItem.id: row for row in session.execute(select_items().where(QueueItem.id.in_(ids)))}
    # One that has begun or gone meanwhile is left out.
    return [
        show_item(rows[each], capacity)
        for each in ids
        if each in rows and rows[each].QueueItem.status == WorkStatus.QUEUED
    ]
