"""What people order of several items, or of all in some states, in transactions that are short."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial

from sqlalchemy import select

from ohdio_core.collection import control, ranks
from ohdio_core.db.models import QueueItem
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.domain.queue import WorkStatus

#: Something that people order of items: takes their ids, returns how many it concerned.
ItemOrder = Callable[[UnitOfWork, Sequence[int]], int]

_BATCH = 500  # items a transaction, so that no order holds its locks for long


class SeveralItems:
    """Orders for several items of the queue; those that are not fit for one are left alone."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def pause(self, ids: Sequence[int]) -> int:
        """Pause those that wait or run; return how many."""
        return self._order(control.pause, ids)

    def resume(self, ids: Sequence[int]) -> int:
        """Resume those that are paused; return how many."""
        return self._order(control.resume, ids)

    def retry(self, ids: Sequence[int]) -> int:
        """Retry those that failed or wait for their next attempt; return how many."""
        return self._order(control.retry, ids)

    def delete(self, ids: Sequence[int]) -> int:
        """Take items out of the queue; return how many."""
        return self._order(control.delete, ids)

    def prioritise(self, ids: Sequence[int], priority: int) -> int:
        """Move items up or down; return how many."""
        return self._order(partial(control.set_priority, priority=priority), ids)

    def put_first(self, ids: Sequence[int]) -> int:
        """Put items before all others, in this order; return how many."""
        ordered = list(dict.fromkeys(ids))
        # From the last batch on: each is put before those that were put first already.
        return sum(
            self._order_batch(ranks.put_first, ordered[start : start + _BATCH])
            for start in reversed(range(0, len(ordered), _BATCH))
        )

    def take_ranks_back(self, ids: Sequence[int]) -> int:
        """Take ranks back, so that items start by their priority again; return how many had one."""
        return self._order(ranks.take_rank_back, ids)

    def retry_failed(self) -> int:
        """Retry everything that failed; return how many."""
        return self._order_all(control.retry, WorkStatus.FAILED)

    def reset(self) -> int:
        """Begin everything that waits or runs afresh; return how many items that were."""
        return self._order_all(control.reset, WorkStatus.QUEUED, WorkStatus.PROCESSING)

    def clear(self, status: WorkStatus | None) -> int:
        """Take everything, or everything in one state, out of the queue; return how many."""
        return self._order_all(control.delete, *([] if status is None else [status]))

    def _order(self, order: ItemOrder, ids: Sequence[int]) -> int:
        ordered = sorted(set(ids))
        return sum(
            self._order_batch(order, ordered[start : start + _BATCH]) for start in range(0, len(ordered), _BATCH)
        )

    def _order_all(self, order: ItemOrder, *statuses: WorkStatus) -> int:
        return sum(self._order_batch(order, batch) for batch in self._ids_in(statuses))

    def _order_batch(self, order: ItemOrder, ids: Sequence[int]) -> int:
        with self.database.unit_of_work() as work:
            return order(work, ids)

    def _ids_in(self, statuses: Collection[WorkStatus]) -> Iterator[Sequence[int]]:
        """Walk the ids of the items in some states, or in any, in order; those added meanwhile may be left out."""
        last = 0
        while True:
            query = select(QueueItem.id).where(QueueItem.id > last).order_by(QueueItem.id).limit(_BATCH)
            if statuses:
                query = query.where(QueueItem.status.in_([status.value for status in statuses]))
            with self.database.reading() as session:
                ids = session.execute(query).scalars().all()
            if not ids:
                return
            yield ids
            last = ids[-1]
