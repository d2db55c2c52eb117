"""Reading a backup into a database, of whatever version of PostgreSQL and of whatever shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

import psycopg
from psycopg import sql

from ohdio_core.db.backup.archive import ArchiveReader, Header, StoredTable
from ohdio_core.db.backup.connection import Connection, connect
from ohdio_core.db.backup.errors import BackupUnreadable, RestoreRefused
from ohdio_core.db.backup.tables import copy_statement, set_identities
from ohdio_core.db.migrate import migrations_within
from ohdio_core.db.revision import current_revision, known_revisions
from ohdio_core.db.sessions import is_in_use
from ohdio_core.sentences import sentence

_FROM = "FROM STDIN"
_CHUNK = 256 * 1024  # bytes

#: What people would miss; the others follow from these, or are made at once.
_MISSED = ("audiobooks", "scrapes", "unwanted_books", "accounts", "positions")


def restore(database_url: str, backup: IO[bytes], *, is_replacing: bool = False) -> tuple[Header, dict[str, int]]:
    """Fill a database with a backup, migrate it to this version's schema, and return what it was and its rows.

    Everything happens in one transaction, so that what was in the database stays in it whatever comes between, also
    where the file turns out to be damaged at its end. Rows stream through.

    Args:
        backup: Read once, from its beginning to its end; it need not be seekable.
        is_replacing: Empty the database first, whatever is in it.

    Raises:
        BackupUnreadable: The file is no backup, damaged or incomplete.
        RestoreRefused: The database is in use, or holds something; or the backup is of a newer version.
        psycopg.OperationalError: PostgreSQL does not answer.
    """
    archive = ArchiveReader(backup)
    header = archive.header
    if header.revision not in known_revisions():
        raise RestoreRefused(
            sentence(
                "restore.newer_backup",
                "This backup was made by ohdio {version}, whose tables (revision {revision}) this version does not "
                "know: install that version, or a later one.",
                version=header.version,
                revision=header.revision,
            )
        )
    with connect(database_url) as connection:
        _require_unused(connection)
        if not is_replacing:
            _require_empty(connection)
        is_made = _is_made(connection)
        with migrations_within(connection) as migrations:
            if is_made:
                _empty(connection)
                migrations.downgrade("base")
            migrations.upgrade(header.revision)
            rows = {table.table: _fill(connection, table, lines) for table, lines in archive.tables()}
            migrations.upgrade()
        connection.execute("ANALYZE")
    return header, rows


def _require_unused(connection: Connection) -> None:
    if is_in_use(connection):
        raise RestoreRefused(
            sentence("restore.in_use", "ohdio is running on this database: stop every service first, then restore.")
        )


def _is_made(connection: Connection) -> bool:
    revision = current_revision(connection)
    if revision is not None and revision not in known_revisions():
        raise RestoreRefused(
            sentence(
                "restore.newer_database",
                "This database was last used by a newer version of ohdio (revision {revision}): install that version, "
                "or restore into a new database.",
                revision=revision,
            )
        )
    return revision is not None


def _require_empty(connection: Connection) -> None:
    for table in _missed(connection):
        if connection.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(table)).fetchone() is not None:
            raise RestoreRefused(
                sentence(
                    "restore.not_empty",
                    "This database is not empty. With --replace, what is in it is deleted, and the backup takes its "
                    "place; files of books are left alone.",
                )
            )


def _empty(connection: Connection) -> None:
    """Delete most rows at once: migrations that go back would write them anew, one after the other."""
    for table in _missed(connection):
        connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(table))


def _missed(connection: Connection) -> Iterator[sql.Identifier]:
    for name in _MISSED:
        if connection.execute("SELECT to_regclass(%s)", [name]).fetchone() != (None,):
            yield sql.Identifier(name)


def _fill(connection: Connection, table: StoredTable, rows: Iterator[bytes]) -> int:
    """Write a table's rows as they were: what triggers derive of them is in the backup, too.

    Raises:
        BackupUnreadable: They are no rows of such a table.
    """
    name = sql.Identifier(table.table)
    connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
    connection.execute(sql.SQL("DELETE FROM {}").format(name))  # the row that migrations make
    count = 0
    try:
        with connection.cursor() as cursor, cursor.copy(copy_statement(table, _FROM)) as copy:
            for chunk, lines in _chunks(rows):
                copy.write(chunk)
                count += lines
    except (psycopg.DataError, psycopg.IntegrityError):
        raise BackupUnreadable(
            sentence(
                "backup.rows_refused",
                "This backup is damaged: PostgreSQL does not take its rows of {table}.",
                table=table.table,
            )
        ) from None
    set_identities(connection, table)
    connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(name))
    return count


def _chunks(rows: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    """Put rows together, as each message to PostgreSQL has a cost; yield them with their number."""
    chunk = bytearray()
    lines = 0
    for row in rows:
        chunk += row
        lines += 1
        if len(chunk) >= _CHUNK:
            yield bytes(chunk), lines
            chunk.clear()
            lines = 0
    if chunk:
        yield bytes(chunk), lines
