"""Reading and writing books and their descriptions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row

from ohdio_core.collection.details import decode_details, decode_part, duration, encode_books
from ohdio_core.collection.room import WEIGH_CLAIMED, Claimed, claimed_of
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.audiobook import BookDetails, BookRef
from ohdio_core.domain.book_form import BookForm, form_named
from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import NotFound
from ohdio_core.sentences import sentence, stored
from ohdio_core.sources.owners import owner_of
from ohdio_core.vault import keep_addresses
from ohdio_core.work.stages import BOOKS

#: The columns that people may change; each keeps what they said from then on (``ohdio_core.collection.edits``).
EDITABLE = (
    *("title", "authors", "narrators", "series", "series_position", "published_year", "published_on", "isbn", "asin"),
    *("genre", "audience", "description", "translators"),
)

_SQL = NamedSql(__name__)
_STORED_BOOK = _SQL.text("stored_book")
_LOAD_TO_DESCRIBE = _SQL.statement("load_to_describe", stored_book=_STORED_BOOK)
_LOAD = _SQL.statement("load", stored_book=_STORED_BOOK)
_LOAD_FILED = _SQL.statement("load_filed", stored_book=_STORED_BOOK)
_LOAD_QUEUED = _SQL.statement("load_queued", stored_book=_STORED_BOOK, weigh_claimed=WEIGH_CLAIMED)
_SAVE = _SQL.statement(
    "save_details",
    **{name: f"CASE WHEN '{name}' = ANY(row.edited) THEN row.{name} ELSE described.{name} END" for name in EDITABLE},
)
_DELETED = sentence("book.deleted", "This book was deleted from the library.")


@dataclass(frozen=True, slots=True)
class StoredBook:
    """A book as the database has it."""

    id: int
    ref: BookRef
    details: BookDetails
    library_path: str | None
    revision: int = 0  #: one more with each edit by a person
    files_revision: int = 0  #: that of what its files say
    form: BookForm | None = None  #: that it is to be filed in; None: as the settings say

    @property
    def owner_id(self) -> OwnerId:
        """Return what the book's folder in the library is marked with; survives the loss of the database."""
        return owner_of(self.ref)


@dataclass(frozen=True, slots=True)
class BookToDownload:
    """A book that is due for download."""

    book: StoredBook
    is_refetch: bool  #: it is fetched although it is in the library
    is_kept_anyway: bool  #: a person wants it although it is not whole
    speed_limit: int | None  #: bytes a second that it may come with
    has_faults: bool  #: files of it were found lost or damaged
    room: Claimed  #: what it weighs, and what those do that began before it


@dataclass(frozen=True, slots=True)
class BookToDescribe:
    """A book, and what is known before its site is asked."""

    book: StoredBook  #: its reference carries what its listing said of it
    is_judged: bool  #: there are filters to be asked once it is described


def load_book_to_describe(work: UnitOfWork, audiobook_id: int) -> BookToDescribe:
    """Read a book that is being described.

    Raises:
        NotFound: It was deleted.
    """
    for found in load_books_to_describe(work, [audiobook_id]):
        return found
    raise NotFound(_DELETED)


def load_books_to_describe(work: UnitOfWork, ids: Collection[int]) -> list[BookToDescribe]:
    """Read books that are being described; those that were deleted are left out."""
    return [_to_describe(row) for row in work.execute(_LOAD_TO_DESCRIBE, {"ids": list(ids)})]


def _to_describe(row: Row[*tuple[Any, ...]]) -> BookToDescribe:
    book = _stored(row)
    if row.listed is not None:
        book = replace(book, ref=replace(book.ref, details=decode_details(row.listed)))
    return BookToDescribe(book, row.is_judged)


def load_book(work: UnitOfWork, audiobook_id: int) -> StoredBook:
    """Read a book.

    Raises:
        NotFound: It was deleted.
    """
    row = work.execute(_LOAD, {"id": audiobook_id}).one_or_none()
    if row is None:
        raise NotFound(_DELETED)
    return _stored(row)


def load_filed_books(work: UnitOfWork, *, beyond: int, most: int) -> list[StoredBook]:
    """Read some of the books that are filed, in the order of their ids.

    Args:
        beyond: Only those with higher ids.
        most: How many at most.
    """
    return [_stored(row) for row in work.execute(_LOAD_FILED, {"last": beyond, "most": most})]


def load_queued_book(work: UnitOfWork, item_id: int, form: BookForm) -> BookToDownload:
    """Read the book of a queue item whose run has begun, and how it is to be fetched.

    Args:
        form: What books are filed as of which nobody has said it.

    Raises:
        NotFound: It was deleted.
    """
    row = work.execute(_LOAD_QUEUED, {"id": item_id, "form": form.value}).one_or_none()
    if row is None:
        raise NotFound(_DELETED)
    return BookToDownload(
        _stored(row), row.is_refetch, row.is_kept_anyway, row.speed_limit, row.has_faults, claimed_of(row)
    )


def _stored(row: Row[*tuple[Any, ...]]) -> StoredBook:
    parts = tuple(decode_part(part) for part in row.parts)
    if "narrators" in row.edited:
        parts = tuple(replace(part, narrators=()) for part in parts)  # whoever reads it is what a person said
    details = BookDetails(
        title=row.title or row.url,
        authors=tuple(row.authors),
        narrators=tuple(row.narrators),
        description=row.description,
        publisher=row.publisher,
        published_year=row.published_year,
        published_on=row.published_on,
        genre=row.genre,
        isbn=row.isbn,
        asin=row.asin,
        audience=row.audience,
        page_count=row.page_count,
        translators=tuple(row.translators),
        language=row.language,
        series=row.series,
        series_position=row.series_position,
        show=row.show,
        episode_of=row.episode_of,
        cover_url=row.cover_url,
        duration=duration(row.duration_seconds),
        parts=parts,
        note=stored(row.source_note, row.source_note_message),
    )
    ref = BookRef(
        row.source, row.url, row.external_id, row.title, details.authors, row.cover_url, match_keys=tuple(row.signs)
    )
    form = form_named(row.form)
    return StoredBook(row.id, ref, details, row.library_path, row.revision, row.files_revision, form)


def save_details(work: UnitOfWork, described: Mapping[int, BookDetails]) -> None:
    """Write descriptions, and their parts in place of the old ones; numbers that cannot be are left out.

    Args:
        described: By the audiobook's id.
    """
    keep_addresses(work, *described.values())
    books, parts = encode_books(described)
    work.execute(_SAVE, {"ids": list(described), "books": books, "parts": parts})
    for audiobook_id in described:
        work.changed(BOOKS, audiobook_id)
