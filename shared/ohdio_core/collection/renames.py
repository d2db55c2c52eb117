"""Orders to move the folders of books to where they belong by the names of today, and carrying them out.

An order is a row for each book, which is deleted with the commit that notes where the folder is now. Where a process
dies between the two, the next one finds the folder moved already, by its mark, and notes that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

import structlog

from ohdio_core.collection.books import StoredBook, load_book, load_filed_books
from ohdio_core.collection.filed_path import note_path
from ohdio_core.collection.locking import lock_books, unless_locked
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.errors import NotFound, OhdioError, Postponed
from ohdio_core.library import Library, PlannedMove

log = structlog.get_logger(__name__)

_SQL = NamedSql(__name__)
_ORDER = _SQL.statement("order")
_FIND_ORDERED = _SQL.statement("find_ordered")
_IS_FREE = _SQL.statement("is_free")
_DROP = sql("DELETE FROM renames WHERE audiobook_id = :id")
_COUNT = sql("SELECT count(*) FROM renames")
_BATCH = 500
_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class RenamePlan:
    """What names of today would change."""

    moves: tuple[tuple[StoredBook, PurePosixPath, PurePosixPath], ...]  #: books, where they are, and would go
    as_they_are: int  #: books that are there already
    by_hand: int  #: that people have put where they are
    without_place: tuple[StoredBook, ...]  #: others have all of their places


def plan_renames(database: Database, library: Library, *, with_moved: bool) -> RenamePlan:
    """Return what would become of the folders of all books that are there.

    Args:
        with_moved: Those that people have put where they are, too.

    Raises:
        Postponed: The library cannot be read.
    """
    library.require_mounted()
    moves: list[tuple[StoredBook, PurePosixPath, PurePosixPath]] = []
    without_place: list[StoredBook] = []
    as_they_are = by_hand = 0
    taken: set[PurePosixPath] = set()
    for book in _filed(database):
        folder, planned = _planned(library, book, taken)
        if planned is None:
            continue  # it is missing
        if planned.place == folder:
            as_they_are += 1
        elif planned.is_by_hand and not with_moved:
            by_hand += 1
        elif planned.place is None:
            without_place.append(book)
        else:
            moves.append((book, folder, planned.place))
            taken.add(planned.place)
    return RenamePlan(tuple(moves), as_they_are, by_hand, tuple(without_place))


def _planned(
    library: Library, book: StoredBook, taken: Collection[PurePosixPath]
) -> tuple[PurePosixPath, PlannedMove | None]:
    """Return where a book is, and where it belongs; None where it is gone."""
    was_at = PurePosixPath(book.library_path or "")
    planned = library.naming.plan(was_at, book.details, book.owner_id, taken)
    if planned is not None or (there := library.locate(str(was_at), book.owner_id)) is None:
        return was_at, planned
    return there, library.naming.plan(there, book.details, book.owner_id, taken)


def _filed(database: Database) -> Iterator[StoredBook]:
    books: list[StoredBook] = []
    while True:
        with database.statement() as work:
            books = load_filed_books(work, beyond=books[-1].id if books else 0, most=_BATCH)
        yield from books
        if len(books) < _BATCH:
            return


def order_renames(work: UnitOfWork, audiobook_ids: Collection[int]) -> int:
    """Write down that these books are to be moved; return of how many that is new."""
    return len(work.execute(_ORDER, {"ids": sorted(audiobook_ids)}).all())


def count_renames(work: UnitOfWork) -> int:
    """Return how many books are still to be moved."""
    return int(work.execute(_COUNT).scalar() or 0)


class Renames:
    """Moves folders, for whoever has the library.

    Args:
        library: In which they are.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._passed: set[int] = set()  #: books that could not be moved; tried again once all others are done

    def carry_out(self, database: Database, check: Callable[[], None] = lambda: None) -> bool:
        """Move some of the books that are to be moved; those that a run is at are left for another time.

        Each is moved in the transaction that notes where it is, which keeps others from that one alone. One that cannot
        be moved now keeps no other from it; where the library cannot be reached, all wait.

        Args:
            check: Called before each; what it raises ends it.

        Returns:
            Whether more of them can be moved now.
        """
        with database.statement() as work:
            found = {"passed": sorted(self._passed), "most": _AT_ONCE}
            ordered = work.execute(_FIND_ORDERED, found).scalars().all()
        if not ordered:
            self._passed.clear()
            return False
        settled = 0
        for book in ordered:
            check()
            if self._is_settled(database, book):
                settled += 1
            elif self._is_there():
                self._passed.add(book)
            else:
                return False
        # Where none could be moved, as the whole library cannot be written, the next ones wait their time.
        return len(ordered) == _AT_ONCE and settled > 0

    def _is_settled(self, database: Database, audiobook_id: int) -> bool:
        """Return whether a book was seen to; False where it cannot be moved now, or somebody else holds it."""
        try:
            with unless_locked(), database.unit_of_work() as work:
                self._move_free(work, audiobook_id)
                return True
        except Postponed as error:
            log.info("a folder is moved another time", book=audiobook_id, reason=str(error))
        return False

    def _is_there(self) -> bool:
        """Return whether the library can be reached."""
        try:
            self._library.require_mounted()
        except Postponed:
            return False
        return True

    def _move_free(self, work: UnitOfWork, audiobook_id: int) -> None:
        lock_books(work, [audiobook_id])
        if work.execute(_IS_FREE, {"id": audiobook_id}).scalar():
            with work.seeing_to_files():
                self._move(work, audiobook_id)

    def _move(self, work: UnitOfWork, audiobook_id: int) -> None:
        try:
            book = load_book(work, audiobook_id)
            self._note(work, book, self._moved(book))
        except Postponed:
            raise
        except (NotFound, OhdioError) as error:
            log.warning("a folder cannot be moved", book=audiobook_id, reason=str(error))
        work.execute(_DROP, {"id": audiobook_id})

    def _moved(self, book: StoredBook) -> PurePosixPath | None:
        """Return where a book is now, by a name of today if that can be; None where it is gone."""
        if book.library_path is None:
            return None
        was_at = PurePosixPath(book.library_path)
        place = self._library.naming.move(was_at, book.details, book.owner_id)
        if place is None and (there := self._library.locate(book.library_path, book.owner_id)) is not None:
            place = self._library.naming.move(there, book.details, book.owner_id)
        return place

    def _note(self, work: UnitOfWork, book: StoredBook, place: PurePosixPath | None) -> None:
        if place is not None and str(place) != book.library_path:
            note_path(work, self._library, book, place)
