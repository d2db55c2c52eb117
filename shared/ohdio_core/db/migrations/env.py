"""How Alembic runs our migrations: one transaction each, one runner at a time, no long waits for locks."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, pool, text

from ohdio_core.db.models import Audiobook

# Several replicas may start at once; the second waits here and then finds nothing to do.
_MIGRATION_LOCK = 0x0_0D10

config = context.config
engine = create_engine(
    config.attributes["url"], poolclass=pool.NullPool, connect_args=config.attributes["connect_args"]
)

with engine.connect() as connection:
    connection.execute(text("SET statement_timeout = '0'"))
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _MIGRATION_LOCK})
    # Only now: whoever waits for another's migration waits as long as that takes.
    connection.execute(text("SET lock_timeout = '10s'"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Audiobook.metadata,
        transaction_per_migration=True,
        compare_server_default=False,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _MIGRATION_LOCK})
    connection.commit()
