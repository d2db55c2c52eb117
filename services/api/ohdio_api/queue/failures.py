"""What failed, by cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, Row, Select, Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from ohdio_api.literals import as_literal
from ohdio_core.db.models import Audiobook, QueueItem
from ohdio_core.db.session import Database
from ohdio_core.domain.failure_cause import REMEDIES, Cause, can_be_kept, cause_of
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.schemas.queue import FailedBook, FailureGroup, FailureSite
from ohdio_core.schemas.sentences import SentenceView

#: Read at once: the newest ones say what there is to do.
MOST_READ = 2_000
_MOST_SHOWN = 20
_MOST_SITES = 10


class FailedItems(NamedTuple):
    """What failed for one cause, of those that were read."""

    cause: Cause
    ids: Sequence[int]  #: of items, the newest first
    books: Sequence[int]  #: of their audiobooks
    sites: Sequence[tuple[str, int]]  #: with how many each, the most affected first
    reason: str | None  #: of the newest
    message: SentenceView | None
    keepable: Sequence[int]  #: those of the items that can be kept as they are


class FailureService:
    """Groups what failed by why it did."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def failures(self) -> list[FailureGroup]:
        """Return what failed, by cause, that with the most items first."""
        with self.database.reading() as session:
            failures = _read_failures(session)
            return _show_failures(session, failures)

    def items(self, cause: Cause) -> Sequence[int]:
        """Return the ids of the items that failed for one cause, the newest first, of the newest ``MOST_READ``."""
        return next((group.ids for group in self._groups() if group.cause is cause), ())

    def books(self, cause: Cause) -> Sequence[int]:
        """Return the ids of their audiobooks."""
        return next((group.books for group in self._groups() if group.cause is cause), ())

    def _groups(self) -> list[FailedItems]:
        with self.database.reading() as session:
            return _read_failures(session)


def _select_alike() -> Select[*tuple[Any, ...]]:
    """Return the query of the newest items that failed, those of one site with the same sentence as one row."""
    newest = (
        select(QueueItem.id, QueueItem.audiobook_id, QueueItem.politeness_key, QueueItem.error, QueueItem.error_message)
        .where(QueueItem.status == as_literal(WorkStatus.FAILED.value), QueueItem.deleted_at.is_(None))
        .order_by(QueueItem.id.desc())
        .limit(as_literal(MOST_READ))
        .subquery()
        .c
    )
    # Most of what fails at a site fails with the same sentence: each is read once.
    return select(
        newest.politeness_key,
        newest.error_message,
        func.array_agg(aggregate_order_by(newest.error, newest.id.desc()), type_=ARRAY(Text))[1].label("error"),
        func.array_agg(aggregate_order_by(newest.id, newest.id.desc())).label("ids"),
        func.array_agg(aggregate_order_by(newest.audiobook_id, newest.id.desc())).label("books"),
    ).group_by(newest.politeness_key, newest.error_message)


_ALIKE = _select_alike()
_BOOKS = (
    select(QueueItem.id, QueueItem.audiobook_id, Audiobook.title, Audiobook.url)
    .join(Audiobook, Audiobook.id == QueueItem.audiobook_id)
    .where(QueueItem.id.in_(bindparam("shown", expanding=True)))
)


def _read_failures(session: Session) -> list[FailedItems]:
    """Return what failed by cause, that with the most items first; of the newest ``MOST_READ`` items."""
    grouped: dict[Cause, list[Row[Any]]] = {}
    for row in session.execute(_ALIKE):
        grouped.setdefault(cause_of(row.error_message), []).append(row)
    found = [_group(cause, rows) for cause, rows in grouped.items()]
    return sorted(found, key=lambda group: (-len(group.ids), group.cause))


def _group(cause: Cause, rows: Sequence[Row[Any]]) -> FailedItems:
    """Return what failed for a cause, of rows that each have some with the same sentence at the same site."""
    items = sorted((pair for row in rows for pair in zip(row.ids, row.books, strict=True)), reverse=True)
    sites: Counter[str] = Counter()
    for row in rows:
        sites[row.politeness_key] += len(row.ids)
    newest = max(rows, key=lambda row: row.ids[0])
    return FailedItems(
        cause,
        [item for item, _ in items],
        [book for _, book in items],
        sites.most_common(_MOST_SITES),
        newest.error,
        SentenceView.stored(newest.error, newest.error_message),
        sorted((item for row in rows if can_be_kept(row.error_message) for item in row.ids), reverse=True),
    )


def _show_failures(session: Session, failures: Sequence[FailedItems]) -> list[FailureGroup]:
    """Return the groups as clients see them, each with its newest books."""
    is_whole = sum(len(group.ids) for group in failures) < MOST_READ
    shown = [item for group in failures for item in group.ids[:_MOST_SHOWN]]
    books = {
        row.id: FailedBook(queue_item_id=row.id, audiobook_id=row.audiobook_id, title=row.title, url=row.url)
        for row in session.execute(_BOOKS, {"shown": shown})
    }
    return [
        FailureGroup(
            cause=group.cause,
            remedy=REMEDIES[group.cause],
            items=len(group.ids),
            is_whole=is_whole,
            sites=[FailureSite(site=site, items=items) for site, items in group.sites],
            reason=group.reason,
            message=group.message,
            books=[books[item] for item in group.ids[:_MOST_SHOWN] if item in books],
            keepable=len(group.keepable),
        )
        for group in failures
    ]
