"""The files of backups, and the standard streams in their place, for containers."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from ohdio_core.db.backup.errors import FileUnusable
from ohdio_core.reasons import reason_in_sentence
from ohdio_core.sentences import sentence

_STREAM = "-"


@contextmanager
def written_file(name: str) -> Iterator[IO[bytes]]:
    """Open a new file for a backup, which is there once the block has ended well: whole, and for its user alone.

    Args:
        name: Its path; ``-`` is the standard output.

    Raises:
        FileUnusable: There is a file of that name, or none can be written.
    """
    if name == _STREAM:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(name).expanduser()
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    if path.exists():
        raise FileUnusable(
            sentence(
                "backup.there_already",
                "{file} is there already: choose another name, or delete it first.",
                file=str(path),
            )
        )
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        new.rename(path)
    except OSError as error:
        raise FileUnusable(
            sentence(
                "backup.not_writable",
                "{file} cannot be written: {reason}.",
                file=str(path),
                reason=reason_in_sentence(error),
            )
        ) from None
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)


@contextmanager
def opened_backup(name: str) -> Iterator[IO[bytes]]:
    """Open the file of a backup.

    Args:
        name: Its path; ``-`` is the standard input.

    Raises:
        FileUnusable: It cannot be read.
    """
    if name == _STREAM:
        yield sys.stdin.buffer
        return
    path = Path(name).expanduser()
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise FileUnusable(
            sentence(
                "backup.not_readable",
                "{file} cannot be read: {reason}.",
                file=str(path),
                reason=reason_in_sentence(error),
            )
        ) from None
