"""The order in which rows of a book are locked: its description, its queue item, the book itself; each by id.

Everybody takes them in this order, so that no two transactions wait for each other in a circle. Whoever adds or
removes books locks them here. The engine writes one row at a time and skips what is locked; the end of a description
locks items after it (``ohdio_metadata.record``), as this order has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import structlog
from sqlalchemy.exc import OperationalError

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.audiobook import BookRef

log = structlog.get_logger(__name__)

#: A deadlock, and a lock that was not to be had in time.
_CONTENTION = frozenset({"40P01", "55P03"})


@contextmanager
def unless_locked() -> Iterator[None]:
    """End the block, a unit of work, without an error where somebody else holds a book: it is for another time."""
    try:
        yield
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) not in _CONTENTION:
            raise
        log.info("somebody else holds a book, which is seen to another time")


def lock_books(work: UnitOfWork, audiobook_ids: Iterable[int]) -> None:
    """Lock the descriptions, queue items and rows of these audiobooks; those that are missing are left out."""
    ids = {"ids": list(audiobook_ids)}
    for statement in (_DESCRIPTIONS, _ITEMS, _BOOKS):
        work.execute(statement, ids)


def lock_items(work: UnitOfWork, item_ids: Iterable[int]) -> None:
    """Lock these queue items, and the descriptions of their books before them."""
    ids = {"ids": list(item_ids)}
    work.execute(_DESCRIPTIONS_OF_ITEMS, ids)
    work.execute(_ITEMS_BY_ID, ids)


def lock_descriptions(work: UnitOfWork, audiobook_ids: Iterable[int]) -> None:
    """Lock the descriptions of these audiobooks, so that nobody removes them before the commit."""
    work.execute(_DESCRIPTIONS, {"ids": list(audiobook_ids)})


def lock_known(work: UnitOfWork, books: Sequence[BookRef]) -> None:
    """Lock the descriptions of those of these books that are known.

    Whoever adds books does it before the first new one is inserted: an insertion is waited for as a lock is, so that
    otherwise one who holds a known book and one who has inserted a new book would wait for each other.
    """
    work.execute(
        _DESCRIPTIONS_OF_KNOWN,
        {
            "urls": [book.url for book in books],
            "sources": [book.source for book in books],
            "external_ids": [book.external_id for book in books],
        },
    )


_DESCRIPTIONS = sql("SELECT FROM extractions WHERE id = ANY(:ids) ORDER BY id FOR UPDATE")
_ITEMS = sql("SELECT FROM queue_items WHERE audiobook_id = ANY(:ids) ORDER BY id FOR UPDATE")
_BOOKS = sql("SELECT FROM audiobooks WHERE id = ANY(:ids) ORDER BY id FOR UPDATE")
_DESCRIPTIONS_OF_ITEMS = sql(
    """
    SELECT FROM extractions WHERE id IN (SELECT audiobook_id FROM queue_items WHERE id = ANY(:ids))
    ORDER BY id FOR UPDATE
    """
)
_ITEMS_BY_ID = sql("SELECT FROM queue_items WHERE id = ANY(:ids) ORDER BY id FOR UPDATE")
_DESCRIPTIONS_OF_KNOWN = NamedSql(__name__).statement("lock_descriptions_of_known")
