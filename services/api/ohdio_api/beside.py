"""How work stands that a downloader does beside the downloads: a conversion, a verification, an import."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select

from ohdio_core.db.converting_models import OrderedConversion
from ohdio_core.db.import_models import FolderImport
from ohdio_core.db.running_models import WorkerProcess
from ohdio_core.db.verifying_models import Verification
from ohdio_core.domain.beside_wait import explain_beside_wait
from ohdio_core.sentences import Sentence
from ohdio_core.work.stages import DOWNLOADS

_LIVES = timedelta(seconds=15)

#: Whether a downloader runs.
HAS_DOWNLOADER: ColumnElement[bool] = (
    select(WorkerProcess.id)
    .where(WorkerProcess.service == DOWNLOADS.service, WorkerProcess.beat_at > func.clock_timestamp() - _LIVES)
    .exists()
)

Beside = type[OrderedConversion] | type[Verification] | type[FolderImport]


def is_held(work: Beside) -> ColumnElement[bool]:
    """Return whether a process is at such work."""
    return and_(work.holder.is_not(None), work.lease_until > func.clock_timestamp())


def was_interrupted(work: Beside) -> ColumnElement[bool]:
    """Return whether the process that was at it has fallen silent, and nobody has taken it since."""
    return and_(work.holder.is_not(None), work.lease_until <= func.clock_timestamp())


def how_it_stands(work: Beside) -> Sequence[ColumnElement[bool]]:
    """Return the columns that ``wait_of`` reads."""
    return (
        is_held(work).label("is_held"),
        was_interrupted(work).label("was_interrupted"),
        HAS_DOWNLOADER.label("has_downloader"),
    )


def wait_of(row: Row[*tuple[Any, ...]], recorded: Sentence | None) -> Sentence | None:
    """Return why it does not go on; None where it does, or waits for its turn alone.

    Args:
        row: With the columns of ``how_it_stands``.
        recorded: What whoever was at it has said.
    """
    return explain_beside_wait(
        recorded,
        is_held=bool(row.is_held),
        is_interrupted=bool(row.was_interrupted),
        has_downloader=bool(row.has_downloader),
    )
