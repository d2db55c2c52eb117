"""Folders that were moved aside while another takes their place, and that come back when it does not."""

from __future__ import annotations

import errno
import filecmp
import hashlib
import os
import shutil
from itertools import count
from pathlib import Path, PurePosixPath

from ohdio_core.library.episodes import put_episode
from ohdio_core.library.filed import filed_at
from ohdio_core.library.marker import MARKER, Marker, read_marker

OUTGOING = ".ohdio-outgoing-"
#: What a rename says where something else is already.
TAKEN = frozenset({errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR})


def outgoing_of(root: Path, folder: PurePosixPath, owner: str) -> Path:
    """Return where a folder is moved to: always the same, so that whoever files the book after a crash finds it."""
    return root / f"{OUTGOING}{hashlib.sha256(f'{owner} {folder}'.encode()).hexdigest()[:32]}"


def put_back(root: Path, outgoing: Path) -> None:
    """Move a folder back that was moved aside; where its owner has a new one in its place, only people's own files.

    Raises:
        OSError: It cannot be moved.
    """
    if (old := marked_folder_in(outgoing)) is not None:
        target = root / old.relative_to(outgoing)
        marker = read_marker(old)
        if marker is not None and marker.is_episode:
            if _is_episode_back(old, target, marker):
                shutil.rmtree(outgoing)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            old.rename(target)
        except OSError as error:
            if error.errno not in TAKEN:
                raise
            now = read_marker(target)
            if marker is not None and (now is None or now.owner != marker.owner):
                return  # somebody else's place by now: for a person to look at
            _bring_along(old, target, marker)
    shutil.rmtree(outgoing)


def _is_episode_back(old: Path, place: Path, marker: Marker) -> bool:
    """Put an episode back that was moved aside, unless it has come anew; return False where its place is another's."""
    now = filed_at(place)
    if now is not None and now.marker.owner == marker.owner and now.is_whole:
        return True
    return put_episode(old, place, marker)


def marked_folder_in(place: Path) -> Path | None:
    """Return the one folder that was moved here: the outermost with a marker, as books may lie in others' folders.

    Raises:
        OSError: A folder cannot be read, so that nobody can tell what is in it.
    """
    marked = (Path(folder) for folder, _, files in os.walk(place, onerror=_raise) if MARKER in files)
    return min(marked, key=lambda folder: len(folder.parts), default=None)


def _raise(error: OSError) -> None:
    """Raise an error, unless it is that something has gone meanwhile."""
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        raise error


def _bring_along(old: Path, new: Path, marker: Marker | None) -> None:
    """Move what is not ours from the folder that was replaced to the one that replaces it.

    Ours is deleted before the marker that names it, so that a crash leaves no file of ours that looks like theirs. What
    has the name of a file of ours gets another one, unless it is the same.
    """
    for name in () if marker is None else marker.files:
        (old / name).unlink(missing_ok=True)
    for path in sorted(old.iterdir()):
        if path.name != MARKER and (place := _place_beside(path, new)) is not None:
            path.rename(place)


def _place_beside(path: Path, folder: Path) -> Path | None:
    """Return where a file of theirs goes in a folder; None where the same is there already."""
    for number in count(1):
        place = folder / (path.name if number == 1 else f"{path.stem} ({number}){path.suffix}")
        if not place.exists():
            return place
        if path.is_file() and place.is_file() and filecmp.cmp(path, place, shallow=False):
            return None
    raise AssertionError("unreachable")
