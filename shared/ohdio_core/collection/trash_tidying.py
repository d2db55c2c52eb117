"""Tidying the trash: what was deleted a week ago goes for good, and what processes have left that died is seen to.

Transactions are short: files are deleted after the commit that says so (``trash_drops``). What is put back is moved
within the transaction that notes where it is, which keeps others from that one book.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import timedelta

from ohdio_core.collection.books import load_book
from ohdio_core.collection.filed_path import note_path
from ohdio_core.collection.independent_steps import IndependentSteps
from ohdio_core.collection.locking import unless_locked
from ohdio_core.collection.replaced_forms import drop_forms, find_old_forms
from ohdio_core.collection.trash import KEPT, drop_taken
from ohdio_core.collection.trash_drops import find_all_spoken_for, order_drops
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.domain.audiobook import BookRef
from ohdio_core.library import Library, TrashedFolder
from ohdio_core.sources.owners import owner_of

#: Whatever moves a folder into the trash commits within this time after it has come there.
_AT_WORK = timedelta(minutes=10)
_MOST_DROPPED = 100  # books a transaction

_SQL = NamedSql(__name__)
_TAKE_OLD = _SQL.statement("take_old")
_FIND_KEPT = _SQL.statement("find_kept")
_IS_KEPT = _SQL.statement("is_kept")
_FIND_FILED = _SQL.statement("find_filed")


def tidy_trash(database: Database, library: Library, check: Callable[[], None] = lambda: None) -> None:
    """Drop what was deleted more than a week ago, and see to folders in the trash that the database knows nothing of.

    Those come of processes that died, or of a database that was lost or restored: a book that counts as filed is put
    back, any other waits here for being asked for again as long as all do.

    Args:
        check: Called often; what it raises ends it.

    Raises:
        OhdioError: The library, or a folder in it, cannot be read or written; all others have been seen to.
    """
    steps = IndependentSteps()
    with steps.step():
        library.trash.tidy(older_than=_AT_WORK)
    _drop_old_forms(database, check)
    with steps.step():
        _drop_old(database, library, check)
    with steps.step():
        for folder in _find_unknown(database, library):
            check()
            with steps.step():
                _see_to(database, library, folder)
    steps.finish()


def _drop_old_forms(database: Database, check: Callable[[], None]) -> None:
    is_more = True
    while is_more:
        check()
        with database.unit_of_work() as work:
            is_more = drop_forms(work, find_old_forms(work, KEPT, _MOST_DROPPED)) == _MOST_DROPPED


def _drop_old(database: Database, library: Library, check: Callable[[], None]) -> None:
    keys, is_more = library.trash.keys(), True
    while is_more:
        check()
        with database.unit_of_work() as work:
            taken = work.execute(_TAKE_OLD, {"kept": KEPT, "most": _MOST_DROPPED}).all()
            is_more = drop_taken(work, keys, taken) == _MOST_DROPPED


def _find_unknown(database: Database, library: Library) -> Sequence[TrashedFolder]:
    """Return the folders of books of which nothing is kept."""
    keys = library.trash.keys()
    with database.statement() as work:
        known = find_all_spoken_for(work)
        for row in work.execute(_FIND_KEPT):
            known.update(keys(owner_of(BookRef(row.source, row.url, row.external_id))))
    return library.trash.folders(but=known)


def _see_to(database: Database, library: Library, folder: TrashedFolder) -> None:
    """Put back what counts as filed, and drop what has been here as long as all may be; what is young is left alone."""
    age = timedelta(seconds=time.time() - folder.trashed_at)
    if age <= _AT_WORK:
        return
    with unless_locked(), database.unit_of_work() as work:
        if _is_put_back(work, library, folder) or age <= KEPT:
            return
        # A deletion may have found it meanwhile, and kept what is known of it.
        if not work.execute(_IS_KEPT, _named(folder)).scalar():
            order_drops(work, [folder.key])


def _is_put_back(work: UnitOfWork, library: Library, folder: TrashedFolder) -> bool:
    """Return whether a book was put back, as the database says that it is in the library, and it was not."""
    found: int | None = work.execute(_FIND_FILED, _named(folder)).scalar()
    if found is None:
        return False
    book = load_book(work, found)
    if book.library_path is None:
        return False
    with work.seeing_to_files():
        there = library.locate(book.library_path, book.owner_id)
        # The mark of an episode goes last: with it alone, a process has died that was moving it to the trash.
        is_left = there is not None and book.details.is_episode and not library.is_there(str(there), book.owner_id)
        if there is not None and not is_left:
            return False
        if (filed := library.trash.restore(book.details, book.owner_id)) is None:
            return False
    note_path(work, library, book, filed)
    return True


def _named(folder: TrashedFolder) -> dict[str, str]:
    """Return the source of a book and its id there, as its owner has them."""
    source, _, external_id = folder.owner.partition(":")
    return {"source": source, "external_id": external_id}
