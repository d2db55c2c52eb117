"""Putting a finished book into its folder: whole, under one rename, and in nobody else's place."""

from __future__ import annotations

import errno
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import NeedsPerson
from ohdio_core.library.disk import sizes, sync
from ohdio_core.library.marker import Marker, read_marker, write_marker
from ohdio_core.library.obstacle import obstacle
from ohdio_core.library.outgoing import TAKEN, outgoing_of, put_back
from ohdio_core.sentences import sentence

INCOMING = ".ohdio-incoming-"


@contextmanager
def brought_over(root: Path, staged: Path, keep_free: int) -> Iterator[Path]:
    """Return the directory that a rename files: the staged one, or a copy of it in the library with a hidden name.

    Args:
        keep_free: Bytes that must stay free in the library beside a copy.

    Raises:
        NeedsPerson: There is no room for a copy.
        OSError: The library cannot be written.
    """
    if _is_a_rename_away(root, staged):
        yield staged
        return
    needed = sum(sizes(staged).values()) + keep_free
    if (free := shutil.disk_usage(root).free) < needed:
        raise NeedsPerson(
            sentence(
                "library.full",
                "The library has {free:,} MiB free, and {needed:,} MiB are needed to file this "
                "book and keep the reserve (MIN_DISK_SPACE_MB). Make room; it goes on by itself.",
                free=free // 2**20,
                needed=needed // 2**20,
            )
        )
    copy = root / f"{INCOMING}{uuid.uuid4().hex}"
    try:
        _copy_bytes(staged, copy)
        yield copy
        shutil.rmtree(staged)
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def _copy_bytes(source: Path, target: Path) -> None:
    """Copy a flat directory without permissions and times, which shares and USB sticks may refuse to take."""
    target.mkdir()
    for path in source.iterdir():
        shutil.copyfile(path, target / path.name)


def put(root: Path, incoming: Path, folder: PurePosixPath, owner_id: OwnerId, settle: Callable[[Path], object]) -> bool:
    """Rename ``incoming`` to ``folder``; return False where somebody else's folder, or no folder at all, is there.

    Args:
        root: Of the library.
        incoming: On its disk.
        folder: Below the root.
        owner_id: Whose folder it is.
        settle: Sees to what was replaced, where that was moved aside.

    Raises:
        OSError: The library cannot be written.
    """
    if obstacle(root, folder) is not None:
        return False
    owner = owner_id.current
    target = root / folder
    outgoing = outgoing_of(root, folder, owner)
    if outgoing.exists():
        put_back(root, outgoing)
    target.parent.mkdir(parents=True, exist_ok=True)
    marker = _marked_anew(target, owner_id)
    is_replaced = marker is not None and marker.owner == owner
    if is_replaced:
        (outgoing / folder).parent.mkdir(parents=True)
        target.rename(outgoing / folder)
    try:
        # A directory is never renamed over one that has something in it, and all of ours have.
        incoming.rename(target)
    except OSError as error:
        if is_replaced:
            put_back(root, outgoing)
        if error.errno in TAKEN:
            return False
        raise
    if is_replaced:
        settle(outgoing)
    sync(target.parent)
    return True


def _is_a_rename_away(root: Path, staged: Path) -> bool:
    """Return whether a rename works, by trying it: two mounts of one file system look the same, and refuse it."""
    name = f"{INCOMING}{uuid.uuid4().hex}"
    trial = staged.with_name(name)
    trial.mkdir()
    try:
        trial.rename(root / name)
    except OSError as error:
        trial.rmdir()
        if error.errno == errno.EXDEV:
            return False
        raise
    (root / name).rmdir()
    return True


def _marked_anew(target: Path, owner_id: OwnerId) -> Marker | None:
    """Return a folder's marker; the former one of this book becomes today's, so that it is known by one from now."""
    marker = read_marker(target)
    if marker is None or marker.owner != owner_id.former:
        return marker
    marker = replace(marker, owner=owner_id.current)
    write_marker(target, marker)
    return marker
