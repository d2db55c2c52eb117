"""Finishing: the fenced write that ends a run. It does nothing when the row is another's by now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.queue import RunOutcome, StopReason, WorkStatus
from ohdio_core.domain.site_health import Evidence
from ohdio_core.pacing.site_health import end_trial, is_failing, record_failure, record_success
from ohdio_core.sentences import Sentence, json_of, text_of
from ohdio_core.work.claim import Claim
from ohdio_core.work.ending import Ending, ending_of, evidence_of
from ohdio_core.work.fragments import for_each_stage
from ohdio_core.work.outcome import Done, Effect, Outcome, PutBack, Rescheduled
from ohdio_core.work.run_history import RunReport, record_of
from ohdio_core.work.stages import DOWNLOADS, STAGES, Stage
from ohdio_core.work.transitions import CANCELLED, COMPLETED, FAILED, PAUSED, PUT_BACK

_SQL = NamedSql(__name__)
_COMPLETE_BATCH = for_each_stage(_SQL, "complete_batch")
_ASKED = _SQL.text("asked")
_READ_ASKED = for_each_stage(_SQL, "read_asked", asked=_ASKED)
#: By what becomes of the row.
_END_RUN = {
    transition.name: for_each_stage(_SQL, "end_run", asked=_ASKED, transition=transition.assignments)
    for transition in (PUT_BACK, PAUSED, COMPLETED, FAILED, CANCELLED)
}


class Finished(NamedTuple):
    """A row's status after the end of a run."""

    status: WorkStatus
    sentence: Sentence | None  #: why it failed, or what it waits for
    outcome: RunOutcome
    needs_person: bool = False  #: it waits until a person has mended something
    is_noted: bool = True  #: in the run history


def finish(work: UnitOfWork, stage: Stage, claim: Claim, outcome: Outcome, report: RunReport) -> Finished | None:
    """Write the end of a run, record it, free its slot and wake admission.

    Returns:
        None when the lease was lost: nothing was written, and the outcome's effect did not happen.
    """
    evidence = evidence_of(claim, outcome, report.progress)
    if evidence is Evidence.FAILS and not claim.is_trial and is_failing(work, claim.site_key):
        # Begun before its site was closed: it waits like all the others.
        outcome, evidence = PutBack(StopReason.SITE_FAILING), Evidence.NOTHING
    ending, row = _write(work, stage, claim, outcome, report)
    if row is None:
        return None
    if (effect := _effect_of(outcome, ending)) is not None:
        effect(work)
    if row.is_tombstone or ending.transition is FAILED:
        apply_consequences(work, stage, [claim.id])
    if ending.transition is not COMPLETED:
        announce_waits(work, stage, [claim.id])
    _record_evidence(work, stage, claim, evidence, has_failed=row.has_failed)
    work.changed(stage.topic, claim.id)
    for name in (stage.name, *stage.dependants):
        work.wake(name)
    record = record_of(outcome, ending)
    return Finished(ending.status, ending.sentence, record.outcome, ending.needs_person, record.is_noted)


def _effect_of(outcome: Outcome, ending: Ending) -> Effect | None:
    """Return what the work itself has to write, unless it was cancelled at the last moment."""
    match outcome:
        case Done() if ending.transition is COMPLETED:
            return outcome.effect
        case Rescheduled():
            return outcome.effect
    return None


def _write(
    work: UnitOfWork, stage: Stage, claim: Claim, outcome: Outcome, report: RunReport
) -> tuple[Ending, Row[Any] | None]:
    """Write what the end of a run makes of its row; return that, and the row unless the lease was lost.

    It is decided by the request to stop that the run knows of, and written only if the row has no other; else it is
    decided anew.
    """
    known = outcome.reason if isinstance(outcome, PutBack) else None
    asked: StopReason | None = known if known in (StopReason.PAUSE, StopReason.CANCEL) else None
    while True:
        ending = ending_of(claim, outcome, report.progress, asked=asked)
        record = record_of(outcome, ending)
        row = work.execute(
            _END_RUN[ending.transition.name][stage.name],
            {
                "delay": ending.delay,
                "attempts": ending.attempts,
                "setbacks": ending.setbacks,
                "progress": report.progress,
                "error": text_of(ending.error),
                "error_message": json_of(ending.error),
                "wait_reason": text_of(ending.wait_reason),
                "wait_message": json_of(ending.wait_reason),
                "needs_person": ending.needs_person,
                "id": claim.id,
                "token": claim.token,
                "asked": None if asked is None else asked.value,
                "outcome": record.outcome.value if record.is_noted else None,
                "may_repeat": record.may_repeat and report.progress <= claim.best_progress,
                "reason": text_of(record.said),
                "message": json_of(record.said),
                "attempt": claim.attempts,
                "bytes": report.received,
                "host": report.worker.host,
                "worker": report.worker.id,
            },
        ).one_or_none()
        if row is not None:
            return ending, row
        held = work.execute(_READ_ASKED[stage.name], {"id": claim.id, "token": claim.token}).one_or_none()
        if held is None:
            return ending, None
        asked = None if held.asked is None else StopReason(held.asked)


def finish_batch(work: UnitOfWork, stage: Stage, claims: Sequence[Claim]) -> set[int]:
    """Complete these rows, free their slots and wake admission; return the ids of those that were completed.

    Left out are those whose lease was lost, and those that somebody asked to stop: they end one by one.
    """
    done = set(
        work.execute(
            _COMPLETE_BATCH[stage.name],
            {"ids": [claim.id for claim in claims], "tokens": [claim.token for claim in claims]},
        ).scalars()
    )
    for row_id in done:
        work.changed(stage.topic, row_id)
    work.wake(stage.name)
    return done


def open_site(work: UnitOfWork, key: str) -> None:
    """Record that a site works, and wake admission for its rows."""
    record_success(work, key)
    for name in STAGES:
        work.wake(name)


def _record_evidence(work: UnitOfWork, stage: Stage, claim: Claim, evidence: Evidence, *, has_failed: bool) -> None:
    """Record whether the site of a run works; where it always did, nothing is written."""
    if evidence is Evidence.FAILS:
        record_failure(work, claim.site_key, f"{stage.name} {claim.id}", is_trial=claim.is_trial)
    elif evidence is Evidence.WORKS and has_failed:
        open_site(work, claim.site_key)
    elif claim.is_trial:
        end_trial(work, claim.site_key)


def apply_consequences(work: UnitOfWork, stage: Stage, ids: list[int]) -> None:
    """Delete tombstones and fail dependent rows, in the transaction that ends the runs of these rows."""
    for statement in filter(None, (stage.delete_tombstones, stage.fail_dependents)):
        work.execute(sql(statement), {"ids": ids})


def announce_waits(work: UnitOfWork, stage: Stage, ids: list[int]) -> None:
    """Announce the queue items that wait for these rows, as what they wait for has changed."""
    if stage.waiting and ids:
        for item_id in work.execute(sql(stage.waiting), {"ids": ids}).scalars():
            work.changed(DOWNLOADS.topic, item_id)
