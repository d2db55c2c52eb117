"""Keeps the settings of a process as the database has them."""

from __future__ import annotations

import threading

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ohdio_core.db.notify import Changes, Listener
from ohdio_core.db.session import Database
from ohdio_core.live_settings.now import SettingsNow
from ohdio_core.live_settings.stored import SETTINGS, read_stored
from ohdio_core.settings import Group

log = structlog.get_logger(__name__)

_AFTER_FAILURE = 1.0  # seconds until the database is asked again


class SettingsFollower:
    """Reads what is stored at the start, at each change that is announced, and after each lost connection.

    Args:
        database_url: For the connection that listens.
        settings: Are kept up to date.
    """

    def __init__(self, database: Database, database_url: str, settings: SettingsNow[Group]) -> None:
        self._database = database
        self._settings = settings
        self._listener = Listener(database_url, self._hear, self._read)
        self._is_ending = threading.Event()

    def start(self) -> None:
        """Begin to follow; what is stored by now counts already, if the database answers."""
        try:
            self._settings.take(read_stored(self._database))
        except SQLAlchemyError:
            log.warning("stored settings cannot be read yet")  # they are once the listener has a connection
        self._listener.start()

    def end(self) -> None:
        """Stop following."""
        self._is_ending.set()
        self._listener.end()

    def _hear(self, changes: Changes) -> None:
        if SETTINGS.name in changes.ids:
            self._read()

    def _read(self) -> None:
        """Read what is stored, until that works: nothing else would announce this change again."""
        while not self._is_ending.is_set():
            try:
                self._settings.take(read_stored(self._database))
            except SQLAlchemyError as error:
                log.warning("stored settings could not be read", error=str(error).splitlines()[0])
                self._is_ending.wait(_AFTER_FAILURE)
            else:
                return
