"""Rows of books, as values: an object of each takes longer to make than to read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple, Self

from sqlalchemy import Row, Select, Text, and_, cast, select

from ohdio_core.db.models import Audiobook, QueueItem
from ohdio_core.domain.audiobook import day_within
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.schemas.audiobooks import AudiobookView
from ohdio_core.schemas.sentences import SentenceView

_KEPT = 500  # rows, most of them of a few kB


class BookRow(NamedTuple):
    """One row, of values that do not change, so that what is made of it can be kept by it; JSON is left as its text."""

    id: int
    url: str
    source: str
    title: str | None
    authors: tuple[str, ...]
    narrators: tuple[str, ...]
    description: str | None
    publisher: str | None
    published_year: int | None
    published_on: date | None
    isbn: str | None
    asin: str | None
    genre: str | None
    audience: str | None
    translators: tuple[str, ...]
    language: str | None
    series: str | None
    series_position: str | None
    cover_url: str | None
    duration_seconds: float | None
    library_path: str | None
    file_size: int | None
    form: str | None
    note: str | None
    note_message: str | None
    edited: tuple[str, ...]
    revision: int
    created_at: datetime
    updated_at: datetime
    item_id: int | None
    item_status: str | None

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """Return a row of ``select_books``, without what was added to its columns."""
        values: Iterator[Any] = (tuple(value) if type(value) is list else value for value in row[: len(cls._fields)])
        return cls(*values)


@cache
def select_books() -> Select[*tuple[Any, ...]]:
    """Return the query of rows, each with its item's id and status.

    Made once, as it takes longer to make than to run.
    """
    others: dict[str, Any] = {
        "note_message": cast(Audiobook.note_message, Text),
        "item_id": QueueItem.id,
        "item_status": QueueItem.status,
    }
    columns = (others[name] if name in others else getattr(Audiobook, name) for name in BookRow._fields)
    labelled = (column.label(name) for name, column in zip(BookRow._fields, columns, strict=True))
    # A tombstone is nobody's item any more.
    is_its_item = and_(QueueItem.audiobook_id == Audiobook.id, QueueItem.deleted_at.is_(None))
    return select(*labelled).select_from(Audiobook).outerjoin(QueueItem, is_its_item)


def view_of(row: Row[Any]) -> AudiobookView:
    """Show one row of ``select_books``; most are as they were when last shown."""
    return _show(BookRow.of(row))


def book_fields(book: BookRow) -> dict[str, Any]:
    """Return a row as the fields of a view."""
    stored = book._asdict()
    item_id, status = stored.pop("item_id"), stored.pop("item_status")
    if status is None and book.library_path is not None:
        status = WorkStatus.COMPLETED
    message = None if book.note_message is None else json.loads(book.note_message)
    return {
        **{name: list(value) if type(value) is tuple else value for name, value in stored.items()},
        "status": status,
        "queue_item_id": item_id,
        "note_message": SentenceView.stored(book.note, message),
        "published_on": day_within(book.published_on, book.published_year),
    }


@lru_cache(maxsize=_KEPT)
def _show(book: BookRow) -> AudiobookView:
    return AudiobookView(**book_fields(book))
