"""Names that are one to systems which take no notice of capitals, or of how letters are composed: macOS, Windows."""

from __future__ import annotations

import errno
import os
import unicodedata
from functools import lru_cache
from pathlib import Path, PurePosixPath

#: Characters that names have in common which differ in what tells their books apart: before it long ones are cut.
_ALIKE = 20
_NO_FOLDER = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})


def has_namesake(root: Path, folder: PurePosixPath, *, but: PurePosixPath | None = None) -> bool:
    """Return whether another folder beside one has its name to such a system.

    Args:
        root: Of the library.
        folder: Below it; it need not be there.
        but: A folder that does not count.

    Raises:
        OSError: The library cannot be read.
    """
    return any(folder.with_name(name) != but for name in _namesakes(root / folder.parent, folder.name))


def begins_like(root: Path, folder: PurePosixPath) -> bool:
    """Return whether a folder is there, or one beside it whose name begins as its name does.

    Raises:
        OSError: The library cannot be read.
    """
    begins = folder.name[:_ALIKE]
    return any(name.startswith(begins) for name in _names_in(root / folder.parent))


def as_spelled(root: Path, folder: PurePosixPath) -> PurePosixPath:
    """Return a folder's path as the folders that it is in are spelled already, so that each author has one.

    Raises:
        OSError: The library cannot be read.
    """
    above = PurePosixPath()
    for name in folder.parts[:-1]:
        is_there = os.path.lexists(root / above / name)
        spelled = [] if is_there else _namesakes(root / above, name)
        above /= spelled[0] if spelled else name
    return above / folder.name


def _namesakes(directory: Path, name: str) -> list[str]:
    folded = _folded(name)
    return sorted(each for each in _names_in(directory) if each != name and _folded(each) == folded)


def _names_in(directory: Path) -> list[str]:
    try:
        with os.scandir(directory) as entries:
            return [entry.name for entry in entries]
    except OSError as error:
        if error.errno in _NO_FOLDER:
            return []
        raise


@lru_cache(maxsize=8192)  # each new book is compared with all authors of the library
def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
