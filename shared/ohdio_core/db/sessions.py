"""Who else is connected to a database."""

from __future__ import annotations

import time
from typing import Any

import psycopg

#: A server takes a moment to end the session of a client that has gone, and longer where it is busy.
_SECONDS_TO_END = 2.0
_INTERVAL = 0.05  # seconds between two looks

_OTHERS = """
    SELECT EXISTS (
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'ohdio%' AND pid <> pg_backend_pid()
    )
"""


def is_in_use(connection: psycopg.Connection[tuple[Any, ...]]) -> bool:
    """Return whether processes of ohdio are connected to the database, besides this connection.

    Those whose sessions end within two seconds are not.
    """
    until = time.monotonic() + _SECONDS_TO_END
    while (is_used := _is_another_there(connection)) and time.monotonic() < until:
        time.sleep(_INTERVAL)
    return is_used


def _is_another_there(connection: psycopg.Connection[tuple[Any, ...]]) -> bool:
    return connection.execute(_OTHERS).fetchone() == (True,)
