"""How Alembic runs our migrations: one transaction each, one runner at a time, no long waits for locks.

On a connection that the caller gives (``migrations_within``) they are all part of the transaction that it is in.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine, pool, text

from ohdio_core.db.every_model import METADATA

# Several replicas may start at once; the second waits here and then finds nothing to do.
_MIGRATION_LOCK = 0x0_0D10

config = context.config


def migrate(connection: Connection) -> None:
    """Run what was asked for."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        transaction_per_migration=True,
        compare_server_default=False,
    )
    with context.begin_transaction():
        context.run_migrations()


def migrate_within(connection: Connection) -> None:
    """Run it in the transaction of a connection, which holds the lock from then on."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
    connection.execute(text("SET LOCAL lock_timeout = '10s'"))
    migrate(connection)


def migrate_alone() -> None:
    """Run it on a connection of its own."""
    engine = create_engine(
        config.attributes["url"], poolclass=pool.NullPool, connect_args=config.attributes["connect_args"]
    )
    with engine.connect() as connection:
        connection.execute(text("SET statement_timeout = '0'"))
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _MIGRATION_LOCK})
        # Only now: whoever waits for another's migration waits as long as that takes.
        connection.execute(text("SET lock_timeout = '10s'"))
        connection.commit()
        migrate(connection)
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _MIGRATION_LOCK})
        connection.commit()


if "connection" in config.attributes:
    migrate_within(config.attributes["connection"])
else:
    migrate_alone()
