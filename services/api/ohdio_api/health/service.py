"""Asking whether this process can do its work."""

from __future__ import annotations

from http import HTTPStatus

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError

from ohdio_api.problems import Refusal
from ohdio_core.db.session import Database
from ohdio_core.sentences import sentence


class HealthService:
    """Checks that what this process needs is there."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def is_ready(self) -> bool:
        """Return whether the database answers and has our tables."""
        try:
            self.require_ready()
        except (Refusal, SQLAlchemyError):
            return False
        return True

    def require_ready(self) -> None:
        """Make sure that the database answers and has our tables.

        Raises:
            Refusal: It has none.
            OperationalError: It does not answer.
        """
        try:
            with self.database.reading() as session:
                session.execute(text("SELECT FROM queue_control"))
        except ProgrammingError:
            raise Refusal(
                HTTPStatus.SERVICE_UNAVAILABLE,
                sentence(
                    "database.no_tables", "The database is without our tables: run python -m ohdio_core.migrate first."
                ),
                headers={"Retry-After": "2"},
            ) from None
