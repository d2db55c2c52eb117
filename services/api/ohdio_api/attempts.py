"""Reading what became of the runs of work."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from ohdio_core.db.running_models import PastRun
from ohdio_core.schemas.attempts import AttemptView, WorkStage
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.work.run_history import MOST_RUNS
from ohdio_core.work.stages import DOWNLOADS, METADATA, STAGES, Stage

#: The stages of work on a book.
OF_BOOKS = (METADATA, DOWNLOADS)


def read_attempts(session: Session, about_id: int, stages: Collection[Stage]) -> list[AttemptView]:
    """Read what became of the runs of a book or a scan, the newest first.

    Args:
        about_id: The audiobook's, or of a scan or a follow its own.
    """
    runs: list[PastRun] = []
    for stage in stages:
        newest = (
            select(PastRun)
            .where(PastRun.stage == stage.name, PastRun.about_id == about_id)
            .order_by(PastRun.id.desc())
            .limit(MOST_RUNS)
        )
        runs.extend(session.execute(newest).scalars())
    return [_view(run) for run in sorted(runs, key=lambda run: (run.began_at, run.id), reverse=True)]


def _view(run: PastRun) -> AttemptView:
    return AttemptView(
        stage=WorkStage(STAGES[run.stage].noun),
        outcome=run.outcome,
        reason=run.reason,
        message=SentenceView.stored(run.reason, run.message),
        began_at=run.began_at,
        ended_at=run.ended_at,
        seconds=round(run.seconds, 3),
        times=run.times,
        attempt=run.attempt,
        bytes=run.bytes,
        host=run.host,
        worker_id=run.worker_id,
    )
