"""Reading books, deleting them, and having them downloaded again."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, BigInteger, Select, any_, literal, select, text

from ohdio_api.audiobooks.arrivals import find_arrivals
from ohdio_api.audiobooks.book_row import BookRow, book_fields, select_books, view_of
from ohdio_api.audiobooks.conversions import find_conversion
from ohdio_api.audiobooks.facets import ANY, Picked
from ohdio_api.audiobooks.listing import SORTS, narrow, read_found, read_listed
from ohdio_api.audiobooks.seen_files import look_for_files
from ohdio_api.keyset import PageRequest, read_page
from ohdio_api.problems import Refusal
from ohdio_api.search import added_by, has_words, is_of_link, meet, mentioning, select_met
from ohdio_core.collection import control, conversions, edits, removals
from ohdio_core.collection.acts import note
from ohdio_core.collection.add_books import add_books, lock_item
from ohdio_core.collection.books import load_book
from ohdio_core.collection.folder_imports import OWN
from ohdio_core.collection.locking import lock_books
from ohdio_core.collection.trash import is_in_trash, keep_record
from ohdio_core.collection.unwanted import mark_unwanted
from ohdio_core.db.models import Audiobook, BookPart, QueueItem
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.db.shelf_models import BookFile
from ohdio_core.domain.act import Act
from ohdio_core.domain.audiobook import BookRef
from ohdio_core.domain.book_form import BookForm
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.library import Library
from ohdio_core.schemas.audiobooks import AudiobookDetail, AudiobookSort, AudiobookView, ChapterView, FileView, PartView
from ohdio_core.schemas.pages import Order, Page
from ohdio_core.sentences import sentence
from ohdio_core.sources.owners import owner_of
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.work.stages import BOOKS

#: How long a deletion waits for a running download to stop; it does within two seconds, unless its worker is dead.
_PATIENCE = 3.0
_LOOK_AGAIN = 0.1


class AudiobookService:
    """The books, collected or on their way."""

    def __init__(self, database: Database, registry: SourceRegistry, library: Library) -> None:
        self.database = database
        self.registry = registry
        self.library = library

    def page(
        self,
        *,
        words: str | None,
        url: str | None,
        scan_url: str | None,
        is_filed: bool | None,
        picked: Picked = ANY,
        sort: AudiobookSort,
        order: Order,
        cursor: str | None,
        limit: int,
    ) -> Page[AudiobookView]:
        """Read a page of books.

        Args:
            url: Only the book of this link, however it is written.
            scan_url: Only books that scans of this link have added.
            is_filed: Only those that are in the library, or only the others.
            picked: Only those that have these values.

        Raises:
            Refusal: The cursor is not one of this list.
        """
        request = PageRequest(SORTS[sort], order, cursor, limit)
        with self.database.reading() as session:
            if url is None and scan_url is None:
                rows, following = read_listed(session, picked, request, is_filed=is_filed, words=words)
            else:
                query = self._select_of_links(narrow(picked, is_filed), url, scan_url)
                if words:
                    query = query.where(mentioning(session, words))
                rows, following = read_page(session, query, Audiobook.id, request)
        return Page(items=[view_of(row) for row in rows], next=following)

    def found(
        self,
        *,
        words: str,
        picked: Picked,
        sort: AudiobookSort,
        order: Order,
        cursor: str | None,
        limit: int,
        most: int,
    ) -> tuple[Page[AudiobookView], Sequence[int]] | None:
        """Read a page of the books in the library that have words, and the ids of all of these, ascending.

        Returns:
            None where words may be so common that the two are read faster by themselves. No ids where there are more
            than ``most`` of them.

        Raises:
            Refusal: The cursor is not one of this list.
        """
        request = PageRequest(SORTS[sort], order, cursor, limit)
        with self.database.reading() as session:
            found = read_found(session, picked, request, words, most)
        if found is None:
            return None
        rows, following, ids = found
        return Page(items=[view_of(row) for row in rows], next=following), ids

    def _select_of_links(
        self, query: Select[*tuple[Any, ...]], url: str | None, scan_url: str | None
    ) -> Select[*tuple[Any, ...]]:
        if url is not None:
            query = query.where(is_of_link(Audiobook, self.registry, url))
        return query if scan_url is None else query.where(added_by(self.registry, scan_url))

    def get(self, audiobook_id: int) -> AudiobookDetail:
        """Read one book with its parts and files.

        Raises:
            Refusal: There is no such book.
        """
        query = select_books().where(Audiobook.id == audiobook_id)
        its_parts = select(BookPart).where(BookPart.audiobook_id == audiobook_id).order_by(BookPart.index)
        of_book = select(BookFile).where(BookFile.audiobook_id == audiobook_id).order_by(BookFile.index)
        with self.database.reading() as session:
            row = session.execute(query).one_or_none()
            listed = session.scalars(its_parts).all()
            filed = session.scalars(of_book).all()
            conversion = find_conversion(session, audiobook_id)
        if row is None:
            raise missing_book(audiobook_id)
        parts = [
            PartView(part=part.index + 1, title=part.title, duration_seconds=part.duration_seconds) for part in listed
        ]
        files = [
            FileView(
                part=file.index + 1,
                name=file.name,
                size=file.size,
                sha256=file.sha256,
                duration_seconds=file.duration_seconds,
                chapters=[ChapterView(start_seconds=start, title=title) for start, title in file.chapters or ()],
            )
            for file in filed
        ]
        return AudiobookDetail(**book_fields(BookRow.of(row)), parts=parts, files=files, conversion=conversion)

    def books(self, ids: Sequence[int], *, words: str | None = None) -> list[AudiobookView]:
        """Read these books, or only those with these words; those that are gone are left out."""
        if not ids:
            return []
        query = select_books().where(Audiobook.id == any_(literal(list(ids), ARRAY(BigInteger)))).order_by(Audiobook.id)
        with self.database.reading() as session:
            if words:
                query = query.where(mentioning(session, words))
            return [view_of(row) for row in session.execute(query)]

    def filed(
        self, *, words: str | None, picked: Picked, most: int, among: Sequence[int] | None = None
    ) -> Sequence[int]:
        """Read the ids of the books in the library that match.

        Args:
            among: Only of these.
        """
        conditions = [Audiobook.library_path.is_not(None), picked.condition()]
        if among is not None:
            conditions.append(Audiobook.id == any_(literal(list(among), ARRAY(BigInteger))))
        query = select(Audiobook.id).where(*conditions)
        with self.database.reading() as session:
            if words:
                is_common = meet(session, select_met(select(Audiobook.words).where(*conditions)), words) is not None
                query = query.where(has_words(Audiobook.words, words) if is_common else mentioning(session, words))
            return session.scalars(query.order_by(Audiobook.id).limit(most)).all()

    def arrived(self, most: int) -> list[int]:
        """Read the ids of the books that were filed within a day, the last one first."""
        with self.database.reading() as session:
            return find_arrivals(session, most)

    def arrivals(self, most: int) -> list[AudiobookView]:
        """Read the books that were filed within a day, the last one first."""
        ids = self.arrived(most)
        found = {book.id: book for book in self.books(ids)}
        return [found[each] for each in ids if each in found]

    def edit(self, audiobook_id: int, changes: Mapping[str, Any], *, revision: int) -> AudiobookDetail:
        """Write what a person says of a book, and have it written into its files if they are there.

        Args:
            changes: Values by the names of fields.
            revision: Of the book as the person has seen it.

        Raises:
            Refusal: There is no such book, or somebody else has changed it since.
        """
        self.get(audiobook_id)
        seen = look_for_files(self.database, self.library, audiobook_id)
        with self.database.unit_of_work() as work:
            if not edits.edit(work, audiobook_id, changes, revision=revision):
                raise Refusal(HTTPStatus.CONFLICT, _EDITED_MEANWHILE)
            book = load_book(work, audiobook_id)
            note(work, Act.EDITED, book.details.title, audiobook_id=audiobook_id)
            if seen.may_be_at(book.library_path):
                if not self._is_queued(work, audiobook_id):
                    lock_item(work, audiobook_id, self.registry.by_name(book.ref.source).site_key(book.ref.url))
                edits.write_tags(work, [audiobook_id])
        return self.get(audiobook_id)

    def convert(self, audiobook_id: int, form: BookForm) -> AudiobookDetail:
        """Order that a book in the library becomes one file; the old files stay until then, and go to the trash.

        It stays complete meanwhile.

        Raises:
            Refusal: There is no such book, or its files are not there.
        """
        self.get(audiobook_id)
        seen = look_for_files(self.database, self.library, audiobook_id)
        with self.database.unit_of_work() as work:
            book = load_book(work, audiobook_id)
            if not seen.may_be_at(book.library_path) or not conversions.order(work, audiobook_id, form):
                raise Refusal(HTTPStatus.CONFLICT, _NOTHING_TO_CONVERT)
            note(work, Act.CONVERTED, book.details.title, audiobook_id=audiobook_id)
        return self.get(audiobook_id)

    def delete(self, audiobook_id: int, removal: UUID | None = None) -> None:
        """Stop a book's download, and delete its files and all that is known of it; no scan brings it back.

        Both are kept in the trash for a week (``ohdio_core.collection.trash``).

        Args:
            removal: Names the order, if it is one of several books.

        Raises:
            Refusal: There is no such book, or its download has not stopped yet.
            Postponed: The library cannot be written. The book is out of the queue by then, but is still there, with
                its files; deleting it again goes on.
        """
        removal = removal or uuid4()
        with self.database.unit_of_work() as work:
            lock_books(work, [audiobook_id])
            item_ids = (
                work.session.execute(select(QueueItem.id).where(QueueItem.audiobook_id == audiobook_id)).scalars().all()
            )
            removals.remove(work, item_ids, removal)
            mark_unwanted(work, [audiobook_id])
            book = select(Audiobook.title, Audiobook.url).where(Audiobook.id == audiobook_id)
            if (row := work.session.execute(book).one_or_none()) is not None:
                note(work, Act.DELETED, row.title or row.url, audiobook_id=audiobook_id)
        deadline = time.monotonic() + _PATIENCE
        while not self._delete_at_rest(audiobook_id, removal):
            if time.monotonic() > deadline:
                raise Refusal(
                    HTTPStatus.CONFLICT,
                    sentence(
                        "book.being_stopped",
                        "The book's download is still being stopped; delete the book again in a moment.",
                    ),
                    headers={"Retry-After": "5"},
                )
            time.sleep(_LOOK_AGAIN)

    def _delete_at_rest(self, audiobook_id: int, removal: UUID) -> bool:
        """Delete a book that nobody works on; return False, and do nothing, while somebody does.

        Raises:
            Refusal: There is no such book.
            OutOfLibrary: Its files are behind a link.
        """
        with self.database.reading() as session:
            seen = session.execute(_FILED, {"id": audiobook_id}).one_or_none()
        if seen is None:
            raise missing_book(audiobook_id)
        if seen.is_queued:
            return False
        owner_id = owner_of(BookRef(seen.source, seen.url, seen.external_id))
        # Before anything is locked, as the whole library may have to be read.
        folders = () if seen.library_path is None else self.library.folders_of(seen.library_path, owner_id)
        with self.database.unit_of_work() as work:
            lock_books(work, [audiobook_id])  # then nobody can queue it again
            book = work.execute(
                text("SELECT library_path FROM audiobooks WHERE id = :id"), {"id": audiobook_id}
            ).one_or_none()
            if book is None:
                raise missing_book(audiobook_id)
            if self._is_queued(work, audiobook_id) or book.library_path != seen.library_path:
                return False  # somebody was quicker than the lock
            if book.library_path is not None:
                # Where its folder is nowhere, its place is asked: it says when the library is not mounted.
                places = folders or (PurePosixPath(book.library_path),)
                with work.seeing_to_files():
                    moved = sum(self.library.delete(folder, owner_id) for folder in places)
                    # A process that died after the move has left it in the trash without a record.
                    is_kept = moved or is_in_trash(work, self.library, owner_id)
                if is_kept:
                    keep_record(work, audiobook_id, removal)
            work.execute(text("DELETE FROM audiobooks WHERE id = :id"), {"id": audiobook_id})
            work.changed(BOOKS, audiobook_id)
        return True

    def _is_queued(self, work: UnitOfWork, audiobook_id: int) -> bool:
        is_queued: bool = work.execute(
            text("SELECT EXISTS (SELECT FROM queue_items WHERE audiobook_id = :id)"), {"id": audiobook_id}
        ).scalar_one()
        return is_queued

    def download_again(self, audiobook_id: int) -> AudiobookDetail:
        """Download a book anew, though it may be complete; its files stay until the new ones are there.

        Raises:
            Refusal: There is no such book, or it waits or runs already.
            PermanentError: Its source is no more.
        """
        with self.database.unit_of_work() as work:
            query = select_books().add_columns(Audiobook.external_id).where(Audiobook.id == audiobook_id)
            book = work.session.execute(query).one_or_none()
            if book is None:
                raise missing_book(audiobook_id)
            if book.source == OWN:
                raise Refusal(
                    HTTPStatus.CONFLICT,
                    sentence("own.no_site", "This book is one of your own: there is no site to fetch it from."),
                )
            if book.item_id is None:
                key = self.registry.by_name(book.source).site_key(book.url)
                ref = BookRef(book.source, book.url, book.external_id)
                add_books(work, [(ref, key)], are_filed=self.library.holds_each)
                _ask_for_files_anew(work, audiobook_id)
            else:
                order = control.fetch_again if book.item_status == WorkStatus.COMPLETED else control.retry
                if order(work, [book.item_id]) == 0:
                    raise Refusal(
                        HTTPStatus.CONFLICT,
                        sentence(
                            "book.in_queue",
                            "The book's download is {status} already; resume it in the queue if it is paused.",
                            status=WorkStatus(book.item_status).said,
                        ),
                    )
            note(work, Act.FETCHED_AGAIN, book.title, audiobook_id=audiobook_id)
        return self.get(audiobook_id)


_NOTHING_TO_CONVERT = sentence(
    "book.nothing_to_convert", "Its files are not in the library, so there is nothing to convert."
)
_EDITED_MEANWHILE = sentence(
    "book.edited_meanwhile",
    "Somebody else has changed this book meanwhile; look at it again, and repeat your change if it is still right.",
)
_FILED = text(
    """
    SELECT library_path, source, url, external_id,
           EXISTS (SELECT FROM queue_items WHERE audiobook_id = audiobooks.id) AS is_queued
    FROM audiobooks WHERE id = :id
    """
)


def missing_book(audiobook_id: int) -> Refusal:
    """Return the refusal for a book that there is none of."""
    return Refusal(
        HTTPStatus.NOT_FOUND,
        sentence("book.no_such_book", "There is no book {id}; it may have been deleted.", id=audiobook_id),
    )


def _ask_for_files_anew(work: UnitOfWork, audiobook_id: int) -> None:
    work.session.execute(
        text("UPDATE queue_items SET is_refetch = true WHERE audiobook_id = :id"), {"id": audiobook_id}
    )
