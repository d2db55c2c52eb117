"""Asking whether this process can do its work."""

from __future__ import annotations

import time
from concurrent.futures import Future
from http import HTTPStatus
from threading import Lock, Thread

import structlog
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError

from ohdio_api.problems import DATABASE_AWAY, Refusal
from ohdio_core.away import log_failure
from ohdio_core.db.session import Database
from ohdio_core.sentences import Sentence, sentence

log = structlog.get_logger(__name__)

#: Seconds after which a database that says nothing is taken for one that is away. Whoever asks has a bound of its own,
#: of four seconds and more, and would learn nothing; a name that cannot be resolved may take ten.
_PATIENCE = 3.0
_NO_TABLES = sentence(
    "database.no_tables", "The database is without our tables: run python -m ohdio_core.migrate first."
)


class HealthService:
    """Checks that what this process needs is there.

    However many ask, the database is asked once at a time, so that one that is away keeps one thread waiting.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._lock = Lock()
        self._under_way: Future[None] | None = None

    def is_ready(self) -> bool:
        """Return whether the database answers and has our tables."""
        try:
            self.require_ready()
        except (Refusal, SQLAlchemyError):
            return False
        return True

    def require_ready(self) -> None:
        """Make sure that the database answers, within three seconds, and has our tables.

        Raises:
            Refusal: It has none, or has said nothing yet.
            OperationalError: It cannot be reached.
        """
        try:
            self._asked().result(_PATIENCE)
        except TimeoutError:
            raise _unready(DATABASE_AWAY) from None
        except ProgrammingError:
            raise _unready(_NO_TABLES) from None

    def _asked(self) -> Future[None]:
        with self._lock:
            if self._under_way is None or self._under_way.done():
                asked: Future[None] = Future()
                Thread(target=self._ask, args=(asked,), name="readiness", daemon=True).start()
                self._under_way = asked  # only now: nobody would answer one whose thread cannot begin
            return self._under_way

    def _ask(self, asked: Future[None]) -> None:
        begun = time.monotonic()
        try:
            with self.database.reading() as session:
                session.execute(text("SELECT FROM queue_control"))
        except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
            if time.monotonic() - begun > _PATIENCE:
                log_failure(log, "the database is out of reach", error)  # nobody waits for it any more
            asked.set_exception(error)
        else:
            asked.set_result(None)


def _unready(said: Sentence) -> Refusal:
    return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, said, headers={"Retry-After": "2"})
