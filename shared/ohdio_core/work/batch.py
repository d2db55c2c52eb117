"""Working on several rows together: those that wait for nobody cost more to hand out than to do.

A batch is only for rows whose work asks no site. All others, and all rows of a batch that fails, are done one by
one, so that the row which causes the failure fails alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ohdio_core.away import log_failure
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.domain.queue import RunOutcome, WorkStatus
from ohdio_core.trace import bound_trace
from ohdio_core.work.beat import Heartbeat
from ohdio_core.work.claim import Claim, claim_batch, publish_rest
from ohdio_core.work.finish import Finished, finish_batch
from ohdio_core.work.run import Run
from ohdio_core.work.run_log import log_end
from ohdio_core.work.run_metrics import count_end
from ohdio_core.work.stages import Stage
from ohdio_core.work.timing import Timing, boot_clock

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What was done of a batch, before it is written."""

    ids: Collection[int]  #: rows that are done; the others are to be done one by one
    effect: Callable[[UnitOfWork, Collection[int]], None]  #: writes those that are still held


#: Does those rows of a batch that need no site. Waits for nobody.
BatchWork = Callable[[Sequence[Run]], BatchResult]


class BatchRunner:
    """Does batches of one stage, in the threads that its messages arrive on."""

    def __init__(self, database: Database, stage: Stage, heartbeat: Heartbeat, timing: Timing, work: BatchWork) -> None:
        self.database = database
        self.stage = stage
        self.heartbeat = heartbeat
        self.timing = timing
        self.work = work

    def claim_more(self, claim: Claim) -> list[Run]:
        """Claim rows that may be done together with one, or after it; return their runs."""
        sent_at = boot_clock()
        try:
            with self.database.statement() as work:
                claims = claim_batch(work, self.stage, claim, worker_id=self.heartbeat.worker.id, timing=self.timing)
        except SQLAlchemyError as error:
            # Those that were claimed all the same are taken back when their leases end.
            log.warning("could not claim further rows", stage=self.stage.name, error=str(error).splitlines()[0])
            return []
        return [Run(claimed, beat_sent_at=sent_at) for claimed in claims]

    def publish_rest(self, last: Claim) -> None:
        """Publish a message for the rows that are left, as something else is more urgent or the time is over."""
        try:
            with self.database.statement() as work:
                publish_rest(work, self.stage, last)
        except SQLAlchemyError as error:
            log.warning("could not send for further rows; the sweep will", error=str(error).splitlines()[0])

    def run(self, runs: Sequence[Run]) -> list[Run]:
        """Do runs together; return those that are to be done one by one, whose leases are still renewed."""
        for run in runs:
            self.heartbeat.add(run)
        done: set[int] = set()
        try:
            result = self.work(runs)
            with self.database.unit_of_work() as work:
                done = finish_batch(work, self.stage, [run.claim for run in runs if run.claim.id in result.ids])
                if done:
                    result.effect(work, done)
        except Exception as error:  # noqa: BLE001 # logged
            # Perhaps it was written all the same, and only the answer was lost: then each finds its lease gone.
            done = set()
            log_failure(log, "could not work on rows together; each is done alone", error, stage=self.stage.name)
        for run in runs:
            if run.claim.id in done:
                finished = Finished(WorkStatus.COMPLETED, None, RunOutcome.COMPLETED)
                with bound_trace(run.claim.trace_id):
                    log_end(self.stage, run, finished)
                count_end(self.stage, run, finished)
                self.heartbeat.remove(run)
        return [run for run in runs if run.claim.id not in done]
