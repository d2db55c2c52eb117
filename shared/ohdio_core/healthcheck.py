"""Whether the worker in this container is alive: its heartbeat is in the database, and fresh.

``python -m ohdio_core.healthcheck`` ends with code 0 or 1. A process that hangs, or has lost the
database, does not beat, so this asks what matters instead of whether a process exists.
"""

from __future__ import annotations

import socket
import sys

import psycopg
from sqlalchemy.engine import make_url

from ohdio_core.reasons import reason_of
from ohdio_core.settings import DatabaseSettings, settings_or_exit

_FRESH = "SELECT EXISTS (SELECT FROM workers WHERE host = %s AND beat_at > clock_timestamp() - interval '15 seconds')"


def main() -> None:
    """Exit with 0 when a worker on this host has a fresh heartbeat, else with 1."""
    settings = settings_or_exit(DatabaseSettings)
    url = make_url(settings.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row = connection.execute(_FRESH, (socket.gethostname(),)).fetchone()
    except psycopg.Error as error:
        sys.exit(f"The database does not answer: {reason_of(error)}")
    if row is None or not row[0]:
        sys.exit("No worker on this host has been heard for 15 seconds.")


if __name__ == "__main__":
    main()
