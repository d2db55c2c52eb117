"""Statements in SQL, parsed once."""

from __future__ import annotations

from functools import cache

from sqlalchemy import TextClause, text


@cache
def sql(statement: str) -> TextClause:
    """Return the same clause for the same text, so that SQLAlchemy's own caches recognise it by identity.

    Only for texts of which there are few: those of the engine, which differ by stage alone.
    """
    return text(statement)
