"""From rows to what clients see of the queue, with the words for every wait."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Row, func, not_, select
from sqlalchemy.orm import Session

from ohdio_api.interrupted import is_interrupted
from ohdio_api.literals import as_literal
from ohdio_api.queue.item_row import ItemRow
from ohdio_core.db.models import QueueItem
from ohdio_core.domain.failure_cause import can_be_kept
from ohdio_core.domain.queue import (
    INTERRUPTED,
    NO_DOWNLOADER,
    DownloadStage,
    WorkStatus,
    explain_description_wait,
    explain_wait,
)
from ohdio_core.domain.site_health import FAILING
from ohdio_core.schemas.queue import BookSummary, ItemProgress, QueueItemView
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.sentences import Sentence, sentence, stored, text_of

_LIMIT_OF_ALL = sentence("limit.of_all", "as fast as the limit for all downloads allows")

#: What sorts items by urgency: ranked ones precede all others.
URGENCY = func.urgency(QueueItem.priority, QueueItem.rank, type_=BigInteger)


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
    item = ItemRow.of(row)
    # Most are as they were when last shown. Outside of the download hours what is said goes by the clock, too.
    return _show_kept(item) if item.hours is None else _show(item)


def _show(item: ItemRow) -> QueueItemView:
    waits, limit = _wait(item, _Chances(*json.loads(item.chances))), _limit(item)
    return QueueItemView(
        id=item.id,
        audiobook=BookSummary(
            id=item.book_id,
            title=item.title,
            authors=json.loads(item.authors),
            url=item.url,
            cover_url=item.cover_url,
            series=item.series,
            library_path=item.library_path,
            note=item.note,
            note_message=SentenceView.of(_stored(item.note, item.note_message)),
        ),
        status=WorkStatus(item.status),
        stage=DownloadStage(item.stage),
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
        bytes_per_second=None if item.is_interrupted else item.bytes_per_second,
        eta_seconds=None if item.is_interrupted else _eta(item),
        speed_limit_kb=item.speed_limit_kb,
        limit_reason=text_of(limit),
        limit_message=SentenceView.of(limit),
        error=item.error,
        error_message=SentenceView.of(_stored(item.error, item.error_message)),
        can_be_kept=can_be_kept(_json(item.error_message)),
        can_be_tried=_can_be_tried(item),
        is_outside_hours=_hours(item) is not None,
        next_attempt_at=item.next_attempt_at
        or _next_description_at(item)
        or _site_opens_at(item)
        or _hours_begin_at(item),
        created_at=item.created_at,
        updated_at=item.updated_at,
    )


def _limit(item: ItemRow) -> Sentence | None:
    """Return a clause that says whose limit slows an item."""
    if item.lease_token is None or not item.limited_by:
        return None
    if item.limited_by != "book" or item.speed_limit_kb is None:
        return _LIMIT_OF_ALL
    return sentence(
        "limit.of_book", "no faster than {kilobytes:,} kB/s, as was set for it", kilobytes=item.speed_limit_kb
    )


def _wait(item: ItemRow, chances: _Chances) -> Sentence | None:
    if item.status == WorkStatus.PAUSED:
        return _stored(item.wait_reason, item.wait_message)  # of what is held
    is_admitted = item.status == WorkStatus.PROCESSING
    if item.is_interrupted:
        return INTERRUPTED if chances.has_downloader else NO_DOWNLOADER
    if item.lease_token is not None or not (is_admitted or item.status == WorkStatus.QUEUED):
        return None
    return explain_wait(
        is_ready=item.is_ready,
        is_admitted=is_admitted,
        recorded=_stored(item.wait_reason, item.wait_message),
        next_attempt_at=item.next_attempt_at,
        site_closed_until=item.closed_until,
        site_closed_reason=_stored(item.closed_reason, item.closed_message),
        is_paused=chances.is_paused,
        outside_hours=_hours(item),
        has_workers=chances.has_downloader,
        description_wait=_description_wait(item, chances),
    )


def _description_wait(item: ItemRow, chances: _Chances) -> Sentence | None:
    if item.reading_status is None:
        return None
    return explain_description_wait(
        status=WorkStatus(item.reading_status),
        recorded=_stored(item.reading_wait_reason, item.reading_wait_message),
        next_attempt_at=item.reading_next_attempt_at,
        site_closed_until=item.closed_until,
        site_closed_reason=_stored(item.closed_reason, item.closed_message),
        has_workers=chances.has_describer,
        is_held=item.reading_lease_token is not None and not item.is_description_interrupted,
    )


def _next_description_at(item: ItemRow) -> datetime | None:
    """When the description that a waiting item needs is tried again."""
    return item.reading_next_attempt_at if item.status == WorkStatus.QUEUED else None


def _site_opens_at(item: ItemRow) -> datetime | None:
    """When the site of a waiting item is asked again, if it is closed."""
    return item.closed_until if item.status == WorkStatus.QUEUED else None


def _can_be_tried(item: ItemRow) -> bool:
    """Return whether to retry an item would do anything now."""
    if item.status != WorkStatus.QUEUED:
        return item.status == WorkStatus.FAILED
    if item.closed_until is not None:
        return (_json(item.closed_message) or {}).get("id") == FAILING
    return item.next_attempt_at is not None or _next_description_at(item) is not None


def _hours(item: ItemRow) -> datetime | None:
    """When the download hours begin that an item waits for, perhaps a time that is past; None where it does not."""
    return item.hours if item.status == WorkStatus.QUEUED and item.is_ready and item.hours_waived_at is None else None


def _hours_begin_at(item: ItemRow) -> datetime | None:
    begin = _hours(item)
    return None if begin is None or begin <= datetime.now(UTC) else begin


def _eta(item: ItemRow | QueueItem) -> float | None:
    if item.status != WorkStatus.PROCESSING or not item.bytes_per_second or item.bytes_total is None:
        return None
    return round(max(0, item.bytes_total - item.progress) / item.bytes_per_second, 1)


def _stored(text: str | None, message: str | None) -> Sentence | None:
    return stored(text, _json(message))


def _json(text: str | None) -> Any:
    return None if text is None else json.loads(text)


#: Rows of some 3 kB, with what is shown of them.
_show_kept = lru_cache(maxsize=500)(_show)
