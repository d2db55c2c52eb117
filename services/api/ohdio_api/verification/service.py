"""Beginning and ending a verification of the library, and what is done about what it finds."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from ohdio_api.audiobooks.several import Carried, SeveralBooks
from ohdio_api.beside import how_it_stands, wait_of
from ohdio_api.problems import Refusal
from ohdio_api.search import mentioning
from ohdio_core.collection import verification
from ohdio_core.collection.acts import note
from ohdio_core.db.models import Audiobook, QueueItem
from ohdio_core.db.session import Database
from ohdio_core.db.verifying_models import FileFault, Verification
from ohdio_core.domain.act import Act
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.schemas.verification import (
    FaultyBook,
    FaultyBooks,
    FaultyFile,
    VerificationState,
    VerificationView,
    VerifiedLibrary,
)
from ohdio_core.sentences import sentence, stored, text_of

_MOST_BOOKS = 1_000


class FaultyCount(NamedTuple):
    """How many books are faulty, and some of their titles."""

    books: int
    titles: Sequence[str]


class VerificationService:
    """Knows what is lost or damaged in the library."""

    def __init__(self, database: Database, several: SeveralBooks) -> None:
        self.database = database
        self.several = several

    def read(self, words: str | None = None) -> VerifiedLibrary:
        """Return how far the last verification has come, and what is faulty.

        Args:
            words: Only faulty books with these in title or authors.
        """
        with self.database.reading() as session:
            last = _last(session)
            faulty = _faulty(session, words)
            ids = session.scalars(faulty.limit(_MOST_BOOKS)).all()
            count = session.scalar(select(func.count()).select_from(faulty.subquery())) or 0
            rows = session.execute(
                select(Audiobook, FileFault)
                .join(FileFault, FileFault.audiobook_id == Audiobook.id)
                .where(Audiobook.id.in_(ids))
                .order_by(func.lower(Audiobook.title), Audiobook.id, FileFault.name)
            ).all()
            books = [
                _book(book, [row.FileFault for row in faults])
                for book, faults in groupby(rows, key=lambda row: row.Audiobook)
            ]
        return VerifiedLibrary(last=last, faulty=count, items=books)

    def state(self) -> VerificationState:
        """Return how far the last verification has come."""
        with self.database.reading() as session:
            return VerificationState(last=_last(session))

    def faulty(self) -> FaultyBooks:
        """Return how many books are faulty."""
        with self.database.reading() as session:
            faulty = _faulty(session, None).subquery()
            return FaultyBooks(faulty=session.scalar(select(func.count()).select_from(faulty)) or 0)

    def count(self, most_titles: int) -> FaultyCount:
        """Return how many books are faulty, with a few titles."""
        with self.database.reading() as session:
            ids = session.scalars(_faulty(session, None)).all()
            named = select(func.coalesce(Audiobook.title, Audiobook.url)).where(Audiobook.id.in_(ids[:most_titles]))
            return FaultyCount(len(ids), session.scalars(named).all())

    def begin(self, words: str | None) -> VerifiedLibrary:
        """Begin to verify all books that are in the library, or those with these words.

        Raises:
            Refusal: A verification is under way.
        """
        with self.database.unit_of_work() as work:
            books = None
            if words is not None:
                found = select(Audiobook.id).where(Audiobook.library_path.is_not(None), mentioning(work.session, words))
                books = work.session.scalars(found.order_by(Audiobook.id)).all()
            if not verification.begin(work, words=words, books=books):
                raise Refusal(
                    HTTPStatus.CONFLICT,
                    sentence("verify.under_way", "The library is being verified already; stop that first."),
                )
            note(work, Act.VERIFIED, words)
        return self.read()

    def stop(self) -> VerifiedLibrary:
        """Stop the verification that is under way; what it has found stays."""
        with self.database.unit_of_work() as work:
            verification.stop(work)
        return self.read()

    def fetch(self, ids: Sequence[int] | None, words: str | None = None) -> Carried:
        """Fetch what is lost or damaged of books again; whole files stay.

        Args:
            ids: Of books; None for all that are faulty.
            words: Of all, only those with these in title or authors.
        """
        with self.database.reading() as session:
            faulty = _faulty(session, words)
            chosen = session.scalars(faulty if ids is None else faulty.where(Audiobook.id.in_(ids))).all()
        carried = self.several.download_again(chosen)
        with self.database.statement() as work:
            work.changed(verification.FAULTS)
        return carried


def _faulty(session: Session, words: str | None) -> Select[int]:
    """Return the query of the ids of faulty books; of those that are in the queue, only complete ones."""
    has_faults = select(FileFault.audiobook_id).where(FileFault.audiobook_id == Audiobook.id).exists()
    is_at_rest = or_(QueueItem.id.is_(None), QueueItem.status == WorkStatus.COMPLETED.value)
    query = (
        select(Audiobook.id)
        .outerjoin(QueueItem, QueueItem.audiobook_id == Audiobook.id)
        .where(and_(has_faults, is_at_rest))
        .order_by(func.lower(Audiobook.title), Audiobook.id)
    )
    return query if words is None else query.where(mentioning(session, words))


def _last(session: Session) -> VerificationView | None:
    """Return the verification under way, or the last one."""
    query = select(Verification, *how_it_stands(Verification)).order_by(Verification.id.desc()).limit(1)
    row = session.execute(query).one_or_none()
    return None if row is None else _view(row)


def _view(found: Row[*tuple[Any, ...]]) -> VerificationView:
    row: Verification = found.Verification
    recorded = stored(row.wait_reason, row.wait_message)
    waits = wait_of(found, recorded) if row.ended_at is None else None
    return VerificationView(
        q=row.q,
        began_at=row.began_at,
        ended_at=row.ended_at,
        is_complete=row.is_complete,
        books_total=row.books_total,
        books_done=row.books_done,
        files_done=row.files_done,
        bytes_done=row.bytes_done,
        edited=row.edited,
        wait_reason=text_of(waits),
        wait_message=SentenceView.of(waits),
    )


def _book(book: Audiobook, faults: Sequence[FileFault]) -> FaultyBook:
    return FaultyBook(
        id=book.id,
        title=book.title,
        authors=book.authors,
        url=book.url,
        library_path=book.library_path,
        files=[_file(fault) for fault in faults],
    )


def _file(fault: FileFault) -> FaultyFile:
    said = verification.said_of(fault.kind, fault.name)
    return FaultyFile(
        name=fault.name,
        kind=fault.kind,
        reason=said.text,
        message=SentenceView(**said.as_json()),
        found_at=fault.found_at,
    )
