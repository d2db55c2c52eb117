"""What is well and what is not, as people see it: the parts that work needs, and the sites."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ohdio_api.overview import Overview, SiteLeftAlone, read_overview
from ohdio_core.db.session import Database
from ohdio_core.domain.queue import WorkStatus, explain_hours
from ohdio_core.library import Library
from ohdio_core.schemas.health import ClosedSite, DownloadHoursView, HealthReport, HeldBooks
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.sentences import text_of
from ohdio_core.work.timing import Timing

log = structlog.get_logger(__name__)


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
        try:
            with self.database.reading() as session:
                return self.report_of(read_overview(session, self.timing))
        except SQLAlchemyError as error:
            log.warning("health without the database", error=str(error).splitlines()[0])
            return self.report_of(None)

    def report_of(self, overview: Overview | None) -> HealthReport:
        """Return how everything is.

        Args:
            overview: None where the database does not answer.
        """
        problem = self.library.problem()
        held = None if overview is None or not overview.held.books else overview.held
        return HealthReport(
            is_database_there=overview is not None,
            is_broker_there=not self.is_broker_away(),
            library_problem=text_of(problem),
            library_problem_message=SentenceView.of(problem),
            workers={} if overview is None else {name: live.processes for name, live in overview.workers.items()},
            closed_sites=[] if overview is None else [_closed(site) for site in overview.closed_sites],
            hours=None if overview is None else _hours(overview),
            held=None if held is None else HeldBooks(items=held.books, bytes=held.bytes),
        )


def _hours(overview: Overview) -> DownloadHoursView | None:
    """Return what books wait for; None where they wait for nothing, or until somebody resumes all of them."""
    begin = overview.hours
    if begin is None or overview.is_paused or not overview.counts.get(WorkStatus.QUEUED):
        return None
    said = explain_hours(begin)
    return DownloadHoursView(
        begin_at=None if begin <= datetime.now(UTC) else begin, reason=said.text, reason_message=SentenceView.of(said)
    )


def _closed(site: SiteLeftAlone) -> ClosedSite:
    return ClosedSite(
        site=site.key,
        until=site.until,
        reason=site.reason,
        reason_message=SentenceView.stored(site.reason, site.message),
    )
