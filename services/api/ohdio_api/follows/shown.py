"""Follows as clients see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ohdio_api.follows.taken import shown_take
from ohdio_api.interrupted import find_interrupted
from ohdio_core.collection.filters import decode_filters
from ohdio_core.db.follow_models import Follow, FollowedBook
from ohdio_core.domain.book_form import FormName
from ohdio_core.domain.following import Hold
from ohdio_core.domain.private_address import PRIVATE
from ohdio_core.domain.queue import INTERRUPTED, WorkStatus
from ohdio_core.schemas.filters import BookFilterOrder
from ohdio_core.schemas.follows import FollowStatus, FollowView
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.sentences import stored, text_of

GIGABYTE = 1_000_000_000
_STATUSES = {
    WorkStatus.QUEUED: FollowStatus.WAITING,
    WorkStatus.PROCESSING: FollowStatus.CHECKING,
    WorkStatus.PAUSED: FollowStatus.PAUSED,
}


class _Counts(NamedTuple):
    """Of the books of one follow."""

    met: int = 0
    added: int = 0


def show_follows(session: Session, rows: Sequence[Follow]) -> list[FollowView]:
    """Return follows as clients see them."""
    counts = _count(session, [row.id for row in rows])
    checked = [row.id for row in rows if row.status == WorkStatus.PROCESSING]
    interrupted = find_interrupted(session, Follow, checked) if checked else ()
    return [_show_one(row, counts.get(row.id, _Counts()), was_interrupted=row.id in interrupted) for row in rows]


def _count(session: Session, ids: Sequence[int]) -> dict[int, _Counts]:
    if not ids:
        return {}
    query = select(FollowedBook.follow_id, func.count(), func.count(FollowedBook.audiobook_id))
    rows = session.execute(query.where(FollowedBook.follow_id.in_(ids)).group_by(FollowedBook.follow_id))
    return {row[0]: _Counts(row[1], row[2]) for row in rows}


def _show_one(follow: Follow, counts: _Counts, *, was_interrupted: bool) -> FollowView:
    is_queued = follow.status == WorkStatus.QUEUED
    waits = stored(follow.wait_reason, follow.wait_message) if is_queued else INTERRUPTED if was_interrupted else None
    return FollowView(
        id=follow.id,
        url=follow.url,
        is_private=follow.source == PRIVATE,
        address=follow.address,
        title=follow.title,
        status=_STATUSES.get(WorkStatus(follow.status), FollowStatus.ENDED),
        take=shown_take(follow),
        filters=None if follow.filters is None else BookFilterOrder.of(decode_filters(follow.filters)),
        priority=follow.priority,
        most_per_check=follow.most_per_check,
        most_gigabytes=None if follow.most_bytes is None else follow.most_bytes / GIGABYTE,
        check_every_hours=None if follow.check_every is None else follow.check_every / timedelta(hours=1),
        keep_newest=follow.keep_newest,
        keep_days=None if follow.keep_for is None else follow.keep_for.days,
        is_held=follow.hold in {Hold.UNREAD, Hold.READ},
        form=cast("FormName | None", follow.form),
        speed_limit_kb=follow.speed_limit_kb,
        as_show=follow.as_show,
        added=counts.added,
        met=counts.met,
        checked_at=follow.checked_at,
        found_at=follow.found_at,
        next_check_at=follow.next_attempt_at if is_queued else None,
        failures=follow.setbacks,
        wait_reason=text_of(waits),
        wait_message=SentenceView.of(waits),
        error=follow.error,
        error_message=SentenceView.stored(follow.error, follow.error_message),
        note=follow.note,
        note_message=SentenceView.stored(follow.note, follow.note_message),
        created_at=follow.created_at,
    )
