"""Whether anything was changed: every row of the database, and every file of the library."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.fixtures.api import Api

#: What changes by itself while nobody orders anything.
_BY_ITSELF = frozenset({"alembic_version", "workers", "turns", "hosts", "spans"})


@contextmanager
def nothing_changed(api: Api) -> Iterator[None]:
    """Check that the block has changed nothing."""
    before = _state(api)
    yield
    assert _state(api) == before


def _state(api: Api) -> dict[str, object]:
    tables = [
        row.name
        for row in api.engine.rows("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
        if row.name not in _BY_ITSELF
    ]
    rows = " UNION ALL ".join(
        f"SELECT '{table}' AS name, md5(string_agg(each::text, ';' ORDER BY each::text)) AS digest FROM {table} each"
        for table in tables
    )
    digests: dict[str, object] = {row.name: row.digest for row in api.engine.rows(rows)}
    return digests | {"files": sorted(_files(api.library_dir))}


def _files(folder: Path) -> Iterator[tuple[str, int]]:
    return ((str(path), path.lstat().st_size) for path in folder.rglob("*"))
