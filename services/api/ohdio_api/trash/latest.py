"""Until when a list of the trash was seen, so that it is emptied of nothing that came later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session


def microseconds(trashed_at: InstrumentedAttribute[datetime]) -> ColumnElement[int]:
    """Return when something came into the trash, in microseconds since 1970, which lose nothing on their way."""
    return cast(func.extract("epoch", trashed_at) * 1_000_000, BigInteger)


def read_latest(session: Session, trashed_at: InstrumentedAttribute[datetime]) -> int:
    """Return when the last of a list came into the trash; 0 where it is empty."""
    return session.scalar(select(func.max(microseconds(trashed_at)))) or 0


def read_until(
    session: Session, key: InstrumentedAttribute[int], trashed_at: InstrumentedAttribute[datetime], until: int | None
) -> Sequence[int]:
    """Return the keys of a list, but for what came later than that, in their order."""
    query = select(key).order_by(key)
    if until is not None:
        query = query.where(until >= microseconds(trashed_at))
    return session.scalars(query).all()
