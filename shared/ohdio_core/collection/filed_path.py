"""Noting that a book is somewhere else in the library than it was."""

from __future__ import annotations

from pathlib import PurePosixPath

from ohdio_core.collection.books import StoredBook
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.library import Library
from ohdio_core.work.stages import BOOKS

_SET_PATH = sql("UPDATE audiobooks SET library_path = :path, updated_at = now() WHERE id = :id")
#: What is known of it by its former name, such as its checksum, stays.
_SET_NAME = sql("UPDATE book_files SET name = :name WHERE audiobook_id = :id AND name <> :name")


def note_path(work: UnitOfWork, library: Library, book: StoredBook, place: PurePosixPath) -> None:
    """Write where a book is now; the file of an episode is called as that, too.

    Raises:
        Postponed: The library cannot be read.
    """
    work.execute(_SET_PATH, {"id": book.id, "path": str(place)})
    names = library.audio_files(place, book.owner_id) if book.details.is_episode else ()
    if len(names) == 1:
        work.execute(_SET_NAME, {"id": book.id, "name": names[0].name})
    work.changed(BOOKS, book.id)
