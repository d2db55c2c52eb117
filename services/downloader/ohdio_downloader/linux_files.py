"""What Linux can do with large files, and Python has no function for: see its ``fallocate`` and ``sync_file_range``."""

from __future__ import annotations

import ctypes
import os
import sys
import tempfile
from functools import cache
from pathlib import Path

_COLLAPSE, _INSERT = 0x08, 0x20
_WRITE = 2


def can_insert(directory: Path, size: int) -> bool:
    """Return whether ``insert`` and ``remove`` work in a directory, with so many bytes."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        with tempfile.TemporaryFile(dir=directory) as file:
            os.ftruncate(file.fileno(), size)
            insert(file.fileno(), size)
            remove(file.fileno(), size)
    except (OSError, AttributeError):
        return False
    return True


def insert(descriptor: int, size: int) -> None:
    """Put empty blocks of so many bytes before the first byte of a file; what follows stays where it is on the disk.

    Raises:
        OSError: The file system cannot do it, or is full.
    """
    _change_blocks(descriptor, _INSERT, size)


def remove(descriptor: int, size: int) -> None:
    """Take the first bytes of a file away, in whole blocks.

    Raises:
        OSError: The file system cannot do it.
    """
    _change_blocks(descriptor, _COLLAPSE, size)


def start_writeback(descriptor: int, start: int, size: int) -> None:
    """Start to write bytes of a file to the disk, before anybody waits for that; that it cannot be done is no fault."""
    if sys.platform.startswith("linux"):
        _library().sync_file_range(descriptor, ctypes.c_int64(start), ctypes.c_int64(size), _WRITE)


def _change_blocks(descriptor: int, mode: int, size: int) -> None:
    library = _library()
    # The one with 64 bits everywhere, where the C library tells them apart.
    change = library.fallocate64 if hasattr(library, "fallocate64") else library.fallocate
    if change(descriptor, mode, ctypes.c_int64(0), ctypes.c_int64(size)):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
