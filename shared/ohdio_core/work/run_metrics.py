"""What the engine counts for Prometheus."""

from __future__ import annotations

from enum import StrEnum

from ohdio_core.domain.queue import RunOutcome
from ohdio_core.metrics.counted import (
    ADMISSION_WAIT,
    FAILURES,
    LOST_LEASES,
    RETRIES,
    RUN_DURATION,
    RUNS,
    SITE_RUNS,
    SWEEP_ACTIONS,
    site_label,
)
from ohdio_core.sentences import Sentence
from ohdio_core.work.finish import Finished
from ohdio_core.work.run import Run
from ohdio_core.work.stages import Stage


class SweepAction(StrEnum):
    """What the sweep does to rows."""

    TAKEN_BACK = "taken-back"  #: from a worker that fell silent
    MADE_DUE = "made-due"
    SENT_AGAIN = "sent-again"  #: its message


def begin_at_zero(stage: Stage) -> None:
    """Show what may be counted of a stage from the start, so that the first of anything is seen as an increase."""
    for outcome in RunOutcome:
        RUNS.labels(stage.name, outcome.value)
    for action in SweepAction:
        SWEEP_ACTIONS.labels(stage.name, action.value)
    for metric in (RETRIES, LOST_LEASES, RUN_DURATION):
        metric.labels(stage.name)


def begin_waits_at_zero(stage: Stage) -> None:
    """Do the same for what a process counts that admits work of a stage, whether or not it does it, too."""
    ADMISSION_WAIT.labels(stage.name)


def count_end(stage: Stage, run: Run, finished: Finished) -> None:
    """Count a run that has ended."""
    RUNS.labels(stage.name, finished.outcome.value).inc()
    SITE_RUNS.labels(site_label(run.claim.site_key), finished.outcome.value).inc()
    RUN_DURATION.labels(stage.name).observe(run.seconds())
    if run.claim.attempts > 1:
        RETRIES.labels(stage.name).inc()
    if finished.sentence is not None:
        FAILURES.labels(stage.name, _cause(finished.sentence)).inc()


def count_lost(stage: Stage) -> None:
    """Count a run whose worker fell silent."""
    RUNS.labels(stage.name, RunOutcome.LEASE_LOST.value).inc()
    LOST_LEASES.labels(stage.name).inc()


def count_sweep(stage: Stage, action: SweepAction, rows: int) -> None:
    """Count rows that the sweep has put right."""
    SWEEP_ACTIONS.labels(stage.name, action.value).inc(rows)


def count_wait(stage: Stage, seconds: float) -> None:
    """Count how long a row was due before it got its slot."""
    ADMISSION_WAIT.labels(stage.name).observe(max(0.0, seconds))


def _cause(said: Sentence) -> str:
    """Return the id of what is behind a sentence: "given up" tells of no kind of failure."""
    inner = said.values.get("error")
    return _cause(inner) if isinstance(inner, Sentence) else said.id
