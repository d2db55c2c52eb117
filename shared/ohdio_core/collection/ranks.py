"""Places that people give to items of the queue before all that have none: first, one up, one down.

A rank ends with its item's completion, failure or removal (``ohdio_core.work.transitions``). The description that an
item waits for has the same one. Ranks are given by one transaction at a time, so that no two items get the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from ohdio_core.collection.locking import lock_items
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.domain.ranks import ranks_before_all, ranks_in_order
from ohdio_core.work.ready import following
from ohdio_core.work.stages import DOWNLOADS, METADATA

MOST_MOVED = 200  #: the last place from which an item can be moved; those before it may all have to get ranks

_SQL = NamedSql(__name__)
_LOCK = sql("SELECT pg_advisory_xact_lock(:lock)")
_LOCK_KEY = 0x0D10_0001
_OPEN = ", ".join(f"'{status.value}'" for status in (WorkStatus.QUEUED, WorkStatus.PROCESSING, WorkStatus.PAUSED))
_READ_ENDS = _SQL.statement("read_ends")
_READ_RANKS = _SQL.statement("read_ranks", is_rankable=f"deleted_at IS NULL AND status IN ({_OPEN})")
_WRITE_RANKS = _SQL.statement("write_ranks")
_PASS_ON_RANKS = _SQL.statement("pass_on_ranks")
_CLEAR_RANKS = _SQL.statement("clear_ranks")


class Step(IntEnum):
    """Which neighbour an item changes places with."""

    UP = -1  #: the one that starts before it
    DOWN = 1


class _Ends(NamedTuple):
    lowest: int | None
    highest: int | None


def put_first(work: UnitOfWork, ids: Sequence[int]) -> int:
    """Put items before all others, in this order; what has ended is left out. Returns how many it concerns.

    A running one is not stopped for others; the rank counts as soon as it waits again.
    """
    ends = _lock_ranks(work)
    lock_items(work, ids)
    found = _ranks_of(work, ids)
    ordered = [item for item in dict.fromkeys(ids) if item in found]
    _give(work, ordered, ranks_before_all(len(ordered), ends.lowest))
    return len(ordered)


def move(work: UnitOfWork, item_id: int, step: Step) -> bool:
    """Swap an item with its neighbour in the order of starting; at its end nothing changes.

    Where one of them has no rank, all up to them get ranks, so that nothing else changes its place.

    Returns:
        Whether it is one of the first ``MOST_MOVED`` of that order.
    """
    ends = _lock_ranks(work)
    order = following(work, DOWNLOADS, MOST_MOVED + 1)
    if item_id not in order[:MOST_MOVED]:
        return False
    place = order.index(item_id)
    other = place + step
    if not 0 <= other < len(order):
        return True
    order[place], order[other] = order[other], order[place]
    moved = order[: max(place, other) + 1]
    lock_items(work, moved)
    ranks = _ranks_of(work, moved)
    moved = [item for item in moved if item in ranks]
    _give(work, moved, ranks_in_order([ranks[item] for item in moved], ends.highest))
    return True


def take_rank_back(work: UnitOfWork, ids: Sequence[int]) -> int:
    """Take ranks back, so that items start by their priority again. Returns how many had one."""
    lock_items(work, ids)
    cleared = list(work.execute(_CLEAR_RANKS, {"ids": list(ids)}).scalars())
    _announce(work, cleared)
    return len(cleared)


def _lock_ranks(work: UnitOfWork) -> _Ends:
    """Wait for whoever gives ranks now; return the ends of those that are given."""
    work.execute(_LOCK, {"lock": _LOCK_KEY})
    return _Ends(*work.execute(_READ_ENDS).one())


def _ranks_of(work: UnitOfWork, ids: Sequence[int]) -> dict[int, int | None]:
    """Return the ranks of those of these items that have not ended."""
    return {row.id: row.rank for row in work.execute(_READ_RANKS, {"ids": list(ids)})}


def _give(work: UnitOfWork, ids: Sequence[int], ranks: Sequence[int]) -> None:
    changed = work.execute(_WRITE_RANKS, {"ids": list(ids), "ranks": list(ranks)}).scalars()
    _announce(work, list(changed))


def _announce(work: UnitOfWork, ids: Sequence[int]) -> None:
    """Announce new ranks, also to the descriptions that these items wait for."""
    work.execute(_PASS_ON_RANKS, {"ids": list(ids)})
    for item_id in ids:
        work.changed(DOWNLOADS.topic, item_id)
    work.wake(METADATA.name)
    work.wake(DOWNLOADS.name)
