"""From rows to what clients see of the queue, with the words for every wait."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Row, Select, and_, column, func, not_, select, text
from sqlalchemy.orm import Session

from ohdio_api.interrupted import is_interrupted
from ohdio_api.literals import as_literal
from ohdio_core.db.base import Timestamp
from ohdio_core.db.models import Audiobook, Extraction, QueueItem
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.running_models import Host
from ohdio_core.domain.failure_cause import can_be_kept
from ohdio_core.domain.queue import INTERRUPTED, NO_DOWNLOADER, WorkStatus, explain_description_wait, explain_wait
from ohdio_core.domain.site_health import FAILING
from ohdio_core.schemas.queue import BookSummary, ItemProgress, QueueItemView
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.sentences import Sentence, sentence, stored, text_of
from ohdio_core.work.capacity import HOURS_BEGIN_AT
from ohdio_core.work.stages import DOWNLOADS, METADATA
from ohdio_core.work.timing import Timing

_SQL = NamedSql(__name__)
_CHANCES = text(_SQL.text("read_chances"))
_HOURS = text(_SQL.text("read_hours", begin=HOURS_BEGIN_AT)).columns(column("begin", Timestamp)).scalar_subquery()

_LIMIT_OF_ALL = sentence("limit.of_all", "as fast as the limit for all downloads allows")

#: What sorts items by urgency: ranked ones precede all others.
URGENCY = func.urgency(QueueItem.priority, QueueItem.rank, type_=BigInteger)


@cache
def select_items(timing: Timing) -> Select[*tuple[Any, ...]]:
    """Return the query of items with their book and all that they may wait for: description, site, pause and workers.

    Made once, as it takes longer to make than to run.
    """
    key = func.coalesce(Extraction.politeness_key, QueueItem.politeness_key)
    chances = _CHANCES.bindparams(downloader=DOWNLOADS.service, describer=METADATA.service, lease=timing.lease)
    return (
        select(
            QueueItem,
            Audiobook.title,
            Audiobook.authors,
            Audiobook.url,
            Audiobook.cover_url,
            Audiobook.series,
            Audiobook.library_path,
            Audiobook.note,
            Audiobook.note_message,
            Host.closed_until,
            Host.closed_reason,
            Host.closed_message,
            Extraction,
            is_interrupted(QueueItem).label("is_interrupted"),
            is_interrupted(Extraction).label("is_description_interrupted"),
            _HOURS.label("hours"),
            chances.columns(column("chances")).scalar_subquery().label("chances"),
        )
        .join(Audiobook, Audiobook.id == QueueItem.audiobook_id)
        .outerjoin(Extraction, and_(Extraction.id == QueueItem.audiobook_id, QueueItem.is_ready.is_(False)))
        .outerjoin(Host, and_(Host.politeness_key == key, Host.closed_until > func.clock_timestamp()))
        .where(QueueItem.deleted_at.is_(None))
    )


def is_due(row: Row[Any]) -> bool:
    """Return whether a row of ``select_items`` waits for nothing but its turn."""
    item: QueueItem = row.QueueItem
    return (
        item.status == WorkStatus.QUEUED and item.is_ready and item.next_attempt_at is None and row.closed_until is None
    )


def read_frame(session: Session, most: int) -> list[ItemProgress]:
    """Read how far the items are that run; far cheaper than the items themselves."""
    running = (
        select(QueueItem)
        .where(QueueItem.status == as_literal(WorkStatus.PROCESSING.value), QueueItem.deleted_at.is_(None))
        .where(not_(is_interrupted(QueueItem)) | QueueItem.lease_until.is_(None))
        .order_by(QueueItem.id)
        .limit(as_literal(most))
    )
    return [
        ItemProgress(
            id=item.id,
            bytes_done=item.progress,
            bytes_total=item.bytes_total,
            parts_done=item.parts_done,
            parts_total=item.parts_total,
            bytes_per_second=item.bytes_per_second,
            eta_seconds=_eta(item),
        )
        for item in session.execute(running).scalars()
    ]


class _Chances(NamedTuple):
    """What decides whether anything may download at all."""

    is_paused: bool
    has_downloader: bool
    has_describer: bool


def show_item(row: Row[Any]) -> QueueItemView:
    """Show one row of ``select_items``."""
    item: QueueItem = row.QueueItem
    waits, limit = _wait(row, _Chances(*row.chances)), _limit(item)
    return QueueItemView(
        id=item.id,
        audiobook=BookSummary(
            id=item.audiobook_id,
            title=row.title,
            authors=row.authors,
            url=row.url,
            cover_url=row.cover_url,
            series=row.series,
            library_path=row.library_path,
            note=row.note,
            note_message=SentenceView.stored(row.note, row.note_message),
        ),
        status=item.status,
        stage=item.stage,
        wait_reason=text_of(waits),
        wait_message=SentenceView.of(waits),
        priority=item.priority,
        rank=item.rank,
        attempts=item.attempts,
        max_attempts=item.max_attempts,
        bytes_done=item.progress,
        bytes_total=item.bytes_total,
        parts_done=item.parts_done,
        parts_total=item.parts_total,
        bytes_per_second=None if row.is_interrupted else item.bytes_per_second,
        eta_seconds=None if row.is_interrupted else _eta(item),
        speed_limit_kb=item.speed_limit_kb,
        limit_reason=text_of(limit),
        limit_message=SentenceView.of(limit),
        error=item.error,
        error_message=SentenceView.stored(item.error, item.error_message),
        can_be_kept=can_be_kept(item.error_message),
        can_be_tried=_can_be_tried(row),
        is_outside_hours=_hours(row) is not None,
        next_attempt_at=item.next_attempt_at
        or _next_description_at(row)
        or _site_opens_at(row)
        or _hours_begin_at(row),
        created_at=item.created_at,
        updated_at=item.updated_at,
    )


def _limit(item: QueueItem) -> Sentence | None:
    """Return a clause that says whose limit slows an item."""
    if item.lease_token is None or not item.limited_by:
        return None
    if item.limited_by != "book" or item.speed_limit_kb is None:
        return _LIMIT_OF_ALL
    return sentence(
        "limit.of_book", "no faster than {kilobytes:,} kB/s, as was set for it", kilobytes=item.speed_limit_kb
    )


def _wait(row: Row[Any], chances: _Chances) -> Sentence | None:
    item: QueueItem = row.QueueItem
    if item.status == WorkStatus.PAUSED:
        return stored(item.wait_reason, item.wait_message)  # of what is held
    is_admitted = item.status == WorkStatus.PROCESSING
    if row.is_interrupted:
        return INTERRUPTED if chances.has_downloader else NO_DOWNLOADER
    if item.lease_token is not None or not (is_admitted or item.status == WorkStatus.QUEUED):
        return None
    return explain_wait(
        is_ready=item.is_ready,
        is_admitted=is_admitted,
        recorded=stored(item.wait_reason, item.wait_message),
        next_attempt_at=item.next_attempt_at,
        site_closed_until=row.closed_until,
        site_closed_reason=stored(row.closed_reason, row.closed_message),
        is_paused=chances.is_paused,
        outside_hours=_hours(row),
        has_workers=chances.has_downloader,
        description_wait=_description_wait(row, chances),
    )


def _description_wait(row: Row[Any], chances: _Chances) -> Sentence | None:
    reading: Extraction | None = row.Extraction
    if reading is None:
        return None
    return explain_description_wait(
        status=WorkStatus(reading.status),
        recorded=stored(reading.wait_reason, reading.wait_message),
        next_attempt_at=reading.next_attempt_at,
        site_closed_until=row.closed_until,
        site_closed_reason=stored(row.closed_reason, row.closed_message),
        has_workers=chances.has_describer,
        is_held=reading.lease_token is not None and not row.is_description_interrupted,
    )


def _next_description_at(row: Row[Any]) -> datetime | None:
    """When the description that a waiting item needs is tried again."""
    is_waiting = row.QueueItem.status == WorkStatus.QUEUED and row.Extraction is not None
    return row.Extraction.next_attempt_at if is_waiting else None


def _site_opens_at(row: Row[Any]) -> datetime | None:
    """When the site of a waiting item is asked again, if it is closed."""
    closed_until: datetime | None = row.closed_until
    return closed_until if row.QueueItem.status == WorkStatus.QUEUED else None


def _can_be_tried(row: Row[Any]) -> bool:
    """Return whether to retry an item would do anything now."""
    item: QueueItem = row.QueueItem
    if item.status != WorkStatus.QUEUED:
        return item.status == WorkStatus.FAILED
    if row.closed_until is not None:
        return (row.closed_message or {}).get("id") == FAILING
    return item.next_attempt_at is not None or _next_description_at(row) is not None


def _hours(row: Row[Any]) -> datetime | None:
    """When the download hours begin that an item waits for, perhaps a time that is past; None where it does not."""
    item: QueueItem = row.QueueItem
    begin: datetime | None = row.hours
    return begin if item.status == WorkStatus.QUEUED and item.is_ready and item.hours_waived_at is None else None


def _hours_begin_at(row: Row[Any]) -> datetime | None:
    begin = _hours(row)
    return None if begin is None or begin <= datetime.now(UTC) else begin


def _eta(item: QueueItem) -> float | None:
    if item.status != WorkStatus.PROCESSING or not item.bytes_per_second or item.bytes_total is None:
        return None
    return round(max(0, item.bytes_total - item.progress) / item.bytes_per_second, 1)
