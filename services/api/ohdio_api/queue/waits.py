"""How long due work waits, read so that a million rows do not make it slow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.work.fragments import for_each_stage

_SQL = NamedSql(__name__)
_OLDEST = for_each_stage(_SQL, "oldest")
_CLOSED_SITES = _SQL.statement("closed_sites")


@dataclass(frozen=True, slots=True)
class Waits:
    """How long due work waits, and for how many sites it does."""

    oldest: Mapping[str, float]  #: seconds, by stage; 0 where nothing waits
    closed_sites: int


def read_waits(session: Session) -> Waits:
    """Read them."""
    oldest = {stage: session.execute(query, {"stage": stage}).scalar_one() for stage, query in _OLDEST.items()}
    return Waits(oldest, session.execute(_CLOSED_SITES).scalar_one())
