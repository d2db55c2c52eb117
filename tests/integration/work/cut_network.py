"""A network that is cut where it hurts most."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from ohdio_core.db.outbox import Outbox
from tests.fixtures.engine import Engine


class Network:
    """Cuts connections of the engine: before any statement or commit, or between a commit and its answer."""

    def __init__(self, engine: Engine, observer: Engine) -> None:
        self.statements_left: int | None = None
        self.loses_answer = False
        self._observer = observer
        self._deliver = engine.bus.deliver
        engine.database.deliver = self.deliver
        event.listen(engine.database.engine, "before_cursor_execute", lambda connection, *_: self._count(connection))
        event.listen(engine.database.engine, "commit", self._count)

    def heal(self) -> None:
        self.statements_left, self.loses_answer = None, False

    def _count(self, connection: Any) -> None:
        if self.statements_left is None:
            return
        self.statements_left -= 1
        if self.statements_left < 0:
            self.statements_left = None
            backend = connection.connection.dbapi_connection.info.backend_pid
            assert self._observer.value("SELECT pg_terminate_backend(:pid, 5000)", pid=backend)

    def deliver(self, outbox: Outbox) -> None:
        if self.loses_answer:
            self.loses_answer = False
            raise OperationalError("COMMIT", None, Exception("the answer was lost"))
        self._deliver(outbox)
