"""Books that were deleted with their files, and what is known of them: both are kept for some days.

The files lie in the trash of the library (``ohdio_core.library.trash``), the rows as JSON in ``trashed_books``, known
by the same names as the audiobook, whose rows they outlive. A deletion moves the files just before its commit. Where a
process dies between the two, the database still has the book: its files are put back (``trash_tidying``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from ohdio_core.collection.books import load_book
from ohdio_core.collection.filed_path import note_path
from ohdio_core.collection.trash_drops import find_all_spoken_for, find_spoken_for, order_drops
from ohdio_core.collection.unwanted import lift_unwanted
from ohdio_core.db.base import Base
from ohdio_core.db.models import Audiobook, BookPart, QueueItem
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.shelf_models import BookFile
from ohdio_core.domain.audiobook import BookRef
from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import NotFound, OhdioError
from ohdio_core.library import Library
from ohdio_core.sentences import Sentence, json_of, sentence, text_of
from ohdio_core.sources.owners import owner_of
from ohdio_core.work.stages import BOOKS, DOWNLOADS

#: How long deleted books can be had back.
KEPT = timedelta(days=7)


def _columns(model: type[Base], *without: str) -> str:
    """Return the columns of a table that can be written."""
    named = (column.name for column in model.__table__.columns if column.computed is None)
    return ", ".join(f'"{name}"' for name in named if name not in without)


_SQL = NamedSql(__name__)
_KEEP = _SQL.statement("keep")
_FIND_KEPT = _SQL.statement("find_kept")
_FIND_REMOVED = _SQL.statement("find_removed")
_LOCK = _SQL.statement("lock")
_INSERT_BOOK = _SQL.statement("insert_book")
_INSERT_ITEM = _SQL.statement("insert_item")
_FILL_ITEM = _SQL.statement("fill_item", columns=_columns(QueueItem, "id", "audiobook_id", "updated_at"))
_FILL = (
    _SQL.statement("fill_book", columns=_columns(Audiobook, "id", "url", "source", "external_id")),
    _SQL.statement("fill_parts", columns=_columns(BookPart, "audiobook_id")),
    _SQL.statement("fill_files", columns=_columns(BookFile, "audiobook_id")),
    _SQL.statement("fill_scans"),
)
_MAKE_DUE = _SQL.statement("make_due")
_FORGET = _SQL.statement("forget")
_TAKE = _SQL.statement("take")


#: Returns what names the folders of a book in the trash.
Keys = Callable[[OwnerId], Sequence[str]]


class Settled(NamedTuple):
    """What became of an order for books in the trash."""

    books: int  #: that it concerned
    failure: OhdioError | None = None  #: why others were left, the last reason

    def require(self) -> int:
        """Return how many books it concerned, if that was all.

        Raises:
            OhdioError: Why others were left.
        """
        if self.failure is not None:
            raise self.failure
        return self.books


class FilesGone(NotFound):
    """The trash has lost the files of a book: somebody emptied its folder by hand.

    Args:
        title: Of the book.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        super().__init__(
            sentence(
                "trash.files_gone",
                "The files of {title} are no longer in the trash. Ask for the book again to have it fetched.",
                title=title,
            )
        )


def keep_record(work: UnitOfWork, audiobook_id: int, removal: UUID, reason: Sentence | None = None) -> None:
    """Keep all that is known of a book, which the caller deletes in this transaction.

    Args:
        removal: Names the order, with which it can be undone.
        reason: Why, where no person has deleted it.
    """
    said = {"reason": text_of(reason), "reason_message": json_of(reason)}
    work.execute(_KEEP, {"id": audiobook_id, "removal": removal, **said})


def is_in_trash(work: UnitOfWork, library: Library, owner_id: OwnerId) -> bool:
    """Return whether the trash has files of a deleted book, which it had when it was deleted.

    Raises:
        OhdioError: The trash cannot be read.
    """
    # Read before the trash: what is deleted for good in between was there, and is no book's.
    spoken_for = find_all_spoken_for(work)
    return not spoken_for.issuperset(library.trash.keys()(owner_id))


