"""How many books are beside those that the library shows."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ohdio_core.db.converting_models import OrderedConversion, ReplacedForm
from ohdio_core.db.shelf_models import TrashedBook


class Aside(NamedTuple):
    """Numbers of books."""

    in_trash: int  #: what they were before they were converted counts, too
    conversions: int  #: to come, or that could not be


def count_aside(session: Session) -> Aside:
    """Count them all in one statement."""
    trashed, replaced, ordered = (
        select(func.count()).select_from(table).scalar_subquery()
        for table in (TrashedBook, ReplacedForm, OrderedConversion)
    )
    return Aside(*session.execute(select(trashed + replaced, ordered)).one())
