r"""The file of a backup: UTF-8 text, compressed by gzip, written and read from its beginning to its end.

A line of JSON describes the whole. Then, for each table, a line of JSON names it and its columns, and its rows follow
as PostgreSQL's ``COPY`` writes them in text format, ended by a line with ``\.`` alone, which no row can be. The last
line counts the rows of each table, so that a file that was cut off is known. ::

    {"format": "ohdio backup 1", "version": "0.1.0", "revision": "0024", …}
    {"table": "libraries", "columns": ["location"], "identities": {}}
    /srv/books
    \.
    {"rows": {"libraries": 1}}
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import IO, Any

from ohdio_core.db.backup.errors import BackupUnreadable
from ohdio_core.sentences import sentence

_FORMAT = "ohdio backup 1"
_END = b"\\.\n"
_CUT = sentence("backup.cut", "This backup is incomplete: it ends in the middle.")


@dataclass(frozen=True, slots=True)
class Header:
    """What a backup is of."""

    version: str  #: of the ohdio that made it
    revision: str  #: of the schema
    made_at: str  #: ISO 8601, UTC
    postgresql: int  #: major version
    libraries: list[str]  #: the folders that its books were filed in


@dataclass(frozen=True, slots=True)
class StoredTable:
    """A table, and how its rows are written."""

    table: str
    columns: list[str]
    identities: dict[str, int] = field(default_factory=dict)  #: column → the number that the next new row gets


class ArchiveWriter:
    """Writes a backup.

    Args:
        to: Where its bytes go; it need not be seekable.
    """

    def __init__(self, to: IO[bytes], header: Header) -> None:
        self._stream = gzip.GzipFile(fileobj=to, mode="wb", compresslevel=6)
        self._rows: dict[str, int] = {}
        self._line({"format": _FORMAT, **asdict(header)})

    def write_table(self, table: StoredTable, rows: Iterator[bytes]) -> None:
        """Write a table.

        Args:
            rows: Each with its line end, as ``COPY`` writes them.
        """
        self._line(asdict(table))
        count = 0
        for row in rows:
            self._stream.write(row)
            count += 1
        self._stream.write(_END)
        self._rows[table.table] = count

    def end(self) -> dict[str, int]:
        """Write the end, and return how many rows each table has."""
        self._line({"rows": self._rows})
        self._stream.close()
        return self._rows

    def _line(self, content: dict[str, Any]) -> None:
        self._stream.write(json.dumps(content, ensure_ascii=False).encode() + b"\n")


class ArchiveReader:
    """Reads a backup, once.

    Args:
        of: Its bytes.

    Raises:
        BackupUnreadable: It is none, or was written by a version whose form is not known here.
    """

    def __init__(self, of: IO[bytes]) -> None:
        self._stream = gzip.GzipFile(fileobj=of, mode="rb")
        self._rows: dict[str, int] = {}
        with _readable():
            said = self._json()
            if not str(said.get("format", "")).startswith("ohdio backup"):
                raise BackupUnreadable(sentence("backup.other_file", "This file is no backup of ohdio."))
            if said.pop("format") != _FORMAT:
                raise BackupUnreadable(
                    sentence(
                        "backup.newer_form",
                        "This backup was made by a newer version of ohdio: install that, or a later one.",
                    )
                )
            self.header = Header(**said)

    def tables(self) -> Iterator[tuple[StoredTable, Iterator[bytes]]]:
        """Yield each table with its rows, which must be read before the next.

        Raises:
            BackupUnreadable: The file is damaged, or ends too early.
        """
        with _readable():
            while "table" in (said := self._json()):
                table = StoredTable(**said)
                yield table, self._rows_of(table)
            if said.get("rows") != self._rows or self._stream.readline():
                raise BackupUnreadable(
                    sentence("backup.rows_missing", "This backup is damaged: its rows are not those that it counts.")
                )

    def _rows_of(self, table: StoredTable) -> Iterator[bytes]:
        count = 0
        with _readable():
            while (row := self._stream.readline()) != _END:
                if not row:
                    raise BackupUnreadable(_CUT)
                yield row
                count += 1
        self._rows[table.table] = count

    def _json(self) -> dict[str, Any]:
        content = json.loads(self._stream.readline())
        if not isinstance(content, dict):
            raise TypeError
        return content


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except gzip.BadGzipFile:
        raise BackupUnreadable(
            sentence("backup.no_backup", "This file is no backup of ohdio, or is damaged.")
        ) from None
    except EOFError:
        raise BackupUnreadable(_CUT) from None
    except (zlib.error, ValueError, TypeError, UnicodeDecodeError):
        raise BackupUnreadable(sentence("backup.damaged", "This backup is damaged.")) from None
