"""Which tables a database has, in an order in which their rows can be written again."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import TopologicalSorter

from psycopg import sql

from ohdio_core.db.backup.archive import StoredTable
from ohdio_core.db.backup.connection import Connection

#: Written by the migrations, of processes that run now, and of browsers: who was signed out since stays so.
_LEFT_OUT = ["alembic_version", "workers", "sessions", "used_links"]

# Generated columns are left out: they are computed again.
_TABLES = """
    SELECT relname, array_agg(attname::text ORDER BY attnum), array_agg(attname::text) FILTER (WHERE attidentity <> '')
    FROM pg_class
    JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    WHERE relnamespace = current_schema()::text::regnamespace AND relkind = 'r' AND relname <> ALL (%s)
    GROUP BY relname
"""
_REFERENCES = """
    SELECT child.relname, parent.relname
    FROM pg_constraint
    JOIN pg_class AS child ON child.oid = conrelid
    JOIN pg_class AS parent ON parent.oid = confrelid
    WHERE contype = 'f' AND connamespace = current_schema()::text::regnamespace
"""


def stored_tables(connection: Connection) -> Iterator[StoredTable]:
    """Yield every table that a backup holds; none before one that it refers to."""
    found = {name: (columns, counted or ()) for name, columns, counted in connection.execute(_TABLES, [_LEFT_OUT])}
    graph: dict[str, set[str]] = {name: set() for name in sorted(found)}
    for child, parent in connection.execute(_REFERENCES):
        if child in graph:  # one that is left out refers to others, too
            graph[child].add(parent)
    for name in TopologicalSorter(graph).static_order():
        columns, counted = found[name]
        yield StoredTable(name, columns, {column: _next(connection, name, column) for column in counted})


def copy_statement(table: StoredTable, direction: str) -> sql.Composed:
    """Return the ``COPY`` of a table's columns.

    Args:
        direction: ``TO STDOUT`` or ``FROM STDIN``.
    """
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    return sql.SQL("COPY {} ({}) {}").format(sql.Identifier(table.table), columns, sql.SQL(direction))


def set_identities(connection: Connection, table: StoredTable) -> None:
    """Make new rows of a table continue its numbers, also those of rows that were deleted."""
    for column, number in table.identities.items():
        connection.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s, false)", [table.table, column, number])


def _next(connection: Connection, table: str, column: str) -> int:
    row = connection.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, column]).fetchone()
    assert row is not None
    state = sql.SQL("SELECT last_value + is_called::int FROM {}").format(sql.Identifier(*row[0].split(".")))
    found = connection.execute(state).fetchone()
    assert found is not None
    return int(found[0])
