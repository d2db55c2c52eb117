"""An entry of the trash: a folder that was moved there, below the path that it had, with its marker."""

from __future__ import annotations

import errno
import hashlib
import uuid
from pathlib import Path, PurePosixPath

from ohdio_core.library.disk import sync
from ohdio_core.library.marker import MARKER, marked_folder_in, read_marker

TRASH = ".ohdio-trash"
#: Tells players to look no further; most leave out hidden folders anyway.
_IGNORED = ".ignore"


def digest_of(owner: str) -> str:
    """Return what the names of the entries of an owner begin with."""
    return hashlib.sha256(owner.encode()).hexdigest()[:32]


def new_entry(root: Path, owner: str) -> Path:
    """Make an entry with nothing in it.

    Raises:
        OSError: It cannot be made.
    """
    trash = root / TRASH
    if trash.is_symlink():
        raise NotADirectoryError(errno.ENOTDIR, "it leads out of the library", str(trash))
    trash.mkdir(exist_ok=True)
    (trash / _IGNORED).touch()
    entry = trash / f"{digest_of(owner)}-{uuid.uuid4().hex[:8]}"
    entry.mkdir()
    return entry


def move_to_trash(root: Path, source: Path, folder: PurePosixPath, owner: str) -> str:
    """Move a hidden folder of the library there, in one step; what people had put into it goes back to its place.

    Args:
        root: Of the library.
        source: What is moved.
        folder: Where it was, below the root.
        owner: Whose it is.

    Returns:
        What names the entry.

    Raises:
        OSError: It cannot be moved.
    """
    entry = new_entry(root, owner)
    target = entry / folder
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)
    sync(target.parent)
    give_back(root, entry)
    return entry.name


def give_back(root: Path, entry: Path) -> None:
    """Move what people had put into a folder back to where it was; what has a new namesake there stays here.

    Raises:
        OSError: It cannot be moved.
    """
    folder = marked_folder_in(entry)
    marker = None if folder is None else read_marker(folder)
    if folder is None or marker is None:
        return
    target = root / folder.relative_to(entry)
    for path in [path for path in folder.iterdir() if path.name not in {*marker.files, MARKER}]:
        target.mkdir(parents=True, exist_ok=True)
        if not (target / path.name).exists():
            path.rename(target / path.name)
