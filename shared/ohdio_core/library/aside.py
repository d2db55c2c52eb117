"""Small files that are kept beside the books, hidden from players, and that can be made again at any time."""

from __future__ import annotations

import os
import time
import uuid
from contextlib import suppress
from datetime import timedelta
from errno import ENOTDIR
from pathlib import Path

from ohdio_core.library.disk import for_each

ASIDE = ".ohdio-covers"
_KEPT = timedelta(days=90)


def read_aside(root: Path, name: str) -> bytes | None:
    """Return what was kept under a name; None where nothing is.

    Raises:
        OSError: The library cannot be read.
    """
    with suppress(FileNotFoundError, NotADirectoryError):
        return (root / ASIDE / name).read_bytes()
    return None


def write_aside(root: Path, name: str, data: bytes) -> None:
    """Keep some bytes under a name, whole or not at all.

    Raises:
        OSError: The library cannot be written.
    """
    directory = root / ASIDE
    with suppress(FileExistsError):
        directory.mkdir()
    if directory.is_symlink():
        raise NotADirectoryError(ENOTDIR, "it leads out of the library", str(directory))
    written = directory / f".{uuid.uuid4().hex}"
    try:
        written.write_bytes(data)
        written.replace(directory / name)
    finally:
        written.unlink(missing_ok=True)


def remove_old_aside(root: Path) -> None:
    """Remove what is older than 90 days: covers of books that are gone are among it, and others are made again.

    Raises:
        OSError: Something cannot be removed; all else is.
    """
    directory = root / ASIDE
    if directory.is_symlink() or not directory.is_dir():
        return
    with os.scandir(directory) as entries:
        paths = [Path(entry.path) for entry in entries]
    for_each(paths, _remove_if_old)


def _remove_if_old(path: Path) -> None:
    with suppress(FileNotFoundError):  # somebody else tidies up, too
        if time.time() - path.stat().st_mtime > _KEPT.total_seconds():
            path.unlink()
