"""Writing the end of a run, whatever becomes of the database meanwhile."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ohdio_core.db.session import Database
from ohdio_core.work.beat import Heartbeat
from ohdio_core.work.claim import Claim, is_held
from ohdio_core.work.finish import Finished, finish
from ohdio_core.work.outcome import Done, Outcome, Rescheduled, outcome_of, outcome_of_round
from ohdio_core.work.relay import take_next
from ohdio_core.work.run import Run
from ohdio_core.work.run_history import RunReport
from ohdio_core.work.run_log import log_end
from ohdio_core.work.run_metrics import count_end
from ohdio_core.work.stages import Stage
from ohdio_core.work.timing import Timing, boot_clock

log = structlog.get_logger(__name__)

_PAUSE = 0.5  # seconds between two tries


def ended_by(error: Exception, stage: Stage, claim: Claim) -> Outcome:
    """Return the outcome of a run of a stage that ended with an exception."""
    return outcome_of_round(error, claim.setbacks) if stage.comes_round else outcome_of(error)


@dataclass(slots=True)
class _End:
    """An end that is being written, and what became of the last try."""

    run: Run
    outcome: Outcome
    passes_on: bool
    deadline: float  #: boot clock
    finished: Finished | None = None  #: what was written, but for the commit
    successor: Claim | None = None  #: what the slot was passed on to, if it was committed
    sent_at: float = 0.0
    is_given_up: bool = False

    def fall_back(self, error: Exception, stage: Stage) -> str:
        """Choose what to write in place of what cannot be written; return what happened, for the log."""
        if self.finished is not None and self.passes_on:
            self.passes_on = False
            return "could not pass a slot on; its end is written alone"
        if not isinstance(self.outcome, Done | Rescheduled) or self.outcome.effect is None:
            self.is_given_up = True
            return "could not write the end of a run; the sweep will"
        self.outcome, self.passes_on = ended_by(error, stage, self.run.claim), False
        return "the work was done, but its result could not be written"


class EndWriter:
    """Writes the ends of one stage's runs.

    Args:
        shutdown: Set when the process is to end: then a database that is away is not waited for.
    """

    def __init__(
        self, database: Database, stage: Stage, heartbeat: Heartbeat, timing: Timing, shutdown: threading.Event
    ) -> None:
        self.database = database
        self.stage = stage
        self.heartbeat = heartbeat
        self.timing = timing
        self._shutdown = shutdown
        self._patience = 2 * timing.lease.total_seconds()

    def write(self, run: Run, outcome: Outcome, *, passes_on: bool) -> Run | None:
        """Write an end; while the database is away, try again: nobody can take the row meanwhile.

        Args:
            passes_on: Pass the slot on, if the end is written at the first try.

        Returns:
            The run that the slot was passed on to.
        """
        end = _End(run, outcome, passes_on, boot_clock() + self._patience)
        while True:
            try:
                return self._try(end)
            except (OperationalError, InterfaceError, PoolTimeout) as error:
                if not self._waits(end):
                    log.error("could not write the end of a run; the sweep will", id=run.claim.id, error=str(error))
                    return None
            except Exception as error:
                what_happened = end.fall_back(error, self.stage)
                log.exception(what_happened, id=run.claim.id)
                if end.is_given_up:
                    return None

    def _try(self, end: _End) -> Run | None:
        end.finished = None
        with self.database.unit_of_work() as work:
            report = RunReport(self.heartbeat.worker, end.run.progress, end.run.received)
            end.finished = finish(work, self.stage, end.run.claim, end.outcome, report)
            if end.finished is not None:
                end.sent_at = boot_clock()
                end.successor = (
                    take_next(work, self.stage, worker_id=self.heartbeat.worker.id, timing=self.timing)
                    if end.passes_on
                    else None
                )
            elif end.successor is None or not is_held(work, self.stage, end.successor):
                log.warning("the row was given to another worker", stage=self.stage.name, id=end.run.claim.id)
                return None
            # Else the answer to the commit was lost, and nothing more.
        if end.finished is not None:
            log_end(self.stage, end.run, end.finished)
            count_end(self.stage, end.run, end.finished)
        return None if end.successor is None else Run(end.successor, beat_sent_at=end.sent_at)

    def _waits(self, end: _End) -> bool:
        """Wait a little for the database; False when that has no point any more."""
        end.passes_on = False
        is_away = boot_clock() - end.run.beat_sent_at > self.timing.self_stop.total_seconds()
        if is_away and not self._shutdown.is_set():
            end.deadline = boot_clock() + self._patience
        elif boot_clock() > end.deadline:
            return False
        time.sleep(_PAUSE)
        return True
