"""From a message to a finished row: claim, work, finish."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ohdio_core.db.session import Database
from ohdio_core.domain.queue import StopReason
from ohdio_core.errors import OhdioError
from ohdio_core.pacing.site_health import begin_trial, is_failing
from ohdio_core.trace import bound_trace
from ohdio_core.work.batch import BatchRunner, BatchWork
from ohdio_core.work.beat import Heartbeat
from ohdio_core.work.claim import Claim, claim
from ohdio_core.work.end_writer import EndWriter, ended_by
from ohdio_core.work.finish import open_site
from ohdio_core.work.outcome import Done, Outcome, PutBack, Stopped
from ohdio_core.work.relay import passes_slot_on
from ohdio_core.work.run import Run
from ohdio_core.work.stages import Stage
from ohdio_core.work.timing import Timing, boot_clock

log = structlog.get_logger(__name__)

#: The work itself: does it, and returns how it ended (None: done); raises the errors of ``ohdio_core.errors``.
Work = Callable[[Run], Outcome | None]


class Runner:
    """Runs one stage's work in the threads that messages arrive on. Raises nothing."""

    def __init__(
        self,
        database: Database,
        stage: Stage,
        heartbeat: Heartbeat,
        timing: Timing,
        work: Work,
        *,
        batch_work: BatchWork | None = None,
    ) -> None:
        self.database = database
        self.stage = stage
        self.heartbeat = heartbeat
        self.timing = timing
        self.work = work
        self.batches = None if batch_work is None else BatchRunner(database, stage, heartbeat, timing, batch_work)
        self._shutdown = threading.Event()
        self._ends = EndWriter(database, stage, heartbeat, timing, self._shutdown)

    def handle(self, row_id: int) -> None:
        """Do the work of the row that a message names, if it is still to be done, and of the rows after it."""
        if self._shutdown.is_set():
            return
        relay_ends_at = boot_clock() + self.timing.relay.total_seconds()
        run = self._begin(row_id)
        if run is not None and self.batches is not None and run.claim.is_batched:
            self._run_batches(run, self.batches, relay_ends_at)
            return
        while run is not None:
            run = self._run(run, relay_ends_at)

    def shut_down(self) -> None:
        """Request every run to stop, and take no further message."""
        self._shutdown.set()
        self.heartbeat.stop_all(StopReason.SHUTDOWN)

    def _site_works(self, claimed: Claim) -> None:
        """Open the site of a trial as soon as the run has received something from it."""
        try:
            with self.database.unit_of_work() as work:
                open_site(work, claimed.site_key)
        except SQLAlchemyError as error:
            log.warning("could not open a site; the end of the run will", error=str(error).splitlines()[0])

    def _begin(self, row_id: int) -> Run | None:
        sent_at = boot_clock()
        claimed, has_to_wait = None, False
        try:
            with self.database.statement() as work:
                claimed = claim(work, self.stage, row_id, worker_id=self.heartbeat.worker.id, timing=self.timing)
                # What waits for nobody asks no site either, and neither tries one nor waits for one.
                if claimed is not None and claimed.site_closings and not claimed.is_batched:
                    claimed = replace(claimed, is_trial=begin_trial(work, claimed.site_key))
                    has_to_wait = not claimed.is_trial and is_failing(work, claimed.site_key)
        except SQLAlchemyError as error:
            log.warning("could not claim", stage=self.stage.name, id=row_id, error=str(error).splitlines()[0])
            if claimed is None:
                return None  # the row is still admitted: the sweep sends its message again
            has_to_wait = True
        if claimed is None:
            log.debug("nothing to do for this message", stage=self.stage.name, id=row_id)
            return None
        run = Run(claimed, beat_sent_at=sent_at)
        if claimed.is_trial:
            run.when_moved(partial(self._site_works, claimed))
        if has_to_wait:
            # Admitted before its site was closed, or behind the one that tries it now.
            run.stop(StopReason.SITE_FAILING)
        return run

    def _run_batches(self, first: Run, batches: BatchRunner, relay_ends_at: float) -> None:
        """Do batch after batch, as long as there is something to be done after the first row."""
        runs = [first, *batches.claim_more(first.claim)]
        while runs:
            left = batches.run(runs)
            try:
                for run in left:
                    self._run(run, relay_ends_at)
            finally:
                for run in left:
                    self.heartbeat.remove(run)
            may_go_on = boot_clock() < relay_ends_at and not self._shutdown.is_set()
            runs = batches.claim_more(first.claim) if may_go_on else []
        batches.publish_rest(first.claim)

    def _run(self, run: Run, relay_ends_at: float) -> Run | None:
        """Do the work of a run and write its end; return the run that its slot was passed on to."""
        self.heartbeat.add(run)
        if self._shutdown.is_set():
            run.stop(StopReason.SHUTDOWN)
        try:
            with bound_trace(run.claim.trace_id):
                outcome = self._work(run)
                passes_on = passes_slot_on(self.stage, outcome) and boot_clock() < relay_ends_at
                return self._ends.write(run, outcome, passes_on=passes_on and not self._shutdown.is_set())
        finally:
            self.heartbeat.remove(run)

    def _work(self, run: Run) -> Outcome:
        try:
            run.check()
            return self.work(run) or Done()
        except Exception as error:
            if run.stop_reason is not None:
                return PutBack(run.stop_reason)
            if not isinstance(error, OhdioError | Stopped):
                log.exception("unexpected error", stage=self.stage.name, id=run.claim.id, **run.facts)
            return ended_by(error, self.stage, run.claim)
