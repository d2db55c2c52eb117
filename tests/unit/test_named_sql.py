from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.dialects import postgresql

from ohdio_core.db.named_sql import InvalidStatement, NamedSql

_TWO = """-- name: first
-- Why there is a first: it takes a table,
-- and a value.
-- returns: id,
--     title
SELECT id, title
    -- 12:30 is no parameter.
    FROM {table} WHERE tags <> '{}' AND id = :id

-- name: second
-- Why there is a second.
DELETE FROM a
"""

Write = Callable[[str], NamedSql]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Returns the statements of a module of a package of its own, from the text of the file beside it."""
    package = tmp_path / "invented_package"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "invented_package", raising=False)

    def statements(text: str) -> NamedSql:
        (package / "shelves.sql").write_text(text, encoding="utf-8")
        return NamedSql("invented_package.shelves")

    return statements


def test_a_statement_is_what_follows_its_name_without_comments_and_indentation(write: Write) -> None:
    statement = write(_TWO).statement("first", table="books")
    assert str(statement) == "SELECT id, title\nFROM books WHERE tags <> '{}' AND id = :id"


def test_a_statement_has_the_columns_that_its_header_names_and_the_parameters_of_its_text(write: Write) -> None:
    statement = write(_TWO).statement("first", table="books")
    compiled = statement.compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]
    assert [column.name for column in statement.selected_columns] == ["id", "title"]  # type: ignore[union-attr]
    assert compiled.params == {"id": None}


def test_the_same_statement_is_one_object(write: Write) -> None:
    statements = write(_TWO)
    assert statements.statement("first", table="books") is statements.statement("first", table="books")
    assert statements.statement("first", table="books") is not statements.statement("first", table="scans")


@pytest.mark.parametrize("fragments", [{}, {"tables": "books"}, {"table": "books", "also": "more"}])
def test_other_fragments_than_a_statement_takes_are_refused(write: Write, fragments: dict[str, str]) -> None:
    with pytest.raises(InvalidStatement, match=r"first of invented_package\.shelves takes"):
        write(_TWO).statement("first", **fragments)


def test_a_statement_that_is_not_there_is_refused_by_name(write: Write) -> None:
    with pytest.raises(InvalidStatement, match=r"third of invented_package\.shelves is not in its file"):
        write(_TWO).text("third")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("-- name: a\n-- Why.\nSELECT 1\n-- name: a\n-- Why.\nSELECT 2\n", "a of .* is there twice"),
        ("-- name: a\nSELECT 1\n", "a of .* does not say why"),
        ("-- name: a\n-- returns: id\nSELECT 1 AS id\n", "a of .* does not say why"),
    ],
)
def test_a_file_with_two_of_one_name_or_one_without_a_sentence_is_refused(
    write: Write, text: str, problem: str
) -> None:
    with pytest.raises(InvalidStatement, match=problem):
        write(text)
