"""What the database is told of a book that was filed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from ohdio_core.collection.books import StoredBook
from ohdio_core.collection.conversions import convert_filed
from ohdio_core.collection.verification import FAULTS
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.book_form import BookForm
from ohdio_core.library.known import RECORD_LIBRARY
from ohdio_core.sentences import Sentence, json_of, text_of
from ohdio_core.work.stages import BOOKS
from ohdio_downloader.filed_files import FiledFile, files_as_json

_RECORD = NamedSql(__name__).statement("record_filed", record_library=RECORD_LIBRARY)


@dataclass(frozen=True, slots=True)
class FiledBook:
    """A book that is in the library."""

    folder: PurePosixPath
    files: tuple[FiledFile, ...]
    note: Sentence | None  #: what people should know of them
    is_known: bool  #: it was there already
    becomes: BookForm | None = None  #: what it is to be converted to from now on


def record_filed(
    work: UnitOfWork, book: StoredBook, filed: FiledBook, size: int, *, library: str | None = None
) -> None:
    """Write where a book is, in the transaction that completes it.

    Args:
        book: As the run began with it: what was ordered of it since is still to be done.
        filed: It.
        size: Bytes of its sound.
        library: Where the library is that is recorded with it, so that it counts as not mounted without its mark.
    """
    mended = work.execute(
        _RECORD,
        {
            "path": str(filed.folder),
            "size": size,
            "note": text_of(filed.note),
            "note_message": json_of(filed.note),
            "is_known": filed.is_known,
            "files": files_as_json(filed.files),
            "revision": book.revision,
            "id": book.id,
            "library": library,
        },
    ).scalar()
    if mended:
        work.changed(FAULTS)
    if filed.becomes is not None:
        convert_filed(work, book.id, filed.becomes)
    work.changed(BOOKS, book.id)
