"""Who listens: profiles without a password, so that each has positions of their own."""

from __future__ import annotations

from http import HTTPStatus

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ohdio_api.problems import Refusal
from ohdio_core.db.session import Database
from ohdio_core.db.shelf_models import ListenerProfile
from ohdio_core.db.sql import sql
from ohdio_core.schemas.listening import ListenerView, ListenerViews
from ohdio_core.sentences import sentence

FIRST = 1  #: the id of the listener that is there from the start

_FIND = sql("SELECT id FROM listeners WHERE name = :name")
#: Of two requests that come first, both get the one row.
_ADD = sql(
    "INSERT INTO listeners (name) VALUES (:name) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id"
)


class ListenerService:
    """The listeners."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def all(self) -> ListenerViews:
        """Read all of them, the first one first."""
        with self.database.reading() as session:
            rows = session.scalars(select(ListenerProfile).order_by(ListenerProfile.id))
            return ListenerViews(items=[ListenerView(id=row.id, name=row.name) for row in rows])

    def of(self, name: str | None) -> int:
        """Return the id of the listener of a name, who is added where there is none; the first one's without a name.

        Args:
            name: Of an account.
        """
        if name is None:
            return FIRST
        with self.database.statement() as work:
            known = work.execute(_FIND, {"name": name}).scalar()
            return int(known or work.execute(_ADD, {"name": name}).scalar_one())

    def add(self, name: str) -> ListenerView:
        """Add one.

        Raises:
            Refusal: There is one of this name.
        """
        listener = ListenerProfile(name=name)
        try:
            with self.database.unit_of_work() as work:
                work.session.add(listener)
                work.session.flush()
                return ListenerView(id=listener.id, name=name)
        except IntegrityError as error:
            raise _taken(name) from error

    def rename(self, listener_id: int, name: str) -> ListenerView:
        """Call one otherwise.

        Raises:
            Refusal: There is none of this id, or another of this name.
        """
        try:
            with self.database.unit_of_work() as work:
                listener = work.session.get(ListenerProfile, listener_id)
                if listener is None:
                    raise missing_listener(listener_id)
                listener.name = name
        except IntegrityError as error:
            raise _taken(name) from error
        return ListenerView(id=listener_id, name=name)

    def delete(self, listener_id: int) -> None:
        """Delete one, with all of its positions.

        Raises:
            Refusal: There is none of this id, or it is the first one.
        """
        if listener_id == FIRST:
            raise Refusal(
                HTTPStatus.CONFLICT,
                sentence("listener.first", "The first listener stays: whoever names none is taken for that one."),
            )
        with self.database.unit_of_work() as work:
            listener = work.session.get(ListenerProfile, listener_id)
            if listener is None:
                raise missing_listener(listener_id)
            work.session.delete(listener)


def missing_listener(listener_id: int) -> Refusal:
    """Return the refusal for a listener that there is none of."""
    return Refusal(
        HTTPStatus.NOT_FOUND,
        sentence("listener.none", "There is no listener {id}; it may have been deleted.", id=listener_id),
    )


def _taken(name: str) -> Refusal:
    return Refusal(
        HTTPStatus.CONFLICT, sentence("listener.name_taken", "There is a listener called {name} already.", name=name)
    )
