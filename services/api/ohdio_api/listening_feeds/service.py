"""Making listening feeds, listing and revoking them."""

from __future__ import annotations

import hashlib
import secrets
from http import HTTPStatus
from typing import Any

from sqlalchemy import Row

from ohdio_api.authentication import Caller
from ohdio_api.listeners.service import ListenerService
from ohdio_api.problems import Refusal
from ohdio_core.collection.acts import note
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.domain.act import Act
from ohdio_core.domain.feed_scope import FeedScope
from ohdio_core.domain.role import Role
from ohdio_core.schemas.body import MAX_ID
from ohdio_core.schemas.listening import ListenerView
from ohdio_core.schemas.listening_feeds import FeedOrder, FeedView, MadeFeed
from ohdio_core.sentences import sentence

_SQL = NamedSql(__name__)
_TITLES = {
    FeedScope.AUTHOR: _SQL.statement("title_of_author"),
    FeedScope.SERIES: _SQL.statement("title_of_series"),
    FeedScope.BOOK: _SQL.statement("title_of_book"),
    FeedScope.FOLLOW: _SQL.statement("title_of_follow"),
}
_BY_ID = frozenset({FeedScope.BOOK, FeedScope.FOLLOW})
_ADD = _SQL.statement("add")
_LIST = _SQL.statement("list_feeds")
_REVOKE = _SQL.statement("revoke")
_FORGET = _SQL.statement("forget")

_MOST = 100  # of one listener
_MOST_REVOKED = 1_000  # of this installation
_SECRET_BYTES = 24


class FeedService:
    """The listening feeds. A listener has, sees and revokes their own; a manager everybody's."""

    def __init__(self, database: Database, listeners: ListenerService) -> None:
        self.database = database
        self._listeners = listeners

    def all(self, caller: Caller) -> list[FeedView]:
        """Return the feeds that whoever asks may revoke, the newest first."""
        with self.database.statement() as work:
            rows = work.execute(_LIST, {"listener_id": self._own(caller)}).all()
        return [FeedView(**_fields(row)) for row in rows]

    def make(self, order: FeedOrder, caller: Caller, base: str) -> MadeFeed:
        """Make a feed, and return it with its address: only a hash of what is secret in that is kept.

        Args:
            base: The address by which whoever asks reaches this API.

        Raises:
            Refusal: The library has nothing of it, the listener may not know of it or has too many.
        """
        if order.scope is FeedScope.FOLLOW and caller.role is Role.LISTENER:
            raise Refusal(
                HTTPStatus.FORBIDDEN,
                sentence("listening_feed.of_managers", "What is followed is known to managers alone."),
            )
        listener_id = self._listeners.of(caller.name)
        value = None if order.scope is FeedScope.LIBRARY else (order.about or "")
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        with self.database.unit_of_work() as work:
            title = None if value is None else _title(work, order.scope, value)
            added = work.execute(
                _ADD,
                {
                    "key": key_of(secret),
                    "listener_id": listener_id,
                    "scope": order.scope,
                    "value": value,
                    "title": title,
                    "most": _MOST,
                },
            ).one_or_none()
            if added is None:
                raise Refusal(
                    HTTPStatus.CONFLICT,
                    sentence(
                        "listening_feed.too_many",
                        "There are {most} listening feeds already; revoke those that no app uses any more.",
                        most=_MOST,
                    ),
                )
            note(work, Act.FEED_MADE, title)
        (made,) = (each for each in self.all(caller) if each.id == added.id)
        root = f"{base}/podcast/{secret}"
        return MadeFeed(**dict(made), address=f"{root}/feed.xml", catalogue=f"{root}/catalogue.xml")

    def revoke(self, feed_id: int, caller: Caller) -> None:
        """Revoke a feed: from now on its address opens nothing.

        Raises:
            Refusal: There is none, or it is another listener's.
        """
        with self.database.unit_of_work() as work:
            title = work.execute(_REVOKE, {"id": feed_id, "listener_id": self._own(caller)}).scalar()
            if title is None:
                raise Refusal(
                    HTTPStatus.NOT_FOUND,
                    sentence("listening_feed.none", "There is no listening feed {id} (any more).", id=feed_id),
                )
            note(work, Act.FEED_REVOKED, title or None)
            work.execute(_FORGET, {"most": _MOST_REVOKED})

    def _own(self, caller: Caller) -> int | None:
        """Return the listener whose feeds alone concern whoever asks; None where all do."""
        return None if caller.role is Role.MANAGER else self._listeners.of(caller.name)


def _title(work: UnitOfWork, scope: FeedScope, value: str) -> str:
    """Return what a part of the library is called.

    Raises:
        Refusal: The library has nothing of it.
    """
    is_possible = scope not in _BY_ID or (value.isascii() and value.isdecimal() and int(value) <= MAX_ID)
    title = work.execute(_TITLES[scope], {"value": value}).scalar() if is_possible else None
    if title is None:
        raise Refusal(
            HTTPStatus.NOT_FOUND,
            sentence("listening_feed.of_nothing", "There is nothing of this in the library to hear."),
        )
    return str(title)


def key_of(secret: str) -> str:
    """Return what the database keeps of a secret; it has too many bits to be guessed from that."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _fields(row: Row[Any]) -> dict[str, Any]:
    fields = row._asdict()
    return {**fields, "listener": ListenerView(id=fields.pop("listener_id"), name=fields.pop("listener"))}
