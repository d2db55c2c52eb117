"""What can go wrong with the embedded PostgreSQL."""

from __future__ import annotations


class PostgresUnavailable(Exception):
    """It cannot be run; the message says why and what to do."""
