"""The files that books had before they were converted: they lie in the trash for some days, and can be had back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Row

from ohdio_core.collection.books import StoredBook, load_book
from ohdio_core.collection.conversions import announce
from ohdio_core.collection.locking import lock_books
from ohdio_core.collection.trash_drops import order_drops
from ohdio_core.collection.verification import FAULTS
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.errors import NotFound, Postponed
from ohdio_core.library import Library
from ohdio_core.sentences import sentence

_SQL = NamedSql(__name__)
_LOCK = _SQL.statement("lock")
_IS_BUSY = _SQL.statement("is_busy")
_PUT_BACK = _SQL.statement("put_back")
_FIND_NAMES = _SQL.statement("find_names")
_FORGET = _SQL.statement("forget")
_TAKE = _SQL.statement("take")
_LOCK_TO_DROP = _SQL.statement("lock_to_drop")
_FIND_OLD = _SQL.statement("find_old")


def restore_form(work: UnitOfWork, library: Library, form_id: int) -> str | None:
    """Put the files that a book had back in the place of its one file, which goes to the trash in turn.

    Returns:
        The title of the book; None where the trash does not know them.

    Raises:
        NotFound: The trash has lost them.
        Postponed: The book is being fetched or converted, or the library cannot be written.
    """
    found = work.execute(_TAKE, {"ids": [form_id]}).one_or_none()
    if found is None:
        return None
    lock_books(work, [found.audiobook_id])
    row = work.execute(_LOCK, {"id": form_id}).one_or_none()
    if row is None:
        return None
    if work.execute(_IS_BUSY, {"id": row.audiobook_id}).scalar():
        raise Postponed(
            sentence(
                "form.book_busy",
                "This book is being downloaded or converted; put its former files back once that has ended.",
            )
        )
    book = load_book(work, row.audiobook_id)
    with work.seeing_to_files():
        folder, key = _swapped(work, library, book, row)
    work.execute(_PUT_BACK, {"id": form_id, "path": str(folder), "key": key})
    work.changed(FAULTS)
    announce(work, book.id)  # the order that had failed is gone
    return book.details.title


def _swapped(work: UnitOfWork, library: Library, book: StoredBook, row: Row[Any]) -> tuple[PurePosixPath, str | None]:
    """Return where the former files are now, and what names those in the trash that were there."""
    if book.library_path is None:
        raise _gone(book)
    library.bring_back(PurePosixPath(book.library_path), book.owner_id)
    home = library.locate(book.library_path, book.owner_id)
    folder = home or PurePosixPath(book.library_path)
    swapped = library.trash.swap(row.key, folder, book.owner_id)
    if swapped is not None:
        return folder, swapped or None
    names = {file["name"] for file in row.files}
    if home is not None and names == {name.name for name in library.audio_files(home, book.owner_id)}:
        # A process has died that had put them back; the trash has what was there, by the names that are recorded.
        return home, library.trash.find_replaced(book.owner_id, _names_recorded(work, book.id))
    raise _gone(book)


def _names_recorded(work: UnitOfWork, audiobook_id: int) -> Sequence[str]:
    return work.execute(_FIND_NAMES, {"id": audiobook_id}).scalars().all()


def _gone(book: StoredBook) -> NotFound:
    return NotFound(
        sentence("form.files_gone", "The former files of {title} are no longer in the trash.", title=book.details.title)
    )


def drop_forms(work: UnitOfWork, form_ids: Collection[int]) -> int:
    """Delete former files for good, but those that are being put back; return of how many conversions."""
    taken = work.execute(_LOCK_TO_DROP, {"ids": list(form_ids)}).all()
    order_drops(work, [row.key for row in taken])
    work.execute(_FORGET, {"ids": [row.id for row in taken]})
    return len(taken)


def forget_form(work: UnitOfWork, form_id: int) -> None:
    """Forget former files that the trash has lost."""
    work.execute(_FORGET, {"ids": [form_id]})


def find_old_forms(work: UnitOfWork, kept: timedelta, most: int) -> Sequence[int]:
    """Return some that were replaced longer ago than that."""
    return work.execute(_FIND_OLD, {"kept": kept, "most": most}).scalars().all()
