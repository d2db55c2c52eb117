"""What starts next: the order of admission, as it would be if slots were free."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from ohdio_api.overview import count_by_status
from ohdio_api.queue.item_row import ItemRow, is_due, select_items
from ohdio_api.queue.selection import IS_SELECTED, Selection
from ohdio_api.queue.view import show_item
from ohdio_core.db.models import QueueItem
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.schemas.queue import QueueItemView, QueuePlace
from ohdio_core.work.ready import best_among, following, following_among
from ohdio_core.work.stages import DOWNLOADS
from ohdio_core.work.timing import Timing

_MOST_PLACES = 100  # of which each is told exactly

_BEST_SELECTED = best_among(DOWNLOADS, IS_SELECTED)


def read_order(session: Session, count: int) -> list[int]:
    """Return the ids of the items that start next, at most ``count``, in the order of their start."""
    return following(UnitOfWork(session.connection()), DOWNLOADS, count)


def read_following(session: Session, timing: Timing, selection: Selection, count: int) -> list[QueueItemView]:
    """Return the items of a selection that start next, at most ``count``, in the order of their start.

    Those that are not due are none of them: their description is still to be read, they are tried again later, or
    their site is closed.
    """
    if selection.is_all:
        ids = read_order(session, count)
    else:
        work = UnitOfWork(session.connection())
        ids = following_among(work, DOWNLOADS, _BEST_SELECTED, selection.parameters(), count)
    rows = {row.id: row for row in session.execute(select_items(timing).where(QueueItem.id.in_(ids)))}
    # One that has begun or gone meanwhile is left out.
    return [show_item(rows[each]) for each in ids if each in rows and rows[each].status == WorkStatus.QUEUED]


def read_place(session: Session, row: Row[Any]) -> QueuePlace | None:
    """Return where an item is in the order of starting; None where it waits for something else than its turn.

    Args:
        row: Of ``select_items``.
    """
    if not is_due(ItemRow.of(row)):
        return None
    order = read_order(session, _MOST_PLACES)
    queued = count_by_status(session).get(WorkStatus.QUEUED, 0)
    if (item_id := row.id) in order:
        return QueuePlace(position=order.index(item_id) + 1, is_exact=True, of=queued)
    # Where fewer are due, it comes before others of its site that are about to become due.
    return QueuePlace(position=len(order) + 1, is_exact=False, of=queued) if len(order) == _MOST_PLACES else None
