"""Which revision of the schema a database has, and which one this version needs: asked at every start.

Alembic would say it, too, but to import it takes as long as everything else that a start does with the database.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import psycopg

VERSIONS = Path(__file__).parent / "migrations" / "versions"

_REVISION = re.compile(r'^revision = "(\w+)"$', re.MULTILINE)
_DOWN_REVISION = re.compile(r'^down_revision = "(\w+)"$', re.MULTILINE)


def known_revisions() -> frozenset[str]:
    """Return the revisions of all migrations."""
    return _named(_REVISION, _sources())


def newest_revision() -> str:
    """Return the revision that no other one is built upon."""
    sources = _sources()
    (newest,) = _named(_REVISION, sources) - _named(_DOWN_REVISION, sources)
    return newest


def _sources() -> list[str]:
    return [path.read_text(encoding="utf-8") for path in VERSIONS.glob("*.py")]


def _named(pattern: re.Pattern[str], sources: list[str]) -> frozenset[str]:
    return frozenset(found[1] for source in sources if (found := pattern.search(source)))


def is_current(database_url: str) -> bool:
    """Return whether a database has this version's schema.

    Args:
        database_url: PostgreSQL, with or without the name of a driver.

    Raises:
        psycopg.OperationalError: It cannot be reached.
    """
    with psycopg.connect(database_url.replace("+psycopg://", "://", 1), connect_timeout=5) as connection:
        return current_revision(connection) == newest_revision()


def current_revision(connection: psycopg.Connection[tuple[Any, ...]]) -> str | None:
    """Return the revision of a database; None where it has no tables of ours."""
    if connection.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,):
        return None
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if found is None else str(found[0])
