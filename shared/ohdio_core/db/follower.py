"""Keeps what a process knows of one topic as the database has it."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ohdio_core.db.notify import Changes, NotifyListener
from ohdio_core.db.topics import Topic

log = structlog.get_logger(__name__)

_AFTER_FAILURE = 1.0  # seconds until the database is asked again


class Follower:
    """Reads at the start, at each change that is announced, and after each lost connection.

    Args:
        database_url: For the connection that listens.
        topic: Whose changes count.
        read: Reads all of it; may raise ``SQLAlchemyError``, and is then called again.
    """

    def __init__(self, database_url: str, topic: Topic, read: Callable[[], None]) -> None:
        self._topic = topic
        self._read_once = read
        self._listener = NotifyListener(database_url, self._hear, self._read)
        self._is_ending = threading.Event()

    def start(self) -> None:
        """Begin to follow; what is stored by now counts already, if the database answers."""
        try:
            self._read_once()
        except SQLAlchemyError:
            log.warning("cannot be read yet", topic=self._topic.name)  # can be once the listener has a connection
        self._listener.start()

    def end(self) -> None:
        """Stop following."""
        self._is_ending.set()
        self._listener.end()

    def _hear(self, changes: Changes) -> None:
        if self._topic.name in changes.ids:
            self._read()

    def _read(self) -> None:
        """Read, until that works: nothing else would announce this change again."""
        while not self._is_ending.is_set():
            try:
                self._read_once()
            except SQLAlchemyError as error:
                log.warning("could not be read", topic=self._topic.name, error=str(error).splitlines()[0])
                self._is_ending.wait(_AFTER_FAILURE)
            else:
                return
