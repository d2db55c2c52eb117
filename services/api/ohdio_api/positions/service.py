"""How far listeners are in books: a position that another device has changed meanwhile is never overwritten."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from ohdio_api.audiobooks.service import missing_book
from ohdio_api.listeners.service import missing_listener
from ohdio_core.db.models import Audiobook
from ohdio_core.db.session import Database
from ohdio_core.db.shelf_models import ListenerProfile, Position
from ohdio_core.db.sql import sql
from ohdio_core.domain.listening import ENDING
from ohdio_core.schemas.listening import PositionOrder, PositionView

_UNKNOWN = PositionView(seconds=0.0, revision=0, updated_at=None)
#: Where nothing is stored, whatever revision the sender knows counts: a database may have been restored.
_SAVE = sql(
    """
    INSERT INTO positions AS stored (listener_id, source, external_id, seconds, revision)
    VALUES (:listener_id, :source, :external_id, :seconds, :revision + 1)
    ON CONFLICT (listener_id, source, external_id) DO UPDATE
    SET seconds = excluded.seconds, revision = excluded.revision, updated_at = now()
    WHERE stored.revision = :revision
    RETURNING seconds, revision, updated_at
    """
)

_BEGUN = sql(
    """
    SELECT book.id, position.seconds
    FROM positions AS position JOIN audiobooks AS book USING (source, external_id)
    WHERE listener_id = :listener_id AND library_path IS NOT NULL AND seconds > 0
      AND seconds < coalesce(duration_seconds, 'Infinity') - :ending
    ORDER BY position.updated_at DESC LIMIT :most
    """
)


_HEARD = sql(
    """
    SELECT book.id, position.seconds
    FROM audiobooks AS book JOIN positions AS position USING (source, external_id)
    WHERE book.id = ANY(:ids) AND listener_id = :listener_id AND seconds > 0
    """
)


class StalePosition(Exception):
    """Another position was saved since the one that the sender knows.

    Args:
        stored: It.
    """

    def __init__(self, stored: PositionView) -> None:
        self.stored = stored
        super().__init__(f"revision {stored.revision}")


class PositionService:
    """Positions in books, by the names under which books are known: they outlive the rows of these."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def get(self, audiobook_id: int, listener_id: int) -> PositionView:
        """Read how far a listener is; at the beginning, with revision 0, where nothing was saved.

        Raises:
            Refusal: There is no such book or listener.
        """
        with self.database.reading() as session:
            return _read(session, _names_of(session, audiobook_id, listener_id), listener_id)

    def begun(self, listener_id: int, most: int) -> list[tuple[int, float]]:
        """Return the books of the library that a listener has begun and not ended, the last one first.

        Returns:
            Their ids, with the seconds that are heard of each; at most ``most``.
        """
        with self.database.statement() as work:
            rows = work.execute(_BEGUN, {"listener_id": listener_id, "most": most, "ending": ENDING})
            return [(row.id, row.seconds) for row in rows]

    def heard(self, listener_id: int, ids: Sequence[int]) -> dict[int, float]:
        """Return how many seconds a listener has heard of those of these books that are begun."""
        with self.database.statement() as work:
            rows = work.execute(_HEARD, {"listener_id": listener_id, "ids": list(ids)})
            return {row.id: row.seconds for row in rows}

    def save(self, audiobook_id: int, listener_id: int, order: PositionOrder) -> PositionView:
        """Save how far a listener is.

        Sent twice, as after an answer that was lost, it is saved once.

        Raises:
            StalePosition: Another was saved meanwhile, which stays.
            Refusal: There is no such book or listener.
        """
        with self.database.unit_of_work() as work:
            names = _names_of(work.session, audiobook_id, listener_id)
            saved = work.execute(
                _SAVE,
                {
                    "listener_id": listener_id,
                    "source": names.source,
                    "external_id": names.external_id,
                    "seconds": order.seconds,
                    "revision": order.revision,
                },
            ).one_or_none()
            if saved is not None:
                return PositionView(seconds=saved.seconds, revision=saved.revision, updated_at=saved.updated_at)
            stored = _read(work.session, names, listener_id)
        if (stored.seconds, stored.revision) == (order.seconds, order.revision + 1):
            return stored
        raise StalePosition(stored)


def _read(session: Session, names: Row[str, str], listener_id: int) -> PositionView:
    found = session.get(Position, (listener_id, names.source, names.external_id))
    if found is None:
        return _UNKNOWN
    return PositionView(seconds=found.seconds, revision=found.revision, updated_at=found.updated_at)


def _names_of(session: Session, audiobook_id: int, listener_id: int) -> Row[str, str]:
    if session.get(ListenerProfile, listener_id) is None:
        raise missing_listener(listener_id)
    names = session.execute(
        select(Audiobook.source, Audiobook.external_id).where(Audiobook.id == audiobook_id)
    ).one_or_none()
    if names is None:
        raise missing_book(audiobook_id)
    return names
