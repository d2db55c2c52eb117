"""What is to be deleted from the trash for good: it is written down first, and is not in the trash from then on.

The files go after that commit (``drop_files``), in no transaction, as that takes as long as a disk or a store wants.
Whoever dies meanwhile leaves the order, and the next one goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import structlog

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.errors import OhdioError
from ohdio_core.library import Library

log = structlog.get_logger(__name__)

_SQL = NamedSql(__name__)
_FIND_SPOKEN_FOR = _SQL.statement("find_spoken_for")
_FIND_ALL_SPOKEN_FOR = _SQL.statement("find_all_spoken_for")
_FIND_DUE = _SQL.statement("find_due")
_ORDER = sql("INSERT INTO trash_drops (key) SELECT unnest(CAST(:keys AS text[])) ON CONFLICT DO NOTHING")
_PUT_OFF = sql("UPDATE trash_drops SET due_at = clock_timestamp() + interval '10 minutes' WHERE key = :key")
_FORGET = sql("DELETE FROM trash_drops WHERE key = :key")
_AT_ONCE = 20


def order_drops(work: UnitOfWork, keys: Collection[str]) -> None:
    """Write down what is to be deleted for good, in the transaction that takes it out of the trash.

    Args:
        keys: What names it in the library's trash.
    """
    if keys:
        work.execute(_ORDER, {"keys": sorted(keys)})


def find_spoken_for(work: UnitOfWork, keys: Collection[str]) -> set[str]:
    """Return those of these names in the trash that ``find_all_spoken_for`` returns."""
    return set(work.execute(_FIND_SPOKEN_FOR, {"keys": list(keys)}).scalars())


def find_all_spoken_for(work: UnitOfWork) -> set[str]:
    """Return what names in the trash the files that books had before they were converted, and what is to be deleted."""
    return set(work.execute(_FIND_ALL_SPOKEN_FOR).scalars())


def drop_files(database: Database, library: Library, check: Callable[[], None] = lambda: None) -> bool:
    """Delete some of what is to be deleted; return whether more of it is due. What cannot be is tried again later.

    Args:
        check: Called before each; what it raises ends it.

    Raises:
        Postponed: The library cannot be reached.
    """
    with database.statement() as work:
        due = work.execute(_FIND_DUE, {"most": _AT_ONCE}).scalars().all()
    if due:
        library.require_mounted()
    for key in due:
        check()
        settled = _FORGET
        try:
            library.trash.drop(key)
        except OhdioError as error:
            log.info("something of the trash is deleted for good another time", key=key, reason=str(error))
            settled = _PUT_OFF
        with database.statement() as work:
            work.execute(settled, {"key": key})
    return len(due) == _AT_ONCE
