"""Statements in SQL, parsed once."""

from __future__ import annotations

from functools import cache

from sqlalchemy import TextClause, column, text
from sqlalchemy.sql.selectable import TextualSelect

#: A statement that is parsed, and, where its columns are told, read without asking for them.
Statement = TextClause | TextualSelect


@cache
def sql(statement: str, *columns: str) -> Statement:
    """Return the same clause for the same text, so that SQLAlchemy's own caches recognise it by identity.

    Only for texts of which there are few: those of the engine, which differ by stage alone.

    Args:
        columns: What the statement returns, in order; where it runs often, this saves a tenth of its cost.
    """
    clause = text(_without_comments(statement))
    return clause.columns(*map(column, columns)) if columns else clause


def _without_comments(statement: str) -> str:
    """Return the statement without indentation and lines of comment.

    psycopg parses a statement of more than 4,096 bytes anew each time.
    """
    lines = map(str.strip, statement.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("--"))
