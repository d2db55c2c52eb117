"""The record of libraries that books were filed in, so that an unmounted one is noticed."""

from __future__ import annotations

from contextlib import suppress

from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.errors import Postponed
from ohdio_core.library.protocol import Library

#: Records a library, unless ``:library`` is NULL; also a part of statements that are sent anyway.
RECORD_LIBRARY = """
    INSERT INTO libraries (location) SELECT CAST(:library AS text) WHERE CAST(:library AS text) IS NOT NULL
    ON CONFLICT DO NOTHING
"""
_RECORD = sql(RECORD_LIBRARY)
_IS_KNOWN = sql("SELECT FROM libraries WHERE location = :location")


def recall_at_start(database: Database, library: Library) -> None:
    """Expect of the library of a starting process what the database knows of it, as far as either can be asked.

    Nobody waits for a library that is away: whoever needs it does, and what the database knows of it counts.
    """
    is_away = library.problem() is not None
    with suppress(Postponed):  # a disk that cannot be read is no mark; whoever needs it finds out
        _recall(database, library, is_marked=not is_away and library.is_marked())


def record_library(work: UnitOfWork, library: Library) -> None:
    """Record that books are filed in a library: without its hidden mark it then counts as not mounted."""
    work.execute(_RECORD, {"library": library.location})


def recall_library(database: Database, library: Library) -> bool:
    """Return whether books were ever filed in a library, and record it in the database and in the library.

    A library that the database knows, and that has lost its hidden mark, is not mounted.

    Raises:
        Postponed: The library cannot be read.
    """
    return _recall(database, library, is_marked=library.is_marked())


def _recall(database: Database, library: Library, *, is_marked: bool) -> bool:
    with database.statement() as work:
        if is_marked:
            record_library(work, library)
        elif work.execute(_IS_KNOWN, {"location": library.location}).one_or_none() is not None:
            library.expect_mark()
        else:
            return False
    return True
