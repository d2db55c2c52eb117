"""Reading what people have ordered."""

from __future__ import annotations

from sqlalchemy import select

from ohdio_core.db.account_models import PastAct
from ohdio_core.db.session import Database
from ohdio_core.schemas.history import ActView, History


class HistoryService:
    """Knows who ordered what."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def page(self, *, before: int | None, limit: int) -> History:
        """Return what was ordered, the last first.

        Args:
            before: The id of an act; only earlier ones.
        """
        query = select(PastAct).order_by(PastAct.id.desc()).limit(limit + 1)
        if before is not None:
            query = query.where(PastAct.id < before)
        with self.database.reading() as session:
            rows = [_view(row) for row in session.scalars(query)]
        return History(items=rows[:limit], next=rows[limit - 1].id if len(rows) > limit else None)

    def of_book(self, audiobook_id: int, most: int) -> list[ActView]:
        """Return what was ordered of a book, the last first."""
        query = select(PastAct).where(PastAct.audiobook_id == audiobook_id).order_by(PastAct.id.desc()).limit(most)
        with self.database.reading() as session:
            return [_view(row) for row in session.scalars(query)]


def _view(row: PastAct) -> ActView:
    return ActView.model_validate(row, from_attributes=True)
