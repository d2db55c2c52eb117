"""``python -m ohdio_core.restore FILE``: fill the database of ``DATABASE_URL`` with a backup.

What `ohdio restore` does where everything is one process.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from ohdio_core.db.backup import BackupError, opened_backup, restore
from ohdio_core.db.unreachable import naming_the_setting
from ohdio_core.logging import configure_logging
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.settings import DatabaseSettings, InvalidSettings, exit_with, load

REPLACING = "Delete what is in the database first."


def restore_from(database_url: str, name: str, *, is_replacing: bool) -> Iterator[Sentence]:
    """Restore a backup, and yield sentences on what was in it.

    Args:
        name: Of the file; ``-`` is the standard input.

    Raises:
        BackupError: It is not restored.
        InvalidSettings: PostgreSQL does not answer.
    """
    with naming_the_setting(), opened_backup(name) as file:
        header, rows = restore(database_url, file, is_replacing=is_replacing)
    books, scans = rows.get("audiobooks", 0), rows.get("scrapes", 0)
    yield sentence(
        "restore.done",
        "Restored {books:,} books and {scans:,} scans, as they were at {time}.",
        books=books,
        scans=scans,
        time=_here(header.made_at),
    )
    if header.libraries:
        yield sentence(
            "restore.libraries",
            "Their files were in {folders}; LIBRARY_DIR must name where they are now.",
            folders=", ".join(header.libraries),
        )


def _here(made_at: str) -> str:
    """Return when a backup was made by the clock of this machine."""
    with suppress(ValueError):  # as it stands there, where others wrote it
        made_at = f"{datetime.fromisoformat(made_at).astimezone():%Y-%m-%d %H:%M:%S}"
    return made_at


def main() -> None:
    """Restore; exit with code 2 and a sentence where that cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m ohdio_core.restore", description=__doc__)
    parser.add_argument("file", metavar="FILE", help="the backup; - is the standard input")
    parser.add_argument("--replace", action="store_true", help=REPLACING)
    wanted = parser.parse_args()
    configure_logging()
    try:
        for line in restore_from(load(DatabaseSettings).database_url, wanted.file, is_replacing=wanted.replace):
            sys.stderr.write(f"{line}\n")
    except (BackupError, InvalidSettings) as error:
        exit_with(error)


if __name__ == "__main__":
    main()
