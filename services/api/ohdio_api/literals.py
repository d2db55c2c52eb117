"""Values that are written into a statement, since it depends on them which index serves it best."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import ColumnElement, literal

Value = TypeVar("Value", int, str)


def as_literal(value: Value) -> ColumnElement[Value]:
    """Return a value that is written into the statement.

    Of a parameter PostgreSQL knows nothing once it plans a statement for all values: it takes a limit for a tenth of
    all rows, and a rare status for as frequent as any.
    """
    return literal(value, literal_execute=True)
