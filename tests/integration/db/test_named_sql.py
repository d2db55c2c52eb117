"""Every statement that has a name, as PostgreSQL reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.sql.selectable import TextualSelect

from ohdio_core.db.sql import Statement
from tests.architecture.source_tree import statement_files

#: What psycopg remembers the parameters of; a longer statement is parsed anew at every call.
LONGEST = 4096


def module_of(file: Path) -> str:
    """Return the name of the module that a file of statements lies beside."""
    package = next(place for place, part in enumerate(file.parts) if part.startswith("ohdio_"))
    return ".".join([*file.parts[package:-1], file.stem])


def _found(value: object) -> Iterator[Statement]:
    if isinstance(value, Statement):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _found(each)


def statements_of(file: Path) -> list[Statement]:
    """Return the statements that a module has made when it was imported."""
    return [statement for value in vars(import_module(module_of(file))).values() for statement in _found(value)]


def columns_returned(connection: psycopg.Connection[Any], text: str) -> list[str]:
    """Return the columns that PostgreSQL says a statement with numbered parameters returns."""
    prepared = connection.pgconn.prepare(b"", text.encode())
    assert prepared.status == psycopg.pq.ExecStatus.COMMAND_OK, f"{prepared.error_message.decode()}\n{text}"
    described = connection.pgconn.describe_prepared(b"")
    return [(described.fname(place) or b"").decode() for place in range(described.nfields)]


def numbered(text: str) -> str:
    """Return a statement of psycopg's with its parameters as PostgreSQL has them: ``$1``, ``$2`` …"""
    names: dict[str, int] = {}
    return re.sub(r"%\((\w+)\)s", lambda found: f"${names.setdefault(found[1], len(names) + 1)}", text).replace(
        "%%", "%"
    )


def test_postgresql_takes_every_statement_and_returns_what_its_header_says(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        for file in statement_files():
            for statement in statements_of(file):
                text = str(statement.compile(dialect=PGDialect_psycopg()))  # type: ignore[no-untyped-call]
                assert len(text) < LONGEST, text
                columns = columns_returned(connection, numbered(text))
                if isinstance(statement, TextualSelect):
                    assert [column.name for column in statement.selected_columns] == columns, text
