"""Who else is connected to a database."""

from __future__ import annotations

from typing import Any

import psycopg

_OTHERS = """
    SELECT EXISTS (
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'ohdio%' AND pid <> pg_backend_pid()
    )
"""


def is_in_use(connection: psycopg.Connection[tuple[Any, ...]]) -> bool:
    """Return whether processes of ohdio are connected to the database, besides this connection."""
    return connection.execute(_OTHERS).fetchone() == (True,)
