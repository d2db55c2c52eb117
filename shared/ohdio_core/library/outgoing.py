"""Folders that were moved aside while another takes their place, and that come back when it does not.

What is to be kept all the same has a note beside it, from before it is moved: whoever finds it after a kill puts it
into the trash, as the one who was killed would have done.
"""

from __future__ import annotations

import errno
import filecmp
import hashlib
import shutil
from itertools import count
from pathlib import Path, PurePosixPath

from ohdio_core.library.disk import sync
from ohdio_core.library.episodes import gather_episode, put_episode
from ohdio_core.library.filed import filed_at
from ohdio_core.library.marker import MARKER, Marker, marked_folder_in, read_marker
from ohdio_core.library.trash_entry import move_to_trash

OUTGOING = ".ohdio-outgoing-"
_NOTE = ".keep"  #: that what lies beside it is to be kept
#: What a rename says where something else is already.
TAKEN = frozenset({errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR})


def outgoing_of(root: Path, folder: PurePosixPath, owner: str) -> Path:
    """Return where a folder is moved to: always the same, so that whoever files the book after a crash finds it."""
    return root / f"{OUTGOING}{hashlib.sha256(f'{owner} {folder}'.encode()).hexdigest()[:32]}"


def begin_outgoing(outgoing: Path, *, is_kept: bool) -> None:
    """Make the directory that a folder is moved aside to.

    Args:
        outgoing: It.
        is_kept: The folder goes to the trash once another has its place.
    """
    outgoing.mkdir(exist_ok=True)
    if is_kept:
        (outgoing / _NOTE).touch()
        sync(outgoing)


def put_back(root: Path, outgoing: Path) -> str | None:
    """Move a folder back that was moved aside, unless its owner has a new one in its place.

    Then it goes to the trash, if it is to be kept; else people's own files go along to the new one.

    Returns:
        What names it in the trash; None where it did not go there.

    Raises:
        OSError: It cannot be moved.
    """
    key = None
    if (old := marked_folder_in(outgoing)) is not None:
        target = root / old.relative_to(outgoing)
        marker = read_marker(old)
        if not _is_back(old, target, marker):
            if marker is not None and not _is_replaced(target, marker):
                return None  # somebody else's place by now: for a person to look at
            if marker is not None and (outgoing / _NOTE).exists():
                key = move_to_trash(root, old, PurePosixPath(old.relative_to(outgoing)), marker.owner)
            elif marker is None or not marker.is_episode:
                _bring_along(old, target, marker)
    shutil.rmtree(outgoing)
    return key


def _is_back(old: Path, target: Path, marker: Marker | None) -> bool:
    """Put what was moved aside back; return False where something is in its place."""
    if marker is not None and marker.is_episode:
        now = filed_at(target)
        if now is not None and now.is_leaving and now.marker.owner == marker.owner:
            gather_episode(now, old)  # some of it has not gone yet
        return not _is_replaced(target, marker) and put_episode(old, target, marker)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        old.rename(target)
    except OSError as error:
        if error.errno not in TAKEN:
            raise
        return False
    return True


def _is_replaced(target: Path, marker: Marker) -> bool:
    """Return whether what was moved aside has come anew; of an episode that is to be whole."""
    now = filed_at(target)
    if now is None or now.is_episode != marker.is_episode or now.marker.owner != marker.owner:
        return False
    return not marker.is_episode or now.is_whole


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
