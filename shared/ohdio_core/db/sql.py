"""Statements in SQL, parsed once."""

from __future__ import annotations

from functools import cache

from sqlalchemy import TextClause, column, text
from sqlalchemy.sql.selectable import TextualSelect


@cache
def sql(statement: str, *columns: str) -> TextClause | TextualSelect:
    """Return the same clause for the same text, so that SQLAlchemy's own caches recognise it by identity.

    Only for texts of which there are few: those of the engine, which differ by stage alone.

    Args:
        columns: What the statement returns, in order; where it runs often, this saves a tenth of its cost.
    """
    clause = text(statement)
    return clause.columns(*map(column, columns)) if columns else clause
