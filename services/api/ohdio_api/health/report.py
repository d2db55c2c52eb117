"""What is well and what is not, as people see it: the parts that work needs, and the sites."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import Row, func, select
from sqlalchemy.exc import SQLAlchemyError

from ohdio_core.collection.room import HeldSums, count_held
from ohdio_core.db.running_models import Host, WorkerProcess
from ohdio_core.db.session import Database
from ohdio_core.errors import Postponed
from ohdio_core.library import Library
from ohdio_core.schemas.health import ClosedSite, HealthReport, HeldBooks
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.sentences import Sentence, text_of
from ohdio_core.work.timing import Timing

log = structlog.get_logger(__name__)

_MOST_SITES = 100


class HealthReporter:
    """Asks each part how it is.

    Args:
        is_broker_away: Returns whether messages cannot be sent.
    """

    def __init__(
        self, database: Database, library: Library, timing: Timing, is_broker_away: Callable[[], bool]
    ) -> None:
        self.database = database
        self.library = library
        self.timing = timing
        self.is_broker_away = is_broker_away

    def report(self) -> HealthReport:
        """Return how everything is; what is out of reach is a part of the answer, never an error."""
        workers: dict[str, int] = {}
        sites: list[ClosedSite] = []
        held = HeldSums(0, 0)
        try:
            workers, sites, held = self._read()
            is_database_there = True
        except SQLAlchemyError as error:
            log.warning("health without the database", error=str(error).splitlines()[0])
            is_database_there = False
        problem = self._library_problem()
        return HealthReport(
            is_database_there=is_database_there,
            is_broker_there=not self.is_broker_away(),
            library_problem=text_of(problem),
            library_problem_message=SentenceView.of(problem),
            workers=workers,
            closed_sites=sites,
            held=HeldBooks(items=held.items, bytes=held.bytes) if held.items else None,
        )

    def _read(self) -> tuple[dict[str, int], list[ClosedSite], HeldSums]:
        is_live = WorkerProcess.beat_at > func.clock_timestamp() - self.timing.lease
        live = (
            select(WorkerProcess.service, func.count())
            .where(is_live)
            .group_by(WorkerProcess.service)
            .order_by(WorkerProcess.service)
        )
        closed = (
            select(Host.politeness_key, Host.closed_until, Host.closed_reason, Host.closed_message)
            .where(Host.closed_until > func.clock_timestamp())
            .order_by(Host.politeness_key)
            .limit(_MOST_SITES)
        )
        with self.database.reading() as session:
            workers = {row[0]: row[1] for row in session.execute(live)}
            return workers, [_closed(row) for row in session.execute(closed)], count_held(session)

    def _library_problem(self) -> Sentence | None:
        try:
            self.library.require_mounted()
            self.library.free_bytes()
        except Postponed as error:
            return error.sentence
        return None


def _closed(row: Row[Any]) -> ClosedSite:
    return ClosedSite(
        site=row.politeness_key,
        until=row.closed_until,
        reason=row.closed_reason,
        reason_message=SentenceView.stored(row.closed_reason, row.closed_message),
    )
