"""The witness: which books have a media request in flight, how many at the peak, and every byte that was sent.

A request is in flight from its arrival until the last byte of its answer was handed to the kernel,
or until its client has closed the connection. Before a request is counted, the clients of all
others are looked at again: one that had closed before this request was sent never counts together
with it, in whichever order the two arrive here.

All times are of the monotonic clock, which every process of a Linux machine shares: a test compares
them with its own ``time.monotonic()``. A byte's time is taken just after the kernel took the byte, so
a client may have it a little earlier.

A kernel takes some hundred kilobytes at once: a small book is out, and no longer in flight, before its
client has read it. A test that counts books in flight sets a rate or holds them.
"""

from __future__ import annotations

import bisect
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.sites.faults import RequestKind

#: Bytes sent within this time of one another share one sample of the flow.
_SAMPLE_SECONDS = 0.01


@dataclass(slots=True)
class Exchange:
    """One request and what became of it."""

    number: int
    started_at: float
    method: str
    host: str
    target: str  #: path and query
    kind: RequestKind
    book: int | None
    part: int | None
    range: str | None  #: the Range header
    user_agent: str | None = None  #: the User-Agent header
    status: int | None = None
    bytes: int = 0  #: of the body, handed to the kernel
    first_byte_at: float | None = None
    last_byte_at: float | None = None
    ended_at: float | None = None
    is_complete: bool = False  #: the whole answer was sent

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]


@dataclass(slots=True)
class BookRecord:
    """What was seen of one book's media."""

    first_request_at: float
    requests: int = 0
    bytes: int = 0
    first_byte_at: float | None = None
    last_byte_at: float | None = None
    ended_at: float | None = None  #: of the last request that ended
    in_flight: int = 0  #: requests now


@dataclass(slots=True)
class PathRecord:
    """What was seen of one path, whatever its query."""

    requests: int = 0
    bytes: int = 0


@dataclass(slots=True)
class _Flow:
    """Media bytes over time: at ``times[i]``, ``totals[i]`` had been sent."""

    times: list[float] = field(default_factory=lambda: [0.0])
    totals: list[int] = field(default_factory=lambda: [0])
    sample_began_at: float = 0.0

    def add(self, now: float, count: int) -> None:
        total = self.totals[-1] + count
        if now - self.sample_began_at < _SAMPLE_SECONDS:
            self.times[-1], self.totals[-1] = now, total
        else:
            self.sample_began_at = now
            self.times.append(now)
            self.totals.append(total)

    def since(self, moment: float) -> int:
        return self.totals[-1] - self.totals[bisect.bisect_right(self.times, moment) - 1]


class Witness:
    """Sees every request of one origin, since it was made. Used by one thread only."""

    def __init__(self) -> None:
        self._exchanges: list[Exchange] = []
        self._open: dict[int, tuple[Exchange, Callable[[], bool]]] = {}
        self._books: dict[int, BookRecord] = {}
        self._paths: dict[str, PathRecord] = {}
        self._timeline: list[tuple[float, int]] = []
        self._books_in_flight = 0
        self._peak = 0
        self._flow = _Flow()
        self._bytes_total = 0

    def begin(
        self,
        *,
        method: str,
        host: str,
        target: str,
        kind: RequestKind,
        book: int | None,
        part: int | None,
        range_header: str | None,
        user_agent: str | None = None,
        is_peer_gone: Callable[[], bool],
    ) -> Exchange:
        """Write a request down; a media request puts its book in flight."""
        now = time.monotonic()
        exchange = Exchange(len(self._exchanges), now, method, host, target, kind, book, part, range_header, user_agent)
        self._exchanges.append(exchange)
        self._paths.setdefault(exchange.path, PathRecord()).requests += 1
        if kind is RequestKind.MEDIA and book is not None:
            for other, is_gone in list(self._open.values()):
                if is_gone():
                    self.end(other, is_complete=False)
            self._open[id(exchange)] = (exchange, is_peer_gone)
            record = self._books.setdefault(book, BookRecord(first_request_at=now))
            record.requests += 1
            record.in_flight += 1
            if record.in_flight == 1:
                self._count(now, +1)
        return exchange

    def sent(self, exchange: Exchange, count: int) -> None:
        """Count bytes of the body that the kernel took."""
        now = time.monotonic()
        exchange.bytes += count
        exchange.first_byte_at = exchange.first_byte_at or now
        exchange.last_byte_at = now
        self._bytes_total += count
        self._paths[exchange.path].bytes += count
        if exchange.kind is not RequestKind.MEDIA:
            return
        self._flow.add(now, count)
        if exchange.book is not None:
            record = self._books[exchange.book]
            record.bytes += count
            record.first_byte_at = record.first_byte_at or now
            record.last_byte_at = now

    def end(self, exchange: Exchange, *, is_complete: bool) -> None:
        """Write down that the answer is out, or that nobody waits for it any more. Twice is once."""
        if exchange.ended_at is not None:
            return
        now = time.monotonic()
        exchange.ended_at = now
        exchange.is_complete = is_complete
        if self._open.pop(id(exchange), None) is None or exchange.book is None:
            return
        record = self._books[exchange.book]
        record.in_flight -= 1
        record.ended_at = now
        if record.in_flight == 0:
            self._count(now, -1)

    def stats(self) -> dict[str, Any]:
        """Everything but the single requests, as JSON values."""
        return {
            "now": time.monotonic(),
            "requests": len(self._exchanges),
            "media_requests": sum(record.requests for record in self._books.values()),
            "bytes": self._bytes_total,
            "media_bytes": self._flow.totals[-1],
            "in_flight": self._books_in_flight,
            "peak": self._peak,
            "books": {str(book): asdict(record) for book, record in self._books.items()},
            "paths": {path: asdict(record) for path, record in self._paths.items()},
        }

    def exchanges(self, kind: RequestKind | None = None) -> list[dict[str, Any]]:
        """Every request, in the order of arrival; ``ended_at`` is None for those in flight."""
        return [asdict(exchange) for exchange in self._exchanges if kind in (None, exchange.kind)]

    def timeline(self) -> list[tuple[float, int]]:
        """How many books were in flight from each moment on."""
        return self._timeline

    def media_bytes_since(self, moment: float) -> int:
        """Media bytes sent after a moment, and at most a hundredth of a second before it."""
        return self._flow.since(moment)

    def books_seen(self) -> frozenset[int]:
        """The books that had a media request."""
        return frozenset(self._books)

    def _count(self, now: float, change: int) -> None:
        self._books_in_flight += change
        self._peak = max(self._peak, self._books_in_flight)
        self._timeline.append((now, self._books_in_flight))
