"""The whole in numbers, as of one moment: what every page, and every number that is told, is made of.

One statement reads all of it, so that a page asks each fact once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.work.capacity import HOURS_BEGIN_AT
from ohdio_core.work.timing import Timing

_SQL = NamedSql(__name__)
_COUNT_BY_STATUS = _SQL.statement("count_by_status")
#: Its limits are written into it: with parameters PostgreSQL makes a plan each time, a sixth of all that it does.
_READ = _SQL.statement(
    "read_overview",
    counts=_SQL.text("count_by_status"),
    hours=HOURS_BEGIN_AT,
    most_sites="100",
    most_held="10000",
    most_failed="10000",
)


class LiveWorkers(NamedTuple):
    """The live processes of a service."""

    processes: int
    threads: int  #: of all of them


class SiteLeftAlone(NamedTuple):
    """A site that is left alone for now."""

    key: str
    until: datetime
    reason: str | None
    message: dict[str, Any] | None  #: the reason as an id and values


class Sums(NamedTuple):
    """How many books something is of."""

    books: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What there is, and what decides whether anything may run."""

    is_paused: bool
    limit: int  #: downloads that may run at once
    workers: Mapping[str, LiveWorkers]  #: by service
    counts: Mapping[str, int]  #: of the queue's items, by status
    speed: float  #: bytes a second, of all downloads
    remaining: int  #: bytes of what is being downloaded
    usual: float | None  #: bytes of a book, as far as it matters: while bytes flow
    trash: Sums  #: what can be had back
    held: Sums  #: what waits for room, and still has to come
    closed_sites: Sequence[SiteLeftAlone]
    has_faults: bool  #: files in the library are lost or damaged
    failed_conversions: int  #: no more than some thousands of them
    hours: datetime | None  #: outside of the download hours: when they begin, or a time that is past

    def workers_of(self, service: str) -> LiveWorkers:
        """Return the live workers of a service."""
        return self.workers.get(service, LiveWorkers(0, 0))


def count_by_status(session: Session) -> dict[str, int]:
    """Count the queue's items by status."""
    return {row.status: row.items for row in session.execute(_COUNT_BY_STATUS)}


def read_overview(session: Session, timing: Timing) -> Overview:
    """Read it."""
    row = session.execute(_READ, {"lease": timing.lease}).one()
    return Overview(
        is_paused=row.is_paused,
        limit=row.max_concurrent_downloads,
        workers={service: LiveWorkers(processes, threads) for service, processes, threads in row.workers},
        counts=row.counts,
        speed=row.speed,
        remaining=row.remaining,
        usual=None if row.usual is None else float(row.usual),
        trash=Sums(row.trash_books, row.trash_bytes),
        held=Sums(row.held_items, row.held_bytes),
        closed_sites=[
            SiteLeftAlone(key, datetime.fromisoformat(until), reason, message)
            for key, until, reason, message in row.closed_sites
        ],
        has_faults=row.has_faults,
        failed_conversions=row.failed_conversions,
        hours=row.hours,
    )
