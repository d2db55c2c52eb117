"""Which items of the queue a list shows, and an order is for: one meaning for both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Select, and_, func, not_, select
from sqlalchemy.orm import Session

from ohdio_api.literals import as_literal
from ohdio_api.queue.selection import EVERYTHING, Selection
from ohdio_api.search import Sought, meet, mentioning, mentions, select_met
from ohdio_core.db.models import Audiobook, QueueItem
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.schemas.queue import ItemFilter, ItemStatus, QueueMatching

_KEPT = 64  # queries
Query = TypeVar("Query", bound="Select[Any]")

#: An item waits for room. As the index of those has it, with the values in it.
IS_HELD = and_(QueueItem.status == as_literal(WorkStatus.PAUSED.value), QueueItem.wait_reason.is_not(None))

#: So many are counted and weighed one by one; of more, that is said.
MOST_COUNTED = 10_000
#: The same of what has words in it.
MOST_FOUND = 1_000


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """A condition on items; with nothing chosen, all are meant."""

    selection: Selection = EVERYTHING
    statuses: tuple[ItemStatus, ...] = ()  #: all when none is named
    is_noted: bool | None = None
    words: str | None = None
    is_held: bool | None = None

    @classmethod
    def of(cls, asked: ItemFilter) -> QueueFilter:
        """Return the condition that a client has sent."""
        return cls(
            Selection(tuple(asked.scrape), tuple(asked.audiobook)),
            () if asked.status is None else (asked.status,),
            asked.is_noted,
            asked.q,
            asked.is_held,
        )

    def narrow(self, session: Session, query: Query) -> Query:
        """Return a query of items and their audiobooks with this condition."""
        query = self.narrow_but_for_words(query)
        return query.where(mentioning(session, self.words)) if self.words else query

    def narrow_but_for_words(self, query: Query) -> Query:
        """Return a query of items and their audiobooks with this condition, except that they have the words."""
        query = query.where(self.selection.condition(), QueueItem.deleted_at.is_(None))
        if self.statuses:
            query = query.where(QueueItem.status.in_([as_literal(status.value) for status in self.statuses]))
        if self.is_noted is not None:
            query = query.where(Audiobook.note.is_not(None) if self.is_noted else Audiobook.note.is_(None))
        if self.is_held is not None:
            query = query.where(IS_HELD if self.is_held else not_(IS_HELD))
        return query

    def narrow_ids(self, session: Session) -> Select[int]:
        """Return the query of the ids of the items with this condition."""
        return self.narrow(session, _select_ids(with_books=bool(self.words) or self.is_noted is not None))

    def narrow_ids_by_status(self) -> list[Select[int]]:
        """Return a query of ids for each status, where several are chosen; words would be looked for once for each."""
        if len(self.statuses) < 2 or self.words:
            return []
        ids = _select_ids(with_books=self.is_noted is not None)
        return [replace(self, statuses=(status,)).narrow_but_for_words(ids) for status in self.statuses]

    @property
    def is_by_status_alone(self) -> bool:
        """Return whether triggers have counted these items."""
        return self.selection.is_all and self.is_noted is None and self.is_held is None and not self.words


def _select_ids(*, with_books: bool) -> Select[int]:
    query = select(QueueItem.id)
    return query.join(Audiobook, Audiobook.id == QueueItem.audiobook_id) if with_books else query


def count_matching(session: Session, matching: QueueFilter, counts: Mapping[str, int]) -> QueueMatching:
    """Count the items that match, and what they weigh, as far as that is cheap.

    Args:
        counts: Of all items, by status.
    """
    if matching.is_by_status_alone:
        wanted = [status.value for status in matching.statuses or ItemStatus]
        items = sum(counts.get(status, 0) for status in wanted)
        if items > MOST_COUNTED:
            return QueueMatching(items=items, is_exact=True, bytes_total=None)
    most, sought, others = MOST_COUNTED, None, replace(matching, words=None)
    if matching.words:
        if (met := meet(session, _select_met(others), matching.words)) is not None:
            return QueueMatching(items=met, is_exact=False, bytes_total=None)
        most, sought = MOST_FOUND, Sought.of(session, matching.words)
    weighed = _select_weight(others, most, has_rarest=None if sought is None else sought.has_rarest)
    found, weight = session.execute(weighed, None if sought is None else sought._asdict()).one()
    if found > most:
        return QueueMatching(items=most, is_exact=False, bytes_total=None)
    return QueueMatching(items=found, is_exact=True, bytes_total=int(weight or 0))


@lru_cache(maxsize=_KEPT)
def _select_met(matching: QueueFilter) -> Select[*tuple[Any, ...]]:
    """Return the query of how many of the first items that match have words, which are a parameter."""
    texts = select(Audiobook.words).select_from(QueueItem).join(Audiobook, Audiobook.id == QueueItem.audiobook_id)
    return select_met(matching.narrow_but_for_words(texts))


@lru_cache(maxsize=_KEPT)
def _select_weight(matching: QueueFilter, most: int, *, has_rarest: bool | None) -> Select[*tuple[Any, ...]]:
    """Return the query of how many items match and what they weigh, of one more than so many.

    Args:
        has_rarest: Of their words, which are parameters (``mentions``); None where they need not have any.
    """
    # An outer join, which PostgreSQL leaves out where nothing of the books is asked.
    sizes = select(QueueItem.bytes_total).outerjoin(Audiobook, Audiobook.id == QueueItem.audiobook_id)
    some = matching.narrow_but_for_words(sizes)
    if has_rarest is not None:
        some = some.where(mentions(has_rarest=has_rarest))
    counted = some.limit(most + 1).subquery()
    return select(func.count(), func.sum(counted.c.bytes_total)).select_from(counted)
