"""The run history: what became of each run, kept for people who want to know what happened to a book.

It is written by the statement that ends a run. What waits is tried again and again: a run that ended as the one before
it, without headway, is counted with that one. The newest fifty of each piece of work are kept, for 90 days.
Descriptions that are done in batches leave no runs: no site is asked, and that they are complete is on their rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.queue import RunOutcome, StopReason
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.work.beat import WorkerIdentity
from ohdio_core.work.ending import Ending
from ohdio_core.work.outcome import Again, Outcome, PutBack, Rescheduled
from ohdio_core.work.transitions import CANCELLED, COMPLETED, FAILED, PAUSED

_SQL = NamedSql(__name__)
_FORGET_OLD = _SQL.statement("forget_old")
_FORGET_SURPLUS = _SQL.statement("forget_surplus")

MOST_RUNS = 50  #: that are kept of one piece of work
_AGE = timedelta(days=90)
_MOST_FORGOTTEN = 10_000  #: in one transaction
FORGET_EVERY = timedelta(minutes=10)

#: What people read of runs that were asked to stop.
_STOPPED = {
    StopReason.PAUSE: sentence("stopped.paused", "it was paused"),
    StopReason.CANCEL: sentence("stopped.cancelled", "it was cancelled"),
    StopReason.DELETE: sentence("stopped.removed", "it was taken out of the queue"),
    StopReason.RESET: sentence("stopped.reset", "the queue was begun afresh"),
    StopReason.LIMIT: sentence("stopped.limit", "the limit of downloads was lowered"),
    StopReason.GLOBAL_PAUSE: sentence("stopped.all_paused", "all downloads were paused"),
    StopReason.HOURS: sentence("stopped.hours", "the download hours were over"),
    StopReason.SHUTDOWN: sentence("stopped.shutdown", "ohdio was ended on the machine where it ran"),
    StopReason.OVERLONG: sentence("stopped.overlong", "it made room for downloads that have an end"),
    StopReason.SITE_FAILING: sentence("stopped.site_failing", "its site is left alone for a while, as it failed"),
    StopReason.LEASE_LOST: sentence("stopped.lease_lost", "the database was out of reach for too long"),
}
_REPEATABLE = frozenset({RunOutcome.WAITS, RunOutcome.STOPPED})


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run has done when it ends, and where."""

    worker: WorkerIdentity
    progress: int  #: how far the work has come, safely: bytes on disk, pages written
    received: int = 0  #: bytes of audio that came in this run


@dataclass(frozen=True, slots=True)
class Record:
    """What is kept of how a run ended."""

    outcome: RunOutcome
    said: Sentence | None  #: why it ended so; None where it is complete
    is_noted: bool = True  #: False: nothing is kept

    @property
    def may_repeat(self) -> bool:
        """Return whether it is counted with the run before, where that ended so, too, and this one made no headway."""
        return self.outcome in _REPEATABLE


def record_of(outcome: Outcome, ending: Ending) -> Record:
    """Return what is kept of a run with this outcome, of which its row makes this ending."""
    if ending.transition is COMPLETED:
        return Record(RunOutcome.COMPLETED, None)
    if ending.transition is FAILED:
        return Record(RunOutcome.FAILED, ending.error)
    if ending.transition is PAUSED and ending.wait_reason is not None:
        return Record(RunOutcome.WAITS, ending.wait_reason)
    if ending.transition is PAUSED:
        return Record(RunOutcome.PAUSED, _STOPPED[StopReason.PAUSE])
    if ending.transition is CANCELLED:
        return Record(RunOutcome.CANCELLED, _STOPPED[StopReason.CANCEL])
    if isinstance(outcome, Rescheduled):
        ended = RunOutcome.COMPLETED if outcome.error is None else RunOutcome.WAITS
        return Record(ended, outcome.error, outcome.is_noted)
    if isinstance(outcome, PutBack):
        return Record(RunOutcome.STOPPED, ending.wait_reason or _STOPPED[outcome.reason])
    is_failed = isinstance(outcome, Again) and outcome.costs_attempt
    return Record(RunOutcome.ATTEMPT_FAILED if is_failed else RunOutcome.WAITS, ending.wait_reason)


def forget_runs(work: UnitOfWork) -> None:
    """Forget some of the runs that ended more than 90 days ago, and those that are more than are kept of their work."""
    work.execute(_FORGET_OLD, {"age": _AGE, "most": _MOST_FORGOTTEN})
    work.execute(_FORGET_SURPLUS, {"lately": 6 * FORGET_EVERY, "kept": MOST_RUNS})
