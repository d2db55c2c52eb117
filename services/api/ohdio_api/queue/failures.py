"""What failed, by cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from heapq import nlargest
from itertools import chain
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Function, Row, Select, any_, bindparam, func, select
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


class FailureService:
    """Groups what failed by why it did."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def failures(self) -> list[FailureGroup]:
        """Return what failed, by cause, that with the most items first."""
        with self.database.reading() as session:
            return _show_failures(session, _by_cause(session, _COUNTED))

    def items(self, cause: Cause) -> Sequence[int]:
        """Return the ids of the items that failed for one cause, the newest first, of the newest ``MOST_READ``."""
        return [item for item, _ in self._pairs(cause)]

    def books(self, cause: Cause) -> Sequence[int]:
        """Return the ids of their audiobooks."""
        return [book for _, book in self._pairs(cause)]

    def _pairs(self, cause: Cause) -> list[tuple[int, int]]:
        with self.database.reading() as session:
            rows = _by_cause(session, _ALIKE).get(cause, ())
        return sorted((pair for row in rows for pair in zip(row.ids, row.books, strict=True)), reverse=True)


_IDS = ARRAY(BigInteger)
_FAILED = (QueueItem.status == as_literal(WorkStatus.FAILED.value), QueueItem.deleted_at.is_(None))
_NEWEST = (
    select(QueueItem.id, QueueItem.audiobook_id, QueueItem.politeness_key, QueueItem.error, QueueItem.error_message)
    .where(*_FAILED)
    .order_by(QueueItem.id.desc())
    .limit(as_literal(MOST_READ))
    .subquery()
    .c
)


def _newest_first(column: ColumnElement[int]) -> Function[Any]:
    return func.array_agg(aggregate_order_by(column, _NEWEST.id.desc()), type_=_IDS)


def _select_alike(*columns: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Return the query of the newest items that failed, those of one site with the same sentence as one row.

    Most of what fails at a site fails with the same sentence: each is read once.
    """
    alike = (_NEWEST.politeness_key, _NEWEST.error_message)
    return select(*alike, *columns).group_by(*alike)


_ALIKE = _select_alike(_newest_first(_NEWEST.id).label("ids"), _newest_first(_NEWEST.audiobook_id).label("books"))
#: In no order: to sort them takes PostgreSQL as long as all the rest, and the first page asks for this each time.
_COUNTED = _select_alike(func.array_agg(_NEWEST.id, type_=_IDS).label("ids"))
_BOOKS = (
    select(
        QueueItem.id,
        QueueItem.audiobook_id,
        QueueItem.error,
        QueueItem.error_message,
        Audiobook.title,
        Audiobook.url,
    )
    .join(Audiobook, Audiobook.id == QueueItem.audiobook_id)
    .where(QueueItem.id == any_(bindparam("shown", type_=_IDS)), *_FAILED)
)


def _by_cause(session: Session, query: Select[*tuple[Any, ...]]) -> dict[Cause, list[Row[Any]]]:
    """Return the rows of a query that ``_select_alike`` has made, by their cause."""
    grouped: dict[Cause, list[Row[Any]]] = {}
    for row in session.execute(query):
        grouped.setdefault(cause_of(row.error_message), []).append(row)
    return grouped


def _show_failures(session: Session, grouped: Mapping[Cause, Sequence[Row[Any]]]) -> list[FailureGroup]:
    """Return the groups as clients see them, each with its newest books, that with the most items first."""
    shown = {cause: nlargest(_MOST_SHOWN, chain(*(row.ids for row in rows))) for cause, rows in grouped.items()}
    books = {row.id: row for row in session.execute(_BOOKS, {"shown": list(chain(*shown.values()))})}
    is_whole = sum(len(row.ids) for rows in grouped.values() for row in rows) < MOST_READ
    groups = [
        _show_group(cause, rows, [books[item] for item in shown[cause] if item in books], is_whole=is_whole)
        for cause, rows in grouped.items()
    ]
    return sorted(groups, key=lambda group: (-group.items, group.cause))


def _show_group(cause: Cause, rows: Sequence[Row[Any]], books: list[Row[Any]], *, is_whole: bool) -> FailureGroup:
    sites: Counter[str] = Counter()
    for row in rows:
        sites[row.politeness_key] += len(row.ids)
    newest = books[0] if books else None  # none where all of them have been ordered to be tried again just now
    return FailureGroup(
        cause=cause,
        remedy=REMEDIES[cause],
        items=sites.total(),
        is_whole=is_whole,
        sites=[FailureSite(site=site, items=items) for site, items in _most_affected(sites)],
        reason=newest and newest.error,
        message=newest and SentenceView.stored(newest.error, newest.error_message),
        books=[
            FailedBook(queue_item_id=book.id, audiobook_id=book.audiobook_id, title=book.title, url=book.url)
            for book in books
        ],
        keepable=sum(len(row.ids) for row in rows if can_be_kept(row.error_message)),
    )


def _most_affected(sites: Counter[str]) -> list[tuple[str, int]]:
    """Return the sites with the most items, of equal ones that which comes first in the alphabet."""
    return sorted(sites.items(), key=lambda site: (-site[1], site[0]))[:_MOST_SITES]
