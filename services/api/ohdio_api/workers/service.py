"""Reading which worker processes there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.running_models import WorkerProcess
from ohdio_core.db.session import Database
from ohdio_core.schemas.workers import RunningWork, WorkerView
from ohdio_core.work.timing import Timing

_RUNNING = NamedSql(__name__).statement("running")


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
            running = _running(session)
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
                    running=running.get(row.WorkerProcess.id, []),
                )
                for row in session.execute(query)
            ]


def _running(session: Session) -> Mapping[UUID, list[RunningWork]]:
    """Return what every worker does; no more than there are slots."""
    running: dict[UUID, list[RunningWork]] = defaultdict(list)
    for row in session.execute(_RUNNING):
        running[row.worker_id].append(RunningWork(title=row.title, since=row.admitted_at))
    return running
