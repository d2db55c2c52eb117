"""Which waiting work goes next: a pure function, so that the order can be tested exactly."""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

_NEVER = datetime.min.replace(tzinfo=UTC)
_NOW = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A due row of an open source."""

    id: int
    source: str
    priority: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A row that holds a slot: admitted, or running."""

    id: int
    source: str
    priority: int
    is_running: bool  #: claimed by a worker; otherwise its message is on the way
    is_stopping: bool  #: asked to stop; holds its slot until the bytes have stopped
    is_overlong: bool = False  #: it outlives the time that it may take, and nobody knows its end


def choose(
    candidates: Iterable[Candidate],
    *,
    free: int,
    held_by_source: Mapping[str, int],
    served_at: Mapping[str, datetime | None],
    most_per_source: Mapping[str, int] | None = None,
) -> list[int]:
    """Pick at most ``free`` rows.

    Priority decides first; at equal priority the source that holds the fewest slots, then the one
    served least recently, then the oldest row.

    Args:
        candidates: The best rows of each source, in any order.
        free: How many slots are free.
        held_by_source: Slots held now, by source.
        served_at: When each source was last given a slot; absent or None means never.
        most_per_source: How many slots a source may hold at all; absent means any number.

    Returns:
        Row ids, in the order in which they are to start.
    """
    waiting: dict[str, deque[Candidate]] = defaultdict(deque)
    for candidate in sorted(candidates, key=lambda c: (-c.priority, c.id)):
        waiting[candidate.source].append(candidate)
    held = dict(held_by_source)
    served = {source: served_at.get(source) or _NEVER for source in waiting}

    def rank(source: str) -> tuple[int, int, datetime, int, str]:
        head = waiting[source][0]
        return (-head.priority, held.get(source, 0), served[source], head.id, source)

    heap = [rank(source) for source in waiting]
    heapq.heapify(heap)
    chosen: list[int] = []
    while heap and len(chosen) < free:
        source = heapq.heappop(heap)[-1]
        most = None if most_per_source is None else most_per_source.get(source)
        if most is not None and held.get(source, 0) >= most:
            continue
        chosen.append(waiting[source].popleft().id)
        held[source] = held.get(source, 0) + 1
        served[source] = _NOW
        if waiting[source]:
            heapq.heappush(heap, rank(source))
    return chosen


@dataclass(frozen=True, slots=True)
class TakeBack:
    """What must give way when more slots are held than allowed."""

    to_waiting: tuple[int, ...] = ()  #: admitted rows: no byte flows yet, they go back at once
    to_stop: tuple[int, ...] = ()  #: running rows: asked to stop, they hold their slot until they have


def take_back(slots: Iterable[Slot], *, limit: int, is_paused: bool) -> TakeBack:
    """Decide what gives way after the limit was lowered or everything was paused.

    Admitted rows go first, then running ones; among equals the lowest priority, then the youngest.
    A pause stops running work by its flag alone (every beat reads it), so it takes back only what
    has not started.
    """
    ordered = sorted(slots, key=lambda s: (s.priority, -s.id))
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

    The lowest priority goes first; among equals the youngest.
    """
    running = [slot for slot in slots if slot.is_overlong and slot.is_running and not slot.is_stopping]
    running.sort(key=lambda slot: (slot.priority, -slot.id))
    return [slot.id for slot in running[: max(0, len(running) - most)]]
