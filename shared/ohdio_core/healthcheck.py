"""Whether the worker in this container is alive: its heartbeat is in the database, and fresh.

``python -m ohdio_core.healthcheck`` ends with code 0 or 1. A process that hangs, or has lost the
database, does not beat, so this asks what matters instead of whether a process exists.
"""

from __future__ import annotations

import os
import socket
import sys

import psycopg

from ohdio_core.password_file import UnusablePasswordFile, with_password_of_file
from ohdio_core.reasons import reason_of

_FRESH = "SELECT EXISTS (SELECT FROM workers WHERE host = %s AND beat_at > clock_timestamp() - interval '15 seconds')"


def main() -> None:
    """Exit with 0 when a worker on this host has a fresh heartbeat, else with 1."""
    try:
        with psycopg.connect(_database_url(), connect_timeout=5) as connection:
            row = connection.execute(_FRESH, (socket.gethostname(),)).fetchone()
    except psycopg.Error as error:
        sys.exit(f"The database does not answer: {reason_of(error)}")
    if row is None or not row[0]:
        sys.exit("No worker on this host has been heard for 15 seconds.")


def _database_url() -> str:
    # Without the settings classes, whose libraries take most of a second: this runs again and again in every container.
    try:
        url = with_password_of_file(os.environ, "DATABASE_URL", "DATABASE_PASSWORD_FILE").get("DATABASE_URL", "")
    except UnusablePasswordFile as error:
        sys.exit(str(error))
    if not url:
        sys.exit("DATABASE_URL is not set.")
    # The name of the driver, which settings may carry, is SQLAlchemy's.
    return str(url).replace("+psycopg", "", 1)


if __name__ == "__main__":
    main()
