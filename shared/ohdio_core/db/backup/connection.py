"""The connections of backups, which may take as long as they need, and what they ask about a database."""

from __future__ import annotations

from typing import Any

import psycopg

from ohdio_core.db.session import connection_arguments

#: So that text means the same wherever it is read again.
_FORMS = "-c DateStyle=ISO -c IntervalStyle=postgres -c TimeZone=UTC -c bytea_output=hex -c client_encoding=UTF8"

Connection = psycopg.Connection[tuple[Any, ...]]


def connect(database_url: str) -> Connection:
    """Open a connection, without a transaction.

    Raises:
        psycopg.OperationalError: PostgreSQL does not answer, or lets nobody in so.
    """
    arguments: dict[str, Any] = {**connection_arguments("ohdio-backup"), "options": _FORMS}
    return psycopg.connect(database_url.replace("+psycopg://", "://", 1), autocommit=True, **arguments)
