"""Which waiting work goes next: a pure function, so that the order can be tested exactly."""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

_NEVER = datetime.min.replace(tzinfo=UTC)
_NOW = datetime.max.replace(tzinfo=UTC)
_BEFORE_ALL = 1 << 40  #: more urgent than any priority, which is an integer of 32 bits


def urgency(priority: int, rank: int | None) -> int:
    """Return what decides first: the more urgent row goes first, whatever its site.

    A row that a person gave a rank precedes all that have none, the lowest rank first. The function ``urgency`` of the
    database is the same, for its indexes.
    """
    return priority if rank is None else _BEFORE_ALL - rank


class Candidate(NamedTuple):
    """A due row of an open site."""

    id: int
    site: str
    urgency: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A row that holds a slot: admitted, or running."""

    id: int
    site: str
    urgency: int
    is_running: bool  #: claimed by a worker; otherwise its message is on the way
    is_stopping: bool  #: asked to stop; holds its slot until the bytes have stopped
    is_overlong: bool = False  #: it outlives the time that it may take, and nobody knows its end


def choose(
    candidates: Iterable[Candidate],
    *,
    free: int,
    held_by_site: Mapping[str, int],
    served_at: Mapping[str, datetime | None],
    most_per_site: Mapping[str, int] | None = None,
) -> list[int]:
    """Pick at most ``free`` rows.

    Urgency decides first; among equals the site that holds the fewest slots, then the one
    served least recently, then the oldest row.

    Args:
        candidates: The best rows of each site, in any order.
        free: How many slots are free.
        held_by_site: Slots held now, by site.
        served_at: When each site was last given a slot; absent or None means never.
        most_per_site: How many slots a site may hold at all; absent means any number.

    Returns:
        Row ids, in the order in which they are to start.
    """
    waiting: dict[str, deque[Candidate]] = defaultdict(deque)
    for candidate in sorted(candidates, key=lambda c: (-c.urgency, c.id)):
        waiting[candidate.site].append(candidate)
    held = dict(held_by_site)
    served = {site: served_at.get(site) or _NEVER for site in waiting}

    def rank(site: str) -> tuple[int, int, datetime, int, str]:
        head = waiting[site][0]
        return (-head.urgency, held.get(site, 0), served[site], head.id, site)

    heap = [rank(site) for site in waiting]
    heapq.heapify(heap)
    chosen: list[int] = []
    while heap and len(chosen) < free:
        site = heapq.heappop(heap)[-1]
        most = None if most_per_site is None else most_per_site.get(site)
        if most is not None and held.get(site, 0) >= most:
            continue
        chosen.append(waiting[site].popleft().id)
        held[site] = held.get(site, 0) + 1
        served[site] = _NOW
        if waiting[site]:
            heapq.heappush(heap, rank(site))
    return chosen


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The rows that lose their slots when more are held than allowed."""

    to_waiting: tuple[int, ...] = ()  #: admitted rows: no byte flows yet, they go back at once
    to_stop: tuple[int, ...] = ()  #: running rows: asked to stop, they hold their slot until they have


def take_back(slots: Iterable[Slot], *, limit: int, is_paused: bool) -> TakeBack:
    """Decide what gives way after the limit was lowered or everything was paused.

    Admitted rows go first, then running ones; among these the least urgent, then the youngest.
    A pause stops running work by its flag alone (every beat reads it), so it takes back only what
    has not started.
    """
    ordered = sorted(slots, key=lambda s: (s.urgency, -s.id))
    admitted = [slot.id for slot in ordered if not slot.is_running]
    if is_paused:
        return TakeBack(to_waiting=tuple(admitted))
    running = [slot.id for slot in ordered if slot.is_running and not slot.is_stopping]
    excess = len(admitted) + sum(1 for slot in ordered if slot.is_running) - limit
    if excess <= 0:
        return TakeBack()
    to_stop = running[: max(0, len(running) - limit)]
    return TakeBack(to_waiting=tuple(admitted[:excess]), to_stop=tuple(to_stop))


def most_overlong(slots: int) -> int:
    """Return how many of ``slots`` slots may be held by work that outlives its time and may have no end."""
    return max(1, slots // 3)


def stop_overlong(slots: Iterable[Slot], *, most: int) -> list[int]:
    """Return the running rows that are to stop so that at most ``most`` outlive their time.

    The least urgent goes first; among equals the youngest.
    """
    running = [slot for slot in slots if slot.is_overlong and slot.is_running and not slot.is_stopping]
    running.sort(key=lambda slot: (slot.urgency, -slot.id))
    return [slot.id for slot in running[: max(0, len(running) - most)]]
