"""What really happened in worker processes: an append-only file that outlives every one of them."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fetch:
    """One run of the work on one item, as far as it came: a killed one ends with its last chunk."""

    item: int
    run: str
    started_at: float
    last_seen_at: float
    is_complete: bool


class Witness:
    """Writes and reads the file. A line is one write with O_APPEND, so that no two processes mix theirs.

    Times are those of ``time.monotonic()``, which all processes of a machine share.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    def close(self) -> None:
        os.close(self._file)

    def write(self, event: str, item: int, run: str) -> None:
        os.write(self._file, f"{time.monotonic():.6f} {event} {item} {run}\n".encode())

    def fetches(self) -> list[Fetch]:
        """Return every run, in the order in which they began."""
        found: dict[str, Fetch] = {}
        for line in self.path.read_text(encoding="utf-8").splitlines():
            at, event, number, run = line.split()
            started_at = found[run].started_at if run in found else float(at)
            found[run] = Fetch(int(number), run, started_at, float(at), event == "end")
        return list(found.values())

    def started(self) -> list[int]:
        """Return the item of every run, in the order in which they began."""
        return [fetch.item for fetch in self.fetches()]

    def in_flight(self, at: float) -> int:
        """Count the runs whose bytes flowed at a moment."""
        return sum(1 for fetch in self.fetches() if fetch.started_at <= at <= fetch.last_seen_at)

    def last_seen_at(self) -> float:
        """Return when the last chunk arrived."""
        return max(fetch.last_seen_at for fetch in self.fetches())

    def peak(self, *, since: float = 0.0, until: float = float("inf")) -> int:
        """Return the most runs whose bytes flowed at once, within a span of time."""
        edges: list[tuple[float, int]] = []
        for fetch in self.fetches():
            begin, end = max(fetch.started_at, since), min(fetch.last_seen_at, until)
            if begin <= end:
                edges += [(begin, 1), (end, -1)]
        most = now = 0
        for _, change in sorted(edges):  # an end and a begin at the same moment do not overlap
            now += change
            most = max(most, now)
        return most

    def overlapping(self) -> set[int]:
        """Return the items that two runs worked on at once."""
        by_item: dict[int, list[Fetch]] = defaultdict(list)
        for fetch in self.fetches():
            by_item[fetch.item].append(fetch)
        return {item for item, fetches in by_item.items() if _overlap(fetches)}


def _overlap(fetches: Iterable[Fetch]) -> bool:
    ordered = sorted(fetches, key=lambda fetch: fetch.started_at)
    return any(later.started_at < earlier.last_seen_at for earlier, later in pairwise(ordered))
