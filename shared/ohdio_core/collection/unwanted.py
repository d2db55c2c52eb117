"""Books that people removed: scans leave them out until somebody asks for them again.

The mark is kept apart from the audiobook and its queue item, as it has to outlive both. A book is recognised by its
address, or by its id within its source, as everywhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from ohdio_core.collection.locking import lock_known
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.audiobook import BookRef


def mark_unwanted(work: UnitOfWork, audiobook_ids: Sequence[int]) -> None:
    """Mark these books, so that scans leave them out from now on; their descriptions are locked by the caller."""
    work.execute(_MARK, {"ids": list(audiobook_ids)})


def lift_unwanted(work: UnitOfWork, audiobook_ids: Collection[int]) -> None:
    """Unmark these books, as somebody asked for them: scans find them again."""
    work.execute(_LIFT, {"ids": sorted(audiobook_ids)})


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
    work.execute(_NOTE, {"scrape": scrape_id, "marks": sorted(marks)})


def count_unwanted(session: Session, source: str, external_id: str) -> int:
    """Return how many unwanted books the scans of a listing have met, or had found before they were removed."""
    count: int = session.execute(_COUNT, {"source": source, "external_id": external_id}).scalar_one()
    return count


def _named(books: Sequence[BookRef]) -> dict[str, list[str]]:
    return {
        "urls": [book.url for book in books],
        "sources": [book.source for book in books],
        "external_ids": [book.external_id for book in books],
    }


_MARK = sql(
    """
    WITH marked AS (
        INSERT INTO unwanted_books (source, external_id, url)
        SELECT source, external_id, url FROM audiobooks WHERE id = ANY(CAST(:ids AS bigint[]))
        -- One order for all, so that nobody waits for one another in a circle.
        ORDER BY source, external_id
        ON CONFLICT (source, external_id) DO UPDATE SET url = excluded.url
        RETURNING id, source, external_id
    )
    INSERT INTO unwanted_finds (scrape_id, unwanted_id)
    SELECT find.scrape_id, marked.id FROM marked
    JOIN audiobooks AS book ON book.source = marked.source AND book.external_id = marked.external_id
    JOIN scrape_books AS find ON find.audiobook_id = book.id
    ON CONFLICT DO NOTHING
    """
)

_LIFT = sql(
    """
    DELETE FROM unwanted_books USING audiobooks AS book
    WHERE book.id = ANY(CAST(:ids AS bigint[])) AND (
        unwanted_books.url = book.url
        OR (unwanted_books.source = book.source AND unwanted_books.external_id = book.external_id)
    )
    """
)

_FIND = sql(
    """
    SELECT named.url, mark.id
    FROM unnest(CAST(:urls AS text[]), CAST(:sources AS text[]), CAST(:external_ids AS text[]))
        AS named (url, source, external_id)
    JOIN unwanted_books AS mark
      ON mark.url = named.url OR (mark.source = named.source AND mark.external_id = named.external_id)
    """,
    *("url", "id"),
)

_NOTE = sql(
    """
    INSERT INTO unwanted_finds (scrape_id, unwanted_id)
    SELECT :scrape, id FROM (
        -- Locked, as the foreign key would refuse one whose removal is committed between both looks.
        SELECT id FROM unwanted_books WHERE id = ANY(CAST(:marks AS bigint[])) ORDER BY id FOR KEY SHARE
    ) AS mark
    ON CONFLICT DO NOTHING
    """
)

_COUNT = sql(
    """
    SELECT count(DISTINCT unwanted_id) FROM unwanted_finds AS find JOIN scrapes AS scan ON scan.id = find.scrape_id
    WHERE scan.source = :source AND scan.external_id = :external_id
    """
)
