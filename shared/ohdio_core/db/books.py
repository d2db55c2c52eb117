"""Reading and writing what is known of a book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session, selectinload

from ohdio_core.db.details import seconds
from ohdio_core.db.models import Audiobook, BookPart
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.audiobook import BookDetails, BookRef, Part
from ohdio_core.errors import NotFound


@dataclass(frozen=True, slots=True)
class StoredBook:
    """A book as the database has it."""

    id: int
    ref: BookRef
    details: BookDetails
    library_path: str | None

    @property
    def owner_id(self) -> str:
        """What the book's folder in the library is marked with; survives the loss of the database."""
        return f"{self.ref.source}:{self.ref.external_id}"


def load_book(session: Session, audiobook_id: int) -> StoredBook:
    """Read a book and its parts.

    Raises:
        NotFound: It was deleted.
    """
    row = session.execute(
        select(Audiobook).where(Audiobook.id == audiobook_id).options(selectinload(Audiobook.parts))
    ).scalar_one_or_none()
    if row is None:
        raise NotFound("This book was deleted from the library.")
    details = BookDetails(
        title=row.title or row.url,
        authors=tuple(row.authors),
        narrators=tuple(row.narrators),
        description=row.description,
        publisher=row.publisher,
        published_year=row.published_year,
        genre=row.genre,
        language=row.language,
        series=row.series,
        series_position=row.series_position,
        cover_url=row.cover_url,
        duration=_duration(row.duration_seconds),
        parts=tuple(
            Part(part.index, part.external_id, part.title, _duration(part.duration_seconds), part.url, part.size)
            for part in row.parts
        ),
    )
    ref = BookRef(row.source, row.url, row.external_id, row.title, tuple(row.authors), row.cover_url)
    return StoredBook(row.id, ref, details, row.library_path)


def save_details(work: UnitOfWork, audiobook_id: int, details: BookDetails) -> None:
    """Write a book's description, and its parts in place of the old ones."""
    work.session.execute(
        update(Audiobook)
        .where(Audiobook.id == audiobook_id)
        .values(
            title=details.title,
            authors=list(details.authors),
            narrators=list(details.narrators),
            description=details.description,
            publisher=details.publisher,
            published_year=details.published_year,
            genre=details.genre,
            language=details.language,
            series=details.series,
            series_position=details.series_position,
            cover_url=details.cover_url,
            duration_seconds=seconds(details.duration),
        )
    )
    work.session.execute(delete(BookPart).where(BookPart.audiobook_id == audiobook_id))
    work.session.execute(
        insert(BookPart),
        [
            {
                "audiobook_id": audiobook_id,
                "index": part.index,
                "external_id": part.external_id,
                "title": part.title,
                "duration_seconds": seconds(part.duration),
                "url": part.url,
                "size": part.size,
            }
            for part in details.parts
        ],
    )
    work.changed("audiobook", audiobook_id)


def _duration(value: float | None) -> timedelta | None:
    return None if value is None else timedelta(seconds=value)
