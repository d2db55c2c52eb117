"""Events for whoever watches: NOTIFY with ids only, coalesced, and a listener that survives outages.

An event says that a row changed, never how: a watcher reads it. After a lost connection the
listener reports a gap, and the watcher reads everything anew.
"""

from __future__ import annotations

import json
import selectors
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import psycopg
import structlog
from sqlalchemy.engine import make_url

from ohdio_core.db.session import connection_arguments

log = structlog.get_logger(__name__)

CHANNEL = "ohdio_changes"
_INTERVAL = 0.5
_MOST_IDS = 300  # a payload must stay below PostgreSQL's 8,000 bytes


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows that changed, by topic; None as ids means: read everything of that topic anew."""

    ids: dict[str, frozenset[int] | None]


def encode(changes: Iterable[tuple[str, int]]) -> str:
    """Put changes into a payload of less than 8,000 bytes."""
    by_topic: dict[str, list[int]] = {}
    for topic, row_id in sorted(changes):
        by_topic.setdefault(topic, []).append(row_id)
    too_many = sum(map(len, by_topic.values())) > _MOST_IDS
    return json.dumps({topic: None if too_many else ids for topic, ids in by_topic.items()}, separators=(",", ":"))


def decode(payload: str) -> Changes:
    """Read a payload made by ``encode``."""
    return Changes({topic: None if ids is None else frozenset(ids) for topic, ids in json.loads(payload).items()})


def _conninfo(database_url: str) -> str:
    return make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)


class Notifier:
    """Announces changes on a connection of its own, at most once per half second and process."""

    def __init__(self, database_url: str) -> None:
        self._url = _conninfo(database_url)
        self._pending: set[tuple[str, int]] = set()
        self._condition = threading.Condition()
        self._is_ending = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="notifier", daemon=True)

    def start(self) -> None:
        """Begin to announce."""
        self._thread.start()

    def end(self) -> None:
        """Announce what is left, and stop."""
        self._is_ending.set()
        with self._condition:
            self._condition.notify()
        self._thread.join(timeout=3)

    def announce(self, changes: Iterable[tuple[str, int]]) -> None:
        """Announce that rows changed. Returns at once."""
        with self._condition:
            self._pending.update(changes)
            self._condition.notify()

    def _loop(self) -> None:
        connection: psycopg.Connection | None = None
        is_last = False
        while not is_last:
            with self._condition:
                while not self._pending and not self._is_ending.is_set():
                    self._condition.wait()
                pending, self._pending = self._pending, set()
                is_last = self._is_ending.is_set()
            if pending:
                try:
                    if connection is None or connection.closed:
                        connection = psycopg.connect(
                            self._url,
                            autocommit=True,
                            **connection_arguments("ohdio-notifier"),  # type: ignore[arg-type] # libpq options are str or int
                        )
                    connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, encode(pending)))
                except psycopg.Error:
                    # Said by the next connection: only ours may have broken, and those who listen know of no gap then.
                    # A connection that was open may be all that broke, so the last changes get a new one.
                    is_last = is_last and connection is None
                    connection = None
                    with self._condition:
                        self._pending |= pending
            self._is_ending.wait(_INTERVAL)
        if connection is not None:
            connection.close()


class NotifyListener:
    """Hears changes, in a thread of its own.

    Args:
        on_changes: Called with each announcement.
        on_gap: Called whenever the listener has (re)connected: something may have been missed.
    """

    def __init__(self, database_url: str, on_changes: Callable[[Changes], None], on_gap: Callable[[], None]) -> None:
        self._url = _conninfo(database_url)
        self._on_changes = on_changes
        self._on_gap = on_gap
        self._is_ending = threading.Event()
        self._wake: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to listen."""
        self._wake, ending = socket.socketpair()
        self._thread = threading.Thread(target=self._loop, args=(ending,), name="listener", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop listening; harmless where it was never begun."""
        self._is_ending.set()
        if self._wake is not None and self._thread is not None:
            self._wake.close()
            self._thread.join(timeout=3)

    def _loop(self, ending: socket.socket) -> None:
        """Listen until the other end of this socket is closed."""
        with ending:
            while not self._is_ending.is_set():
                try:
                    self._listen(ending)
                except psycopg.Error:
                    self._is_ending.wait(1.0)

    def _listen(self, ending: socket.socket) -> None:
        """Hear changes on one connection.

        Raises:
            psycopg.Error: It broke.
        """
        with (
            selectors.DefaultSelector() as heard,
            psycopg.connect(
                self._url,
                autocommit=True,
                **connection_arguments("ohdio-listener"),  # type: ignore[arg-type] # libpq options are str or int
            ) as connection,
        ):
            for source in (connection, ending):
                heard.register(source, selectors.EVENT_READ)
            connection.execute(f"LISTEN {CHANNEL}")
            self._on_gap()
            while not self._is_ending.is_set():
                for notice in connection.notifies(timeout=0):
                    self._on_changes(decode(notice.payload))
                heard.select()
