"""A disk that is full, or cannot be used: said in one way, wherever it shows."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ohdio_core.errors import NeedsPerson, OhdioError, Postponed, TransientError
from ohdio_core.sentences import sentence

_CHUNK = 1024 * 1024  # bytes
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_BUSY = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EINTR, errno.EAGAIN})
#: A disk that fails, or a share that went away while something of it was open.
_GONE = frozenset(
    {
        *(errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESTALE, errno.ENOTCONN, errno.EHOSTDOWN),
        *(errno.EHOSTUNREACH, errno.ECONNABORTED, errno.ECONNRESET, errno.ETIMEDOUT),
    }
)
_BROKEN = (
    (
        {errno.EACCES, errno.EPERM},
        sentence("folder.not_writable", "may not be written by the user that ohdio runs as"),
    ),
    ({errno.EROFS}, sentence("folder.read_only", "is on a disk that can only be read")),
    (
        {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EISDIR, errno.EEXIST},
        sentence("folder.no_folder", "is not there as a folder"),
    ),
    (
        _GONE,
        sentence("folder.disk_gone", "is on a disk that gives errors or has gone away"),
    ),
)


def is_full(error: BaseException) -> bool:
    """Return whether an error says that the disk, or the user's share of it, is full."""
    return isinstance(error, OSError) and error.errno in _FULL


def is_gone(error: BaseException) -> bool:
    """Return whether an error says that a disk fails, or that a share has gone away."""
    return isinstance(error, OSError) and error.errno in _GONE


def not_enough_space(directory: Path, needed: int) -> NeedsPerson:
    """Return the error for a disk that lacks room for ``needed`` bytes."""
    free = shutil.disk_usage(directory).free
    return NeedsPerson(
        sentence(
            "work_dir.full",
            "Not enough free space for unfinished books (WORK_DIR): {needed:,} MiB are needed, with the reserve"
            " of MIN_DISK_SPACE_MB, and {free:,} MiB are free. It goes on by itself when there is room.",
            needed=_mebibytes(needed),
            free=_mebibytes(free),
        )
    )


def disk_error(error: OSError, root: Path) -> OhdioError:
    """Return our error for one that the disk of the work directories below ``root`` gave.

    By table: what trying again cannot mend waits for a person, and costs the book no attempt.
    """
    if is_full(error):
        return not_enough_space(root if root.exists() else root.parent, 0)
    if error.errno in _BUSY:
        return Postponed(
            sentence(
                "machine.busy", "This machine has no more files or memory to give at the moment; it goes on by itself."
            )
        )
    for numbers, what in _BROKEN:
        if error.errno in numbers:
            return NeedsPerson(
                sentence(
                    "work_dir.broken",
                    "The folder for unfinished books, {folder}, {what}. Mend it, or set WORK_DIR to another one; it "
                    "goes on by itself then.",
                    folder=str(root),
                    what=what,
                )
            )
    return TransientError(
        sentence(
            "work_dir.error",
            "The disk of the folder for unfinished books, {folder}, gave an error. See the log.",
            folder=str(root),
        )
    )


def cut_meanwhile(name: str) -> OSError:
    """Return the error for a file that ends before where it reached when its reading began."""
    return OSError(errno.EIO, os.strerror(errno.EIO), name)


def require_readable(path: Path) -> None:
    """Read a file to its end, before it is blamed for what may be its disk's fault: readers tell no difference.

    Raises:
        OSError: It cannot be read.
    """
    buffer = bytearray(_CHUNK)
    with path.open("rb", buffering=0) as file:
        while file.readinto(buffer):
            pass


@contextmanager
def postponing_when_full(directory: Path, needed: int) -> Iterator[None]:
    """Raise ``NeedsPerson`` where the block finds the disk full; ``needed`` bytes would have helped."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise not_enough_space(directory, needed) from error
        raise


@contextmanager
def copying(half: Path, size: int, *, keep_free: int) -> Iterator[None]:
    """Allow the block to write ``half``, of ``size`` bytes, if ``keep_free`` bytes stay free; no half of it is left.

    Raises:
        NeedsPerson: There is no room, or the disk became full.
    """
    left = half.stat().st_size if half.exists() else 0  # by a kill: it is written over
    if shutil.disk_usage(half.parent).free + left - size < keep_free:
        raise not_enough_space(half.parent, size + keep_free)
    with _discarding(half), postponing_when_full(half.parent, size + keep_free):
        yield


def copy_stretch(source: Path, start: int, size: int, target: BinaryIO, check: Callable[[], None]) -> None:
    """Copy bytes of one file behind what there is of another.

    Args:
        source: Where they are.
        start: The first one's place.
        size: How many.
        target: Open for writing.
        check: Called often; what it raises ends the work.

    Raises:
        OSError: They cannot be read or written.
    """
    with source.open("rb") as reading:
        reading.seek(start)
        while size > 0 and (chunk := reading.read(min(_CHUNK, size))):
            check()
            target.write(chunk)
            size -= len(chunk)
        if size > 0:
            raise cut_meanwhile(str(source))


def link_or_copy(source: Path, target: Path) -> None:
    """Link a file under a second name; make a copy where the file system has no links.

    Raises:
        NeedsPerson: The disk is full.
    """
    try:
        target.hardlink_to(source)
    except OSError:
        with copying(target, source.stat().st_size, keep_free=0):
            shutil.copyfile(source, target)


def write_whole(path: Path, data: bytes) -> None:
    """Write a small file: whole, or not at all. One writer at a time in its directory.

    Raises:
        NeedsPerson: The disk is full.
    """
    half = path.with_name(".new")
    with _discarding(half), postponing_when_full(path.parent, len(data)):
        half.write_bytes(data)
        half.replace(path)


@contextmanager
def _discarding(half: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        half.unlink(missing_ok=True)
        raise


def _mebibytes(count: int) -> int:
    """Return a number of bytes as MIN_DISK_SPACE_MB counts them."""
    return round(count / 2**20)
