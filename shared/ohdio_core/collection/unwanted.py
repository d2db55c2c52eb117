"""Books that people removed: scans leave them out until somebody asks for them again.

The mark is kept apart from the audiobook and its queue item, as it has to outlive both. A book is recognised by its
address, or by its id within its source, as everywhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from ohdio_core.collection.locking import lock_known
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.audiobook import BookRef

_SQL = NamedSql(__name__)
_MARK = _SQL.statement("mark")
_UNMARK = _SQL.statement("unmark")
_FIND = _SQL.statement("find")
_NOTE_FIND = _SQL.statement("note_find")
_COUNT_FINDS = _SQL.statement("count_finds")


def mark_unwanted(work: UnitOfWork, audiobook_ids: Sequence[int]) -> None:
    """Mark these books, so that scans leave them out from now on; their descriptions are locked by the caller."""
    work.execute(_MARK, {"ids": list(audiobook_ids)})


def lift_unwanted(work: UnitOfWork, audiobook_ids: Collection[int]) -> None:
    """Unmark these books, as somebody asked for them: scans find them again."""
    work.execute(_UNMARK, {"ids": sorted(audiobook_ids)})


def find_unwanted(session: Session, books: Sequence[BookRef]) -> dict[str, int]:
    """Return which of these books are unwanted: the mark of each, by the book's URL."""
    rows = session.execute(_FIND, _named(books))
    return {row.url: row.id for row in rows}


def lock_and_find_unwanted(work: UnitOfWork, books: Sequence[BookRef]) -> dict[str, int]:
    """Return the same, and lock the known ones, so that nobody removes them before the commit.

    Whoever removes a book takes its description first, so that a removal is seen here, or waits until what is added
    now is there to be removed.
    """
    lock_known(work, books)
    return find_unwanted(work.session, books)


def note_unwanted(work: UnitOfWork, scrape_id: int, marks: Collection[int]) -> None:
    """Record that a scan met these marks, but for those that are lifted by now.

    Called last, as it waits for whoever lifts one at this moment.
    """
    work.execute(_NOTE_FIND, {"scrape": scrape_id, "marks": sorted(marks)})


def count_unwanted(session: Session, source: str, external_id: str) -> int:
    """Return how many unwanted books the scans of a listing have met, or had found before they were removed."""
    count: int = session.execute(_COUNT_FINDS, {"source": source, "external_id": external_id}).scalar_one()
    return count


def _named(books: Sequence[BookRef]) -> dict[str, list[str]]:
    return {
        "urls": [book.url for book in books],
        "sources": [book.source for book in books],
        "external_ids": [book.external_id for book in books],
    }
