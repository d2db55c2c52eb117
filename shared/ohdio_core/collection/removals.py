"""Taking items out of the queue so that it can be undone for an hour.

So long their rows are kept, and what was downloaded of them. What a removal took is put back as it was: the same row,
with its id, place, progress and attempts; its book is wanted again. A book that was added anew
meanwhile stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from ohdio_core.collection import control
from ohdio_core.collection.locking import lock_descriptions, lock_items
from ohdio_core.collection.unwanted import lift_unwanted
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.queue import WorkStatus

_SQL = NamedSql(__name__)
_KEEP = _SQL.statement("keep")
_FIND = _SQL.statement("find")
_FIND_BOOKS = _SQL.statement("find_books")
_UNDELETE = _SQL.statement("undelete")
_PUT_BACK = _SQL.statement("put_back")
_KEEP_DESCRIBING = _SQL.statement("keep_describing")
_DROP = _SQL.statement("drop")
_FORGET = _SQL.statement("forget")

_KEPT = timedelta(hours=1)
_MOST_FORGOTTEN = 10_000
_WAITING = {WorkStatus.QUEUED.value, WorkStatus.PAUSED.value}


def remove(work: UnitOfWork, ids: Sequence[int], removal: UUID) -> int:
    """Take items out of the queue, as ``control.delete`` does, and keep what they were.

    Args:
        removal: Names the order, whose transactions may be several.

    Returns:
        How many it concerns.
    """
    lock_items(work, ids)
    work.execute(_KEEP, {"ids": list(ids), "removal": removal})
    return control.delete(work, ids)


def restore(work: UnitOfWork, ids: Sequence[int]) -> int:
    """Put items back that were removed within the hour. Returns how many it concerns.

    One whose worker has not stopped yet goes on, or waits for its next run where it has stopped meanwhile.
    """
    books = {row.item_id: row.audiobook_id for row in work.execute(_FIND_BOOKS, {"ids": list(ids)})}
    lock_descriptions(work, books.values())
    named = {"ids": list(books)}
    undeleted = work.execute(_UNDELETE, named).scalars().all()
    put_back = work.execute(_PUT_BACK, named).all()
    work.execute(_DROP, named)
    restored = [*undeleted, *(row.id for row in put_back)]
    lift_unwanted(work, [books[item] for item in restored])
    work.execute(_KEEP_DESCRIBING, {"books": [books[item] for item in restored]})
    control.describe_again(work, [row.id for row in put_back if row.status in _WAITING])
    return control.announce(work, restored)


def find_removed(session: Session, removal: UUID, beyond: int, most: int) -> list[int]:
    """Return the next ids of the items that a removal took, after the id ``beyond``."""
    return list(session.execute(_FIND, {"removal": removal, "beyond": beyond, "most": most}).scalars())


def forget_removals(work: UnitOfWork) -> None:
    """Forget some of what was removed more than an hour ago: it is final."""
    work.execute(_FORGET, {"kept": _KEPT, "most": _MOST_FORGOTTEN})
