"""Reading which worker processes there are."""

from __future__ import annotations

from sqlalchemy import func, select

from ohdio_core.db.running_models import WorkerProcess
from ohdio_core.db.session import Database
from ohdio_core.schemas.workers import WorkerView
from ohdio_core.work.timing import Timing


class WorkerService:
    """The worker processes."""

    def __init__(self, database: Database, timing: Timing) -> None:
        self.database = database
        self.timing = timing

    def all(self) -> list[WorkerView]:
        """Read all that were heard within a day, by service and start."""
        query = select(
            WorkerProcess, (WorkerProcess.beat_at > func.clock_timestamp() - self.timing.lease).label("is_live")
        ).order_by(WorkerProcess.service, WorkerProcess.started_at, WorkerProcess.id)
        with self.database.reading() as session:
            return [
                WorkerView(
                    id=row.WorkerProcess.id,
                    service=row.WorkerProcess.service,
                    threads=row.WorkerProcess.threads,
                    host=row.WorkerProcess.host,
                    pid=row.WorkerProcess.pid,
                    version=row.WorkerProcess.version,
                    started_at=row.WorkerProcess.started_at,
                    beat_at=row.WorkerProcess.beat_at,
                    is_live=row.is_live,
                )
                for row in session.execute(query)
            ]
