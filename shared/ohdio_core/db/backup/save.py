"""Writing a backup, while everything goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from typing import IO

from ohdio_core.db.backup.archive import ArchiveWriter, Header, StoredTable
from ohdio_core.db.backup.connection import Connection, connect
from ohdio_core.db.backup.errors import NothingStored
from ohdio_core.db.backup.tables import copy_statement, stored_tables
from ohdio_core.db.revision import current_revision
from ohdio_core.sentences import sentence

_TO = "TO STDOUT"


def save(database_url: str, to: IO[bytes]) -> dict[str, int]:
    """Write all rows of one moment, and return how many each table has.

    Rows stream through; no more than one is in memory.

    Args:
        to: Where the backup goes; need not be seekable.

    Raises:
        NothingStored: There is nothing to back up.
        psycopg.OperationalError: PostgreSQL does not answer.
        OSError: It cannot be written.
    """
    with connect(database_url) as connection:
        connection.execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        revision = current_revision(connection)
        if revision is None:
            raise NothingStored(
                sentence("backup.no_tables", "There is nothing to back up: this database has no tables of ohdio yet.")
            )
        tables = list(stored_tables(connection))
        archive = ArchiveWriter(to, _header(connection, revision))
        for table in tables:
            archive.write_table(table, _rows(connection, table))
        return archive.end()


def _header(connection: Connection, revision: str) -> Header:
    libraries = []
    if connection.execute("SELECT to_regclass('libraries')").fetchone() != (None,):
        libraries = [location for (location,) in connection.execute("SELECT location FROM libraries ORDER BY location")]
    return Header(
        version=version("ohdio-core"),
        revision=revision,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        postgresql=connection.info.server_version // 10_000,
        libraries=libraries,
    )


def _rows(connection: Connection, table: StoredTable) -> Iterator[bytes]:
    with connection.cursor() as cursor, cursor.copy(copy_statement(table, _TO)) as copy:
        for row in copy:
            yield bytes(row)
