"""Giving files names that nothing has yet: what is there is never replaced, whoever was faster.

A link does that, and so does a rename of Linux on disks without links (exFAT, some shares). Where there is neither, the
name is looked for before.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import uuid
from collections.abc import Callable
from functools import cache
from pathlib import Path

#: What a link says on a disk that has none, or where links to the files of others are refused.
_NO_LINKS = frozenset({errno.EPERM, errno.EACCES, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK})
#: What the rename says on a disk, or a system, that does not know it.
_NOT_KNOWN = frozenset({errno.EPERM, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP})
_AT_CURRENT_DIRECTORY = -100
_NO_REPLACE = 1


def move_to_new_name(source: Path, target: Path) -> None:
    """Move a file, in one step where the system can.

    Raises:
        FileExistsError: Something has that name.
        OSError: It cannot be moved.
    """
    try:
        _rename_to_new(source, target)
    except OSError as error:
        if error.errno not in _NOT_KNOWN:
            raise
    else:
        return
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _require_free(target)
        source.rename(target)
    else:
        source.unlink()


def appear_under_new_name(source: Path, target: Path, *, copies_in: Path | None) -> None:
    """Link a file under a second name, so that the first one stays until it is removed.

    Args:
        source: On the same disk.
        target: The name.
        copies_in: Where there are no links, a copy gets the name, which is made in this folder; without one, the file
            itself is moved then.

    Raises:
        FileExistsError: Something has that name.
        OSError: It cannot be written.
    """
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
    else:
        return
    if copies_in is None:
        move_to_new_name(source, target)
        return
    _require_free(target)
    write_under_new_name(target, lambda copy: shutil.copyfile(source, copy), beside=copies_in)


def write_under_new_name(target: Path, write: Callable[[Path], object], *, beside: Path) -> None:
    """Write a file under a hidden name in a folder of the same disk, and move it once it is on the disk.

    Raises:
        FileExistsError: Something has that name.
        OSError: It cannot be written.
    """
    new = beside / f".{uuid.uuid4().hex}.new"
    try:
        write(new)
        with new.open("rb") as written:
            os.fsync(written.fileno())
        move_to_new_name(new, target)
    finally:
        new.unlink(missing_ok=True)


def _require_free(target: Path) -> None:
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))


def _rename_to_new(source: Path, target: Path) -> None:
    """Rename a file where nothing has its new name, as Linux can on most disks."""
    rename = _system_rename()
    if rename is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    here = _AT_CURRENT_DIRECTORY
    if rename(here, os.fsencode(source), here, os.fsencode(target), _NO_REPLACE):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(target))


@cache
def _system_rename() -> Callable[..., int] | None:
    """Return the system's ``renameat2``; None where its library has none."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        rename: Callable[..., int] = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return None
    return rename
