"""Holding books that are known, so that nobody removes them before the commit."""

from __future__ import annotations

from collections.abc import Sequence

from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.audiobook import BookRef


def hold_known(work: UnitOfWork, books: Sequence[BookRef]) -> None:
    """Lock the descriptions of those of these books that are known, in the order of their ids.

    Whoever adds books does it before the first new one is inserted: an insertion is waited for as a lock is, so that
    otherwise one who holds a known book and one who has inserted a new book would wait for each other.
    """
    work.execute(
        _HOLD,
        {
            "urls": [book.url for book in books],
            "sources": [book.source for book in books],
            "external_ids": [book.external_id for book in books],
        },
    )


_HOLD = sql(
    """
    SELECT FROM extractions WHERE id IN (
        SELECT book.id
        FROM unnest(CAST(:urls AS text[]), CAST(:sources AS text[]), CAST(:external_ids AS text[]))
            AS named (url, source, external_id)
        JOIN audiobooks AS book
          ON book.url = named.url OR (book.source = named.source AND book.external_id = named.external_id)
    )
    ORDER BY id FOR UPDATE
    """
)
