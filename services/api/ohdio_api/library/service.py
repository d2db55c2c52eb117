"""Comparing what the database says is in the library with what is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from ohdio_api.audiobooks.service import AudiobookService
from ohdio_api.library.aside import Aside, count_aside
from ohdio_core.collection import control
from ohdio_core.collection.acts import note
from ohdio_core.collection.add_books import add_books
from ohdio_core.collection.locking import lock_books
from ohdio_core.collection.unwanted import mark_unwanted
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.act import Act
from ohdio_core.domain.audiobook import BookRef
from ohdio_core.domain.missing_books import are_many
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.errors import Postponed
from ohdio_core.library import Library
from ohdio_core.library.known import recall_library
from ohdio_core.schemas.audiobooks import AudiobookSort
from ohdio_core.schemas.library import LibraryPage, MissingBooks
from ohdio_core.schemas.pages import Order
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.sentences import Sentence, sentence, text_of
from ohdio_core.sources.owners import owner_of
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.work.stages import BOOKS

_BATCH = 5000


@dataclass(frozen=True, slots=True)
class _CompleteBook:
    """A complete book, and the folder that it was filed in."""

    id: int
    ref: BookRef
    folder: str


class LibraryService:
    """Finds what is there and what is missing, and does about it what people say."""

    def __init__(
        self, database: Database, registry: SourceRegistry, library: Library, audiobooks: AudiobookService
    ) -> None:
        self.database = database
        self.registry = registry
        self.library = library
        self.audiobooks = audiobooks

    def count_aside(self) -> Aside:
        """Count the books that are in the trash, and those that are being converted."""
        with self.database.reading() as session:
            return count_aside(session)

    def page(
        self, *, words: str | None, sort: AudiobookSort, order: Order, cursor: str | None, limit: int
    ) -> LibraryPage:
        """Read a page of the books that are there now, and count the complete ones of it that are not.

        Raises:
            Refusal: The cursor is not one of this list.
            Postponed: The library is not mounted, or cannot be read.
        """
        page = self.audiobooks.page(
            words=words, url=None, scan_url=None, is_filed=True, sort=sort, order=order, cursor=cursor, limit=limit
        )
        if page.items:
            self._require_mark()
        with self.database.reading() as session:
            rows = session.execute(_THESE, {"ids": [book.id for book in page.items]}).all()
        there = self._find(map(_filed, rows))
        shown = [book.model_copy(update={"library_path": there[book.id]}) for book in page.items if book.id in there]
        missing = sum(book.status is WorkStatus.COMPLETED for book in page.items if book.id not in there)
        return LibraryPage(items=shown, next=page.next, missing=missing)

    def missing(self, words: str | None) -> MissingBooks:
        """Read which complete books are not there.

        Args:
            words: Only of those with these words in title or authors.

        Raises:
            Postponed: The library is not there, or cannot be read.
        """
        if complete := self._count():
            self._require_mark()
        gone: list[int] = []
        for books in self._complete():
            there = self._find(books)
            gone += (book.id for book in books if book.id not in there)
        if gone:
            self._require_mark()  # its disk may have gone meanwhile
        note = self._note(len(gone), complete) if are_many(len(gone), complete) else None
        return MissingBooks(
            location=self.library.location,
            checked=complete,
            items=self.audiobooks.books(gone, words=words),
            note=text_of(note),
            note_message=SentenceView.of(note),
        )

    def fetch(self, ids: Sequence[int]) -> int:
        """Fetch those of these books that are missing again; return how many.

        Raises:
            Postponed: The library is not there, or cannot be read.
        """
        wanted = self._missing_among(ids)
        refs = [(book.ref, self.registry.by_name(book.ref.source).site_key(book.ref.url)) for book in wanted]
        with self.database.unit_of_work() as work:
            add_books(work, refs, are_filed=lambda books: [False] * len(books))
            note(work, Act.FETCHED_AGAIN, items=len(wanted))
        return len(wanted)

    def forget(self, ids: Sequence[int]) -> int:
        """Forget those of these books that are missing, and have scans leave them out; return how many.

        Raises:
            Postponed: The library is not there, or cannot be read.
        """
        return sum(map(self._forget, self._missing_among(ids)))

    def _missing_among(self, ids: Sequence[int]) -> list[_CompleteBook]:
        with self.database.reading() as session:
            rows = session.execute(_COMPLETE_AMONG, {"ids": ids}).all()
        if rows:
            self._require_mark()
        books = list(map(_filed, rows))
        there = self._find(books)
        gone = [book for book in books if book.id not in there]
        if gone:
            self._require_mark()  # its disk may have gone meanwhile
        return gone

    def _note(self, missing: int, complete: int) -> Sentence:
        return sentence(
            "library.many_missing",
            "{missing} of {complete} complete books are not in {library}. So many at once look like a library of which "
            "a disk or a folder is not mounted: unless they were deleted, mount it, or bring it back, before they are "
            "fetched again or let go.",
            missing=missing,
            complete=complete,
            library=self.library.location,
        )

    def _count(self) -> int:
        with self.database.reading() as session:
            complete: int = session.execute(_COUNT).scalar_one()
        return complete

    def _require_mark(self) -> None:
        """Make sure that this is a library that books were filed in, as the hidden file in it says.

        Raises:
            Postponed: It is not.
        """
        is_known = recall_library(self.database, self.library)
        self.library.require_mounted()
        if not is_known:
            raise Postponed(
                sentence(
                    "library.never_filed",
                    "No book was ever filed in {library}, though {complete} are complete, so it is taken for a library "
                    "that is not there: mount its disk, or set LIBRARY_DIR to where the books are.",
                    library=self.library.location,
                    complete=self._count(),
                )
            )

    def _complete(self) -> Iterator[Sequence[_CompleteBook]]:
        """Yield many complete books at a time, those together whose folders are."""
        last = _CompleteBook(0, BookRef("", "", ""), "")
        while True:
            with self.database.reading() as session:
                parameters = {"folder": last.folder, "last": last.id, "most": _BATCH}
                books = list(map(_filed, session.execute(_COMPLETE, parameters)))
            yield books
            if len(books) < _BATCH:
                return
            last = books[-1]

    def _find(self, books: Iterable[_CompleteBook]) -> Mapping[int, str]:
        """Return the folders that hold these books whole, by id, and remember those to which people have moved some."""
        wanted = list(books)
        found = self.library.whereabouts([(book.folder, owner_of(book.ref)) for book in wanted])
        there = {book: str(folder) for book, folder in zip(wanted, found, strict=True) if folder is not None}
        for book, folder in there.items():
            if folder != book.folder:
                self._remember(book, folder)
        return {book.id: folder for book, folder in there.items()}

    def _remember(self, book: _CompleteBook, folder: str) -> None:
        with self.database.unit_of_work() as work:
            work.execute(_MOVED, {"id": book.id, "from": book.folder, "to": folder})
            work.changed(BOOKS, book.id)

    def _forget(self, book: _CompleteBook) -> bool:
        with self.database.unit_of_work() as work:
            lock_books(work, [book.id])
            items = work.execute(sql("SELECT id FROM queue_items WHERE audiobook_id = :id"), {"id": book.id})
            is_forgotten = _forget(work, book, list(items.scalars()))
            note(work, Act.LET_GO, book.folder, items=int(is_forgotten))
            return is_forgotten


def _filed(row: Row[Any]) -> _CompleteBook:
    return _CompleteBook(row.id, BookRef(row.source, row.url, row.external_id), row.library_path)


def _forget(work: UnitOfWork, book: _CompleteBook, item_ids: Sequence[int]) -> bool:
    """Forget a book whose rows are locked, unless somebody has it fetched again by now."""
    parameters = {"id": book.id, "folder": book.folder}
    if work.execute(_STILL_COMPLETE, parameters).scalar() is None:
        return False
    control.forget(work, item_ids)
    mark_unwanted(work, [book.id])
    work.execute(sql("DELETE FROM audiobooks WHERE id = :id"), {"id": book.id})
    work.changed(BOOKS, book.id)
    return True


_COUNT = sql(
    """
    SELECT count(*) FROM audiobooks AS book LEFT JOIN queue_items AS item ON item.audiobook_id = book.id
    WHERE library_path IS NOT NULL AND (item.id IS NULL OR item.status = 'completed')
    """
)
_COMPLETE = sql(
    """
    SELECT book.id, source, url, external_id, library_path
    FROM audiobooks AS book LEFT JOIN queue_items AS item ON item.audiobook_id = book.id
    WHERE library_path IS NOT NULL AND (left(library_path, 500), book.id) > (left(:folder, 500), :last)
      AND (item.id IS NULL OR item.status = 'completed')
    ORDER BY left(library_path, 500), book.id LIMIT :most
    """
)
_COMPLETE_AMONG = sql(
    """
    SELECT book.id, source, url, external_id, library_path
    FROM audiobooks AS book LEFT JOIN queue_items AS item ON item.audiobook_id = book.id
    WHERE book.id = ANY(CAST(:ids AS bigint[])) AND library_path IS NOT NULL
      AND (item.id IS NULL OR item.status = 'completed')
    ORDER BY book.id
    """
)
_THESE = sql(
    """
    SELECT id, source, url, external_id, library_path FROM audiobooks
    WHERE id = ANY(CAST(:ids AS bigint[])) AND library_path IS NOT NULL
    """
)
_STILL_COMPLETE = sql(
    """
    SELECT book.id FROM audiobooks AS book LEFT JOIN queue_items AS item ON item.audiobook_id = book.id
    WHERE book.id = :id AND library_path = :folder AND (item.id IS NULL OR item.status = 'completed')
    """
)
_MOVED = sql("UPDATE audiobooks SET library_path = :to, updated_at = now() WHERE id = :id AND library_path = :from")
