"""Migrating a database to the newest schema, or back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from ohdio_core.db.revision import current_revision, known_revisions, newest_revision
from ohdio_core.db.session import connection_arguments, sqlalchemy_url
from ohdio_core.db.sessions import is_in_use
from ohdio_core.sentences import sentence
from ohdio_core.settings import InvalidSettings

_NONE = "base"  #: a database without tables of ours


@dataclass(frozen=True, slots=True)
class Migration:
    """From where to where a database goes."""

    since: str  #: a revision, or "base" without any tables
    to: str

    @property
    def is_back(self) -> bool:
        """Return whether it goes to an earlier revision, and loses what later ones have added."""
        return self.to != self.since and (self.to == _NONE or (self.since != _NONE and self.to < self.since))


class MigrationsWithin:
    """Migrates within a transaction; see ``migrations_within``."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def upgrade(self, revision: str = "head") -> None:
        """Migrate up to a revision."""
        command.upgrade(self._config, revision)

    def downgrade(self, revision: str) -> None:
        """Migrate down to a revision."""
        command.downgrade(self._config, revision)


@contextmanager
def migrations_within(connection: psycopg.Connection[tuple[Any, ...]]) -> Iterator[MigrationsWithin]:
    """Run the block in one transaction, which migrations are part of: all that it does happens, or nothing.

    Args:
        connection: One in autocommit mode, as it is again after the block.
    """
    config = _config()
    connection.autocommit = False
    try:
        engine = create_engine("postgresql+psycopg://", creator=lambda: connection, poolclass=StaticPool)
        with engine.begin() as config.attributes["connection"]:
            yield MigrationsWithin(config)
    finally:
        if not connection.closed:
            connection.autocommit = True


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _config_of(database_url: str) -> Config:
    config = _config()
    config.attributes["url"] = sqlalchemy_url(database_url)
    config.attributes["connect_args"] = {**connection_arguments("ohdio-migrate"), "options": ""}
    return config


def upgrade(database_url: str, revision: str = "head") -> None:
    """Migrate up to ``revision``; does nothing when the schema is there already."""
    command.upgrade(_config_of(database_url), revision)


def downgrade(database_url: str, revision: str) -> None:
    """Migrate down to ``revision`` ("base" empties the database)."""
    command.downgrade(_config_of(database_url), revision)


def migration_to(database_url: str, revision: str | None) -> Migration:
    """Return how a database gets to a revision.

    Args:
        revision: "base" is the one without any tables; None the newest.

    Raises:
        InvalidSettings: This version does not know the revision, or that of the database; or processes of ohdio use
            the database that it would go back from.
        psycopg.OperationalError: PostgreSQL does not answer.
    """
    newest = newest_revision()
    wanted = revision or newest
    with psycopg.connect(database_url.replace("+psycopg://", "://", 1), connect_timeout=5) as connection:
        since = current_revision(connection) or _NONE
        is_used = Migration(since, wanted).is_back and is_in_use(connection)
    known = {*known_revisions(), _NONE}
    if wanted not in known:
        raise InvalidSettings(
            sentence(
                "revision.unknown",
                "There is no revision {wanted}: there are {first} to {newest}, and {none}.",
                wanted=wanted,
                first=min(known),
                newest=newest,
                none=_NONE,
            )
        )
    if since not in known:
        raise InvalidSettings(
            sentence(
                "revision.of_another_version",
                "The database is at revision {since}, which this version does not know: install the version that made "
                "it, and go back with that.",
                since=since,
            )
        )
    migration = Migration(since, wanted)
    if migration.is_back and is_used:
        raise InvalidSettings(
            sentence("revision.in_use", "ohdio is running on this database: stop every service first, then go back.")
        )
    return migration


def run_migration(database_url: str, migration: Migration) -> None:
    """Migrate a database up or down."""
    if migration.is_back:
        downgrade(database_url, migration.to)
    else:
        upgrade(database_url, migration.to)


def check(database_url: str) -> None:
    """Fail when the models and the migrated schema differ.

    Raises:
        alembic.util.AutogenerateDiffsDetected: They differ.
    """
    command.check(_config_of(database_url))
