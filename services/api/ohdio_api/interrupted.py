"""Work that was interrupted: its worker fell silent, and no process lives that takes it back, or none has yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from ohdio_api.literals import as_literal
from ohdio_core.db.follow_models import Follow
from ohdio_core.db.models import Extraction, QueueItem, Scrape
from ohdio_core.domain.queue import WorkStatus

_MOST = 500
#: As indexes have it, with the value in it.
_PROCESSING: ColumnElement[str] = as_literal(WorkStatus.PROCESSING.value)

Stored = type[QueueItem] | type[Extraction] | type[Scrape] | type[Follow]


def is_interrupted(row: Stored) -> ColumnElement[bool]:
    """Return whether the lease of a row that is worked on has ended."""
    return and_(row.status == _PROCESSING, row.lease_until < func.clock_timestamp())


def find_interrupted(session: Session, row: Stored, among: Collection[int] | None = None) -> Sequence[int]:
    """Return the ids of the rows of a table whose work was interrupted.

    Args:
        among: Of these alone.
    """
    query = select(row.id).where(is_interrupted(row))
    return session.scalars((query if among is None else query.where(row.id.in_(among))).limit(_MOST)).all()
