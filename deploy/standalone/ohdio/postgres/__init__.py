"""PostgreSQL as a part of the product: its binaries come as a wheel, its data lie in the data directory."""

from __future__ import annotations

from ohdio.postgres.embedded import EmbeddedPostgres
from ohdio.postgres.errors import PostgresUnavailable

__all__ = ["EmbeddedPostgres", "PostgresUnavailable"]
