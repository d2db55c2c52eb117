"""The download hours as the database has them: from when until when, so that everybody stops and begins on time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ohdio_core.collection.control import PAUSE
from ohdio_core.current import Current
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.download_hours import DownloadHours
from ohdio_core.work.stages import DOWNLOADS

log = structlog.get_logger(__name__)

_WRITE = sql(
    """
    UPDATE queue_control SET hours_from = :begin, hours_until = :end
    WHERE (hours_from, hours_until) IS DISTINCT FROM (CAST(:begin AS timestamptz), CAST(:end AS timestamptz))
    RETURNING id
    """
)


class HoursKeeper:
    """Writes down which hours come next, by the clock of this process.

    Args:
        hours: As they are set now.
        clock: Returns the time.
    """

    def __init__(
        self, database: Database, hours: Current[str], clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._hours = hours
        self._clock = clock

    def keep(self) -> None:
        """Write them down at once, as they may have changed; where the database is away, whoever is next does."""
        try:
            with self._database.unit_of_work() as work:
                self.write(work)
        except SQLAlchemyError as error:
            log.info("the download hours are written down later", error=str(error).splitlines()[0])

    def write(self, work: UnitOfWork) -> None:
        """Write them down."""
        begin, end = DownloadHours.of(self._hours()).stretch(self._clock())
        if work.execute(_WRITE, {"begin": begin, "end": end}).scalar() is not None:
            work.changed(PAUSE)
            work.wake(DOWNLOADS.name)
