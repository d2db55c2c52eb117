"""The run log: one line where a run begins, one where it ends, with the same keys in every stage.

Keys: ``id`` (the row's), ``title``, ``link``, ``seconds`` (of this run), and what the stage has to count; ``error`` of
what failed, ``reason`` of what waits: the sentence that people see on the row, its id beside it as ``error_id`` or
``reason_id``. ``trace_id``, of the submission that it comes from, is bound to every line of a run.

A row that waits until a person has mended something is tried every half minute. That it waits is logged once, and its
next line follows when it goes on.
"""

from __future__ import annotations

import structlog

from ohdio_core.domain.queue import RunOutcome, WorkStatus
from ohdio_core.work.finish import Finished
from ohdio_core.work.run import Run
from ohdio_core.work.stages import Stage

log = structlog.get_logger(__name__)

#: What the log calls the end of a run after which the row has this status.
_WORDS = {WorkStatus.COMPLETED: "complete", WorkStatus.FAILED: "failed", WorkStatus.QUEUED: "waits"}


def log_begin(stage: Stage, run: Run) -> None:
    """Log that a run has begun, once it is known what it is about.

    A run of what waited for a person may only find that it waits on: it is logged once it moves, or ends otherwise.
    """
    if run.claim.waits_for_person:
        run.is_begin_held_back = True
        run.when_moved(lambda: _log_begin(stage, run))
    else:
        _log_begin(stage, run)


def log_end(stage: Stage, run: Run, finished: Finished) -> None:
    """Log that a run has ended, and how; nothing where it found that it still waits for a person, or nothing new."""
    is_still_waiting = run.claim.waits_for_person and finished.needs_person and not run.has_moved
    if is_still_waiting or not finished.is_noted:
        return
    if run.is_begin_held_back:
        _log_begin(stage, run)
    log_finished(stage, run.claim.id, finished, **run.facts, seconds=round(run.seconds(), 2))


def log_finished(stage: Stage, row_id: int, finished: Finished, **facts: object) -> None:
    """Log where a row is after a run: a warning where that has failed for good. Facts that are None are left out."""
    known = {name: fact for name, fact in facts.items() if fact is not None}
    # What comes round again is complete for now, though its row waits for the next time.
    is_complete = finished.outcome is RunOutcome.COMPLETED
    event = _event(stage.noun, "complete" if is_complete else _WORDS.get(finished.status, finished.status.value))
    sentence = finished.sentence
    if sentence is not None and finished.status is WorkStatus.FAILED:
        log.warning(event, id=row_id, error=sentence.text, error_id=sentence.id, **known)
    elif sentence is not None and finished.status is WorkStatus.QUEUED:
        log.info(event, id=row_id, reason=sentence.text, reason_id=sentence.id, **known)
    else:
        log.info(event, id=row_id, **known)


def _log_begin(stage: Stage, run: Run) -> None:
    run.is_begin_held_back = False
    log.info(_event(stage.noun, "begun"), id=run.claim.id, **run.facts)


def _event(noun: str, word: str) -> str:
    return f"{noun} {word}"
