"""Rows of the queue, with their book and all that they may wait for."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, Self
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Text, and_, cast, column, func, select, text

from ohdio_api.interrupted import is_interrupted
from ohdio_core.db.base import Timestamp
from ohdio_core.db.models import Audiobook, Extraction, QueueItem
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.running_models import Host
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.work.capacity import HOURS_BEGIN_AT
from ohdio_core.work.stages import DOWNLOADS, METADATA
from ohdio_core.work.timing import Timing

_SQL = NamedSql(__name__)
_CHANCES = text(_SQL.text("read_chances"))
_HOURS = text(_SQL.text("read_hours", begin=HOURS_BEGIN_AT)).columns(column("begin", Timestamp)).scalar_subquery()


class ItemRow(NamedTuple):
    """One row, of values that do not change, so that what is made of it can be kept by it; JSON is left as its text."""

    id: int
    book_id: int
    status: str
    stage: str
    is_ready: bool
    priority: int
    rank: int | None
    attempts: int
    max_attempts: int
    progress: int
    bytes_total: int | None
    parts_done: int
    parts_total: int | None
    bytes_per_second: float | None
    speed_limit_kb: int | None
    limited_by: str | None
    lease_token: UUID | None
    wait_reason: str | None
    wait_message: str | None
    error: str | None
    error_message: str | None
    hours_waived_at: datetime | None
    next_attempt_at: datetime | None
    created_at: datetime
    updated_at: datetime
    title: str | None
    authors: str
    url: str
    cover_url: str | None
    series: str | None
    library_path: str | None
    note: str | None
    note_message: str | None
    closed_until: datetime | None
    closed_reason: str | None
    closed_message: str | None
    #: Of the description that it waits for, with its status; None where it waits for none.
    reading_status: str | None
    reading_lease_token: UUID | None
    reading_wait_reason: str | None
    reading_wait_message: str | None
    reading_next_attempt_at: datetime | None
    is_interrupted: bool | None
    is_description_interrupted: bool | None
    hours: datetime | None  #: outside of the download hours: when they begin, or a time that is past
    chances: str  #: whether downloads are paused, and whether anybody lives who downloads, and who describes

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """Return a row of ``select_items``, without what was added to its columns."""
        return cls(*row[: len(cls._fields)])


@cache
def select_items(timing: Timing) -> Select[*tuple[Any, ...]]:
    """Return the query of rows.

    Made once, as it takes longer to make than to run.
    """
    key = func.coalesce(Extraction.politeness_key, QueueItem.politeness_key)
    return (
        select(*(value.label(name) for name, value in _columns(timing).items()))
        .select_from(QueueItem)
        .join(Audiobook, Audiobook.id == QueueItem.audiobook_id)
        .outerjoin(Extraction, and_(Extraction.id == QueueItem.audiobook_id, QueueItem.is_ready.is_(False)))
        .outerjoin(Host, and_(Host.politeness_key == key, Host.closed_until > func.clock_timestamp()))
        .where(QueueItem.deleted_at.is_(None))
    )


def _columns(timing: Timing) -> dict[str, ColumnElement[Any]]:
    """Return the columns of ``ItemRow`` in their order, by their names."""
    chances = _CHANCES.bindparams(downloader=DOWNLOADS.service, describer=METADATA.service, lease=timing.lease)
    others: dict[str, Any] = {
        "book_id": QueueItem.audiobook_id,
        "wait_message": cast(QueueItem.wait_message, Text),
        "error_message": cast(QueueItem.error_message, Text),
        "authors": cast(func.to_jsonb(Audiobook.authors), Text),
        "note_message": cast(Audiobook.note_message, Text),
        "closed_message": cast(Host.closed_message, Text),
        "reading_wait_message": cast(Extraction.wait_message, Text),
        "is_interrupted": is_interrupted(QueueItem),
        "is_description_interrupted": is_interrupted(Extraction),
        "hours": _HOURS,
        "chances": chances.columns(column("chances", Text)).scalar_subquery(),
    }
    return {name: others[name] if name in others else _stored(name) for name in ItemRow._fields}


def _stored(name: str) -> Any:
    """Return the column that a field is read from as it is."""
    if name.startswith("reading_"):
        return getattr(Extraction, name.removeprefix("reading_"))
    table = next(table for table in (QueueItem, Audiobook, Host) if name in table.__table__.columns)
    return getattr(table, name)


def is_due(row: ItemRow) -> bool:
    """Return whether a row waits for nothing but its turn."""
    return row.status == WorkStatus.QUEUED and row.is_ready and row.next_attempt_at is None and row.closed_until is None
