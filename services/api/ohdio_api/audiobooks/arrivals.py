"""The books that were filed last."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ohdio_core.db.named_sql import NamedSql

_FIND = NamedSql(__name__).statement("find_arrivals")
_LOOKED_AT = 400  # runs of the last day: what comes after many others is no news


def find_arrivals(session: Session, most: int) -> list[int]:
    """Return the ids of the books that were filed within a day, the last one first, at most ``most``."""
    return list(session.execute(_FIND, {"most": most, "runs": _LOOKED_AT}).scalars())
