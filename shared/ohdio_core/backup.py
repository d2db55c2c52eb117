"""``python -m ohdio_core.backup FILE``: write all that the database of ``DATABASE_URL`` holds to a file.

What `ohdio backup` does where everything is one process.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from ohdio_core.db.backup import BackupError, save, written_file
from ohdio_core.db.unreachable import naming_the_setting
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.settings import DatabaseSettings, InvalidSettings, exit_with, load

LEFT_OUT = sentence(
    "backup.left_out",
    "Not in it: the files of the books, settings, passwords, the token and the key of what is encrypted: private "
    "feeds, and where notifications go. Keep that key, too, or these cannot be read after a restore. All other links "
    "are in it as they were given: keep it where nobody else reads it.",
)


def back_up(database_url: str, name: str) -> Iterator[Sentence]:
    """Write a backup, and yield sentences on what is in it.

    Args:
        name: Of the file; ``-`` is the standard output.

    Raises:
        BackupError: It cannot be written.
        InvalidSettings: PostgreSQL does not answer.
    """
    with naming_the_setting(), written_file(name) as file:
        rows = save(database_url, file)
    books, scans = rows.get("audiobooks", 0), rows.get("scrapes", 0)
    yield sentence(
        "backup.written",
        "Backed up {books:,} books and {scans:,} scans, with all that belongs to them.",
        books=books,
        scans=scans,
    )
    yield LEFT_OUT


def main() -> None:
    """Write the backup; exit with code 2 and a sentence where it cannot be written."""
    parser = argparse.ArgumentParser(prog="python -m ohdio_core.backup", description=__doc__)
    parser.add_argument("file", metavar="FILE", help="where it goes; - is the standard output")
    name = parser.parse_args().file
    try:
        for line in back_up(load(DatabaseSettings).database_url, name):
            sys.stderr.write(f"{line}\n")
    except (BackupError, InvalidSettings) as error:
        exit_with(error)


if __name__ == "__main__":
    main()
