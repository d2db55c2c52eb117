"""What people order of several items, or of all in some states, in transactions that are short."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import NamedTuple
from uuid import UUID, uuid4

from ohdio_api.queue.filter import QueueFilter
from ohdio_core.collection import control, ranks, removals
from ohdio_core.collection.acts import book_of, note_of_items
from ohdio_core.collection.keep_anyway import keep_anyway
from ohdio_core.collection.locking import lock_items
from ohdio_core.collection.try_now import try_now
from ohdio_core.db.models import QueueItem
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.domain.act import Act
from ohdio_core.schemas.queue import ItemStatus

#: Something that people order of items: takes their ids, returns how many it concerned.
ItemOrder = Callable[[UnitOfWork, Sequence[int]], int]

#: Items by their ids, or all that match.
Which = Sequence[int] | QueueFilter


def noted(order: ItemOrder, act: Act) -> ItemOrder:
    """Return an order that is written down where it concerns any item."""

    def order_and_note(work: UnitOfWork, ids: Sequence[int]) -> int:
        book = book_of(work, ids)
        count = order(work, ids)
        note_of_items(work, act, book, count)
        return count

    return order_and_note


_RETRY = noted(try_now, Act.RETRIED)
_RESTORE = noted(removals.restore, Act.PUT_BACK)
_BATCH = 500  # items a transaction, so that no order holds its locks for long
_READ_AT_ONCE = 50_000  # ids; a search may cost as much for few as for many


class Removed(NamedTuple):
    """What an order took out of the queue."""

    items: int
    removal: UUID  #: with which it can be undone


class SeveralItems:
    """Orders for several items of the queue; those that are not fit for one are left alone."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def pause(self, which: Which) -> int:
        """Pause those that wait or run; return how many."""
        return self._order(noted(control.pause, Act.PAUSED), which)

    def resume(self, which: Which) -> int:
        """Resume those that are paused; return how many. The download hours hold for them as for all."""
        return self._order(noted(control.resume, Act.RESUMED), which)

    def retry(self, which: Which) -> int:
        """Retry those that failed, wait for their next attempt or for a site that fails; return how many."""
        return self._order(_RETRY, which)

    def keep(self, which: Which) -> int:
        """Keep those anyway whose sound is not what was promised; return how many."""
        return self._order(noted(keep_anyway, Act.KEPT), which)

    def delete(self, which: Which) -> Removed:
        """Take items out of the queue, so that it can be undone for an hour."""
        removal = uuid4()
        return Removed(self._order(noted(partial(removals.remove, removal=removal), Act.REMOVED), which), removal)

    def restore(self, which: Sequence[int] | UUID) -> int:
        """Put items back that were removed within the hour, or all that one order removed; return how many."""
        ids = self._removed(which) if isinstance(which, UUID) else sorted(set(which))
        return sum(self._order_batch(_RESTORE, batch) for batch in _batches(ids))

    def prioritise(self, which: Which, priority: int) -> int:
        """Move those up or down that are not complete; return how many."""
        return self._order(partial(control.set_priority, priority=priority), which)

    def put_first(self, which: Which) -> int:
        """Put items before all others: in the order in which they are named, or in which they were added."""
        ids = list(reversed(dict.fromkeys(which))) if isinstance(which, Sequence) else self._matching(which, last=True)
        # From the last ones on: each is put before those that were put first already.
        return sum(self._order_batch(ranks.put_first, batch[::-1]) for batch in _batches(ids))

    def take_ranks_back(self, which: Which) -> int:
        """Take ranks back, so that items start by their priority again; return how many had one."""
        return self._order(ranks.take_rank_back, which)

    def retry_failed(self) -> int:
        """Retry everything that failed; return how many."""
        return self._order(_RETRY, QueueFilter(statuses=(ItemStatus.FAILED,)))

    def reset(self) -> int:
        """Begin everything that waits or runs afresh; return how many items that were."""
        return self._order(control.reset, QueueFilter(statuses=(ItemStatus.QUEUED, ItemStatus.PROCESSING)))

    def clear(self, status: ItemStatus | None) -> Removed:
        """Take everything, or everything in one state, out of the queue, so that it can be undone for an hour."""
        return self.delete(QueueFilter(statuses=() if status is None else (status,)))

    def _order(self, order: ItemOrder, which: Which) -> int:
        if isinstance(which, Sequence):
            return sum(self._order_batch(order, batch) for batch in _batches(sorted(set(which))))
        return sum(self._order_batch(_if_still(which, order), batch) for batch in _batches(self._matching(which)))

    def _order_batch(self, order: ItemOrder, ids: Sequence[int]) -> int:
        with self.database.unit_of_work() as work:
            return order(work, ids)

    def _removed(self, removal: UUID) -> Iterator[int]:
        """Yield the ids of the items that an order has removed."""
        last = 0
        while True:
            with self.database.reading() as session:
                ids = removals.find_removed(session, removal, beyond=last, most=_READ_AT_ONCE)
            yield from ids
            if len(ids) < _READ_AT_ONCE:
                return
            last = ids[-1]

    def _matching(self, matching: QueueFilter, *, last: bool = False) -> Iterator[int]:
        """Yield the ids of the items that match, in their order or from the last; not all that are added meanwhile."""
        bound: int | None = None
        while True:
            beyond = () if bound is None else (QueueItem.id < bound if last else QueueItem.id > bound,)
            with self.database.reading() as session:
                query = matching.narrow_ids(session).where(*beyond).limit(_READ_AT_ONCE)
                ids = session.scalars(query.order_by(QueueItem.id.desc() if last else QueueItem.id)).all()
            yield from ids
            if len(ids) < _READ_AT_ONCE:
                return
            bound = ids[-1]


def _if_still(matching: QueueFilter, order: ItemOrder) -> ItemOrder:
    """Return an order that leaves out what does not match any more, as when somebody has retried it meanwhile."""

    def order_matching(work: UnitOfWork, ids: Sequence[int]) -> int:
        lock_items(work, ids)
        matched = matching.narrow_ids(work.session).where(QueueItem.id.in_(ids))
        return order(work, work.session.scalars(matched).all())

    return order_matching


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    """Yield so many ids at a time as are changed in one transaction."""
    rest = iter(ids)
    while batch := list(islice(rest, _BATCH)):
        yield batch