def revive(work: UnitOfWork, audiobook_ids: Collection[int]) -> set[int]:
    """Make new rows of books what those were that the trash keeps; return the books that it keeps.

    Their downloads are due, without a description, and find the files there.
    """
    revived: dict[int, int] = {row.id: row.kept for row in work.execute(_FIND_KEPT, {"ids": sorted(audiobook_ids)})}
    for book, kept in revived.items():
        _fill(work, book, kept)
    if revived:
        work.execute(_MAKE_DUE, {"ids": list(revived)})
        work.execute(_FORGET, {"ids": list(revived.values())})
        work.wake(DOWNLOADS.name)
    return set(revived)


def find_removed(session: Session, removal: UUID) -> list[int]:
    """Return the books that one order has deleted, and that are still kept."""
    return list(session.execute(_FIND_REMOVED, {"removal": removal}).scalars())


def restore(work: UnitOfWork, library: Library, audiobook_id: int) -> Settled:
    """Put a book back with its files and all that is known of it.

    Where the files are not there any more, what is known of it is forgotten, and ``FilesGone`` is the failure.

    Raises:
        NeedsPerson: Other folders have taken its place.
        Postponed: The library cannot be written.
    """
    if not work.execute(_LOCK, {"ids": [audiobook_id]}).all():
        return Settled(0)
    try:
        with work.savepoint(), work.seeing_to_files():
            is_back = _bring_back(work, library, audiobook_id)
    except FilesGone as gone:
        settled = Settled(0, gone)
    else:
        settled = Settled(int(is_back))
    work.execute(_FORGET, {"ids": [audiobook_id]})
    return settled


def _bring_back(work: UnitOfWork, library: Library, audiobook_id: int) -> bool:
    """Insert the rows of a book again and put its files back; return False where it has other rows by now."""
    named = {"id": audiobook_id}
    if work.execute(_INSERT_BOOK, named).scalar() is None:
        return False
    _fill(work, audiobook_id, audiobook_id)
    work.execute(_INSERT_ITEM, named)
    items = work.execute(_FILL_ITEM, named).scalars().all()
    _put_files_back(work, library, audiobook_id)
    lift_unwanted(work, [audiobook_id])
    for item in items:
        work.changed(DOWNLOADS.topic, item)
    work.changed(BOOKS, audiobook_id)
    return True


def _put_files_back(work: UnitOfWork, library: Library, audiobook_id: int) -> None:
    book = load_book(work, audiobook_id)
    if book.library_path is not None and library.is_there(book.library_path, book.owner_id):
        return  # a process has died that was restoring it
    filed = library.trash.restore(book.details, book.owner_id)
    if filed is None:
        raise FilesGone(book.details.title)
    note_path(work, library, book, filed)


def drop(work: UnitOfWork, keys: Keys, audiobook_ids: Sequence[int]) -> int:
    """Delete some books for good, but those that are being put back; return how many.

    Args:
        keys: What ``library.trash`` has, read before: one look is for any number of books.
    """
    return drop_taken(work, keys, work.execute(_TAKE, {"ids": list(audiobook_ids)}).all())


def drop_taken(work: UnitOfWork, keys: Keys, taken: Sequence[Row[Any]]) -> int:
    """Delete books for good that are in the trash, and whose rows there are locked; return how many."""
    owners = [owner_of(BookRef(row.source, row.url, row.external_id)) for row in taken]
    found = {key for owner in owners for key in keys(owner)}
    order_drops(work, found - find_spoken_for(work, found))
    work.execute(_FORGET, {"ids": [row.audiobook_id for row in taken]})
    return len(taken)


def _fill(work: UnitOfWork, audiobook_id: int, kept: int) -> None:
    for statement in _FILL:
        work.execute(statement, {"id": audiobook_id, "kept": kept})
