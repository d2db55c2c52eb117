"""Follows as clients see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ohdio_core.collection.filters import decode_filters
from ohdio_core.db.follow_models import Follow, FollowedBook
from ohdio_core.domain.book_form import FormName
from ohdio_core.domain.following import Take
from ohdio_core.domain.private_address import PRIVATE
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.schemas.filters import BookFilterOrder
from ohdio_core.schemas.follows import FollowStatus, FollowView, Taken
from ohdio_core.schemas.sentences import SentenceView

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
    return [_show_one(row, counts.get(row.id, _Counts())) for row in rows]


def _count(session: Session, ids: Sequence[int]) -> dict[int, _Counts]:
    if not ids:
        return {}
    query = select(FollowedBook.follow_id, func.count(), func.count(FollowedBook.audiobook_id))
    rows = session.execute(query.where(FollowedBook.follow_id.in_(ids)).group_by(FollowedBook.follow_id))
    return {row[0]: _Counts(row[1], row[2]) for row in rows}


def _taken(follow: Follow) -> Taken:
    if follow.newest is not None:
        return follow.newest
    return "everything" if follow.take == Take.EVERYTHING else "new"


def _show_one(follow: Follow, counts: _Counts) -> FollowView:
    waits = follow.status == WorkStatus.QUEUED
    return FollowView(
        id=follow.id,
        url=follow.url,
        is_private=follow.source == PRIVATE,
        address=follow.address,
        title=follow.title,
        status=_STATUSES.get(WorkStatus(follow.status), FollowStatus.ENDED),
        take=_taken(follow),
        filters=None if follow.filters is None else BookFilterOrder.of(decode_filters(follow.filters)),
        priority=follow.priority,
        most_per_check=follow.most_per_check,
        most_gigabytes=None if follow.most_bytes is None else follow.most_bytes / GIGABYTE,
        check_every_hours=None if follow.check_every is None else follow.check_every / timedelta(hours=1),
        keep_newest=follow.keep_newest,
        keep_days=None if follow.keep_for is None else follow.keep_for.days,
        is_held=follow.hold is not None,
        form=cast("FormName | None", follow.form),
        speed_limit_kb=follow.speed_limit_kb,
        as_show=follow.as_show,
        added=counts.added,
        met=counts.met,
        checked_at=follow.checked_at,
        found_at=follow.found_at,
        next_check_at=follow.next_attempt_at if waits else None,
        failures=follow.setbacks,
        wait_reason=follow.wait_reason if waits else None,
        wait_message=SentenceView.stored(follow.wait_reason, follow.wait_message) if waits else None,
        error=follow.error,
        error_message=SentenceView.stored(follow.error, follow.error_message),
        note=follow.note,
        note_message=SentenceView.stored(follow.note, follow.note_message),
        created_at=follow.created_at,
    )
