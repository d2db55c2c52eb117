"""What can go wrong with the embedded PostgreSQL."""

from __future__ import annotations

from ohdio_client.errors import CommandError


class PostgresUnavailable(CommandError):
    """It cannot be run; the sentence says why and what to do."""
