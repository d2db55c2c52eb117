"""What people say of a book: it counts before what its source tells, now and after every later description.

An edit is written into the row at once, and into the files by the download stage: a complete book is made due once
more, and its run finds the files in the library, older than the row (``files_revision``), and writes their tags anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ohdio_core.collection.books import EDITABLE
from ohdio_core.collection.control import announce
from ohdio_core.collection.locking import lock_books
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.work.stages import BOOKS
from ohdio_core.work.transitions import REQUEUED

_SQL = NamedSql(__name__)
_EDIT = {name: sql(f"UPDATE audiobooks SET {name} = :value WHERE id = :id") for name in EDITABLE}
_NOTE_EDIT = _SQL.statement("note_edit")
_WRITE_TAGS = _SQL.statement("write_tags", requeued=REQUEUED.assignments)
_FIND_OLD_TAGS = _SQL.statement("find_old_tags")
_MOST = 100  # books a transaction


def edit(work: UnitOfWork, audiobook_id: int, changes: Mapping[str, Any], *, revision: int) -> bool:
    """Write what a person says of a book; return False where somebody else has changed it since, or it is gone.

    Args:
        changes: Values by columns of ``EDITABLE``.
        revision: Which one the person had seen.
    """
    lock_books(work, [audiobook_id])
    named = {"id": audiobook_id, "names": list(changes), "revision": revision}
    if work.execute(_NOTE_EDIT, named).scalar() is None:
        return False
    for name, value in changes.items():
        work.execute(_EDIT[name], {"id": audiobook_id, "value": value})
    work.changed(BOOKS, audiobook_id)
    return True


def write_tags(work: UnitOfWork, audiobook_ids: Collection[int]) -> int:
    """Queue complete books for new tags; return how many. Their files must be there, or they are fetched."""
    return announce(work, work.execute(_WRITE_TAGS, {"ids": sorted(audiobook_ids)}).scalars())


def find_old_tags(work: UnitOfWork, *, beyond: int = 0) -> Sequence[int]:
    """Return complete books whose files say other things than their rows: they were edited while a run was at them.

    Args:
        beyond: Only books with higher ids.

    Returns:
        Ids in their order; a hundred at most.
    """
    return work.execute(_FIND_OLD_TAGS, {"beyond": beyond, "most": _MOST}).scalars().all()
