"""What is converted, how long that takes, and stopping it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from pathlib import PurePath

from sqlalchemy import ARRAY, BigInteger, any_, literal, select

from ohdio_api.audiobooks.conversions import (
    find_conversion,
    find_conversions,
    find_interrupted,
    is_any_downloader_there,
    is_any_held,
    read_frame,
    show_conversions,
)
from ohdio_api.conversions.failures import FailedConversions, read_failures
from ohdio_api.conversions.listing import AS_THEY_GO_ON, AS_THEY_NEED_PEOPLE, read_conversions
from ohdio_api.problems import Refusal
from ohdio_core.collection import conversions
from ohdio_core.db.models import Audiobook
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.db.shelf_models import BookFile
from ohdio_core.domain.book_form import BookForm
from ohdio_core.domain.failure_cause import ConversionRemedy
from ohdio_core.domain.formats import M4A, audio_format
from ohdio_core.schemas.conversions import ConversionEstimate, ConversionFrame, ConversionView
from ohdio_core.schemas.pages import Page
from ohdio_core.sentences import sentence

#: So long the first one who asks waits for a machine to say how fast it is.
_PATIENCE = 6.0
_LOOK_AGAIN = 0.25
_MOST_RUNNING = 100
_BATCH = 500  # a transaction, so that no order holds its locks for long


class ConversionService:
    """Conversions of books."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def page(self, *, cursor: str | None, limit: int, failed_first: bool = False) -> Page[ConversionView]:
        """Read a page of what is to be converted, in the order in which it is, and of what could not be.

        Raises:
            Refusal: The cursor is not one of this list.
        """
        parts = AS_THEY_NEED_PEOPLE if failed_first else AS_THEY_GO_ON
        with self.database.reading() as session:
            rows, following = read_conversions(session, parts, cursor, limit)
            return Page(items=show_conversions(session, rows), next=following)

    def conversions(self, ids: Sequence[int]) -> Sequence[ConversionView]:
        """Return the conversions of these books, as far as there are any."""
        with self.database.reading() as session:
            return find_conversions(session, ids)

    def interrupted(self) -> Sequence[int]:
        """Return those whose process has fallen silent."""
        with self.database.reading() as session:
            return find_interrupted(session)

    def frame(self) -> ConversionFrame:
        """Return how far those are that encode."""
        with self.database.reading() as session:
            return ConversionFrame(items=read_frame(session, _MOST_RUNNING))

    def failures(self) -> Sequence[FailedConversions]:
        """Return what could not be converted, by what helps."""
        with self.database.reading() as session:
            return read_failures(session)

    def settle_failures(self, remedy: ConversionRemedy) -> int:
        """Try those again that this helps, or put them away, some hundreds at a time; return how many."""
        count = beyond = 0
        while True:
            with self.database.unit_of_work() as work:
                books = conversions.settle_failed(work, remedy, beyond=beyond, most=_BATCH)
            count += len(books)
            if len(books) < _BATCH:
                return count
            beyond = books[-1]

    def estimate(self, ids: Sequence[int], form: BookForm) -> ConversionEstimate:
        """Return what it takes to convert books; those that are not in the library are left out."""
        with self.database.reading() as session:
            chosen = any_(literal(list(ids), ARRAY(BigInteger)))
            of_books = select(Audiobook.id, Audiobook.file_size, Audiobook.duration_seconds).where(
                Audiobook.id == chosen, Audiobook.library_path.is_not(None)
            )
            books = {row.id: row for row in session.execute(of_books)}
            of_files = select(BookFile.audiobook_id, BookFile.name, BookFile.duration_seconds).where(
                BookFile.audiobook_id == chosen
            )
            files = session.execute(of_files).all()
        names: dict[int, list[str]] = {}
        lengths: dict[int, float] = {}
        for file in files:
            names.setdefault(file.audiobook_id, []).append(file.name)
            lengths[file.audiobook_id] = lengths.get(file.audiobook_id, 0.0) + (file.duration_seconds or 0.0)
        encoded = [book for book in books if form.bit_rate is not None and _is_encoded(names.get(book, ()))]
        sound = sum(lengths.get(book) or books[book].duration_seconds or 0.0 for book in encoded)
        speed = self._speed() if encoded else None
        return ConversionEstimate(
            books=len(books),
            encoded=len(encoded),
            sound_seconds=sound,
            seconds=None if speed is None else sound / speed,
            bytes=round(sound * (form.bit_rate or 0) / 8),
            bytes_before=sum(book.file_size or 0 for book in books.values()),
        )

    def pause(self, audiobook_id: int) -> ConversionView:
        """Pause a conversion; it goes on at the part that it is at.

        Raises:
            Refusal: There is none that could go on.
        """
        return self._ordered(audiobook_id, lambda work: conversions.set_paused(work, audiobook_id, is_paused=True))

    def resume(self, audiobook_id: int) -> ConversionView:
        """Resume a conversion, or try one again that has failed.

        Raises:
            Refusal: There is none.
        """
        return self._ordered(audiobook_id, lambda work: conversions.set_paused(work, audiobook_id, is_paused=False))

    def cancel(self, audiobook_id: int) -> None:
        """Cancel a conversion; the book stays as it is.

        Raises:
            Refusal: There is none.
        """
        with self.database.unit_of_work() as work:
            if not conversions.cancel(work, audiobook_id):
                raise _no_conversion()

    def _ordered(self, audiobook_id: int, order: Callable[[UnitOfWork], bool]) -> ConversionView:
        with self.database.unit_of_work() as work:
            is_there = order(work)
        with self.database.reading() as session:
            view = find_conversion(session, audiobook_id)
        if view is None or not is_there:
            raise _no_conversion()
        return view

    def _speed(self) -> float | None:
        """Return how fast machines encode; the first time, a moment is waited for one to find out."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            with self.database.statement() as work:
                speed = conversions.read_speed(work)
            if speed is not None or time.monotonic() > deadline or not self._is_anybody_free():
                return speed
            time.sleep(_LOOK_AGAIN)

    def _is_anybody_free(self) -> bool:
        """Return whether a downloader runs, and none converts a book: that measures by itself, which takes longer."""
        with self.database.reading() as session:
            return is_any_downloader_there(session) and not is_any_held(session)


def _is_encoded(names: Sequence[str]) -> bool:
    """Return whether files must be encoded for an M4B, by their names: these do not tell AAC of two kinds."""
    return not names or any(audio_format(PurePath(name)) is not M4A for name in names)


def _no_conversion() -> Refusal:
    return Refusal(HTTPStatus.NOT_FOUND, sentence("conversion.none", "Nobody has ordered that this book is converted."))
