"""Which libraries are known to hold books."""

from __future__ import annotations

from ohdio_core.db.session import Database
from ohdio_core.db.sql import sql
from ohdio_core.library import Library


def recall_library(database: Database, library: Library) -> bool:
    """Bring together what the database and the library know: that books were filed there before; say whether.

    A library that the database knows, and that has lost its hidden mark, is not mounted.

    Raises:
        Postponed: The library cannot be read.
    """
    parameters = {"location": library.location}
    with database.statement() as work:
        if library.is_marked():
            work.execute(sql("INSERT INTO libraries (location) VALUES (:location) ON CONFLICT DO NOTHING"), parameters)
        elif (
            work.execute(sql("SELECT FROM libraries WHERE location = :location"), parameters).one_or_none() is not None
        ):
            library.expect_mark()
        else:
            return False
    return True
