"""The settings that people have changed, as the database keeps them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.db.topics import register
from ohdio_core.live_settings.setting import Json

SETTINGS = register("settings")  #: whichever: who hears of one reads them all


def read_stored(database: Database) -> Mapping[str, Json]:
    """Return the values by the settings' names."""
    with database.statement() as work:
        rows = work.execute(sql("SELECT name, value FROM settings"))
        return {row.name: row.value for row in rows}


def store(work: UnitOfWork, name: str, value: Json) -> None:
    """Keep a value that was checked; every process hears of it after the commit."""
    work.execute(
        sql(
            """
            INSERT INTO settings (name, value) VALUES (:name, CAST(:value AS jsonb))
            ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = now()
            """
        ),
        {"name": name, "value": json.dumps(value)},
    )
    work.changed(SETTINGS)


def forget(work: UnitOfWork, name: str) -> None:
    """Return a setting to its default, as far as the database is concerned."""
    work.execute(sql("DELETE FROM settings WHERE name = :name"), {"name": name})
    work.changed(SETTINGS)
