"""A full disk: said in one way, wherever it shows."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ohdio_core.errors import Postponed

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def is_full(error: BaseException) -> bool:
    """Whether an error says that the disk, or the user's share of it, is full."""
    return isinstance(error, OSError) and error.errno in _FULL


def not_enough_space(directory: Path, needed: int) -> Postponed:
    """The error for a disk that lacks room for ``needed`` bytes."""
    free = shutil.disk_usage(directory).free
    return Postponed(
        f"Not enough free space in {directory}: {_megabytes(needed)} MB are needed (with the reserve that is kept "
        f"free), {_megabytes(free)} MB are free. The download goes on when there is room."
    )


@contextmanager
def postponing_when_full(directory: Path, needed: int) -> Iterator[None]:
    """Raise ``Postponed`` where the block finds the disk full; ``needed`` bytes would have helped."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise not_enough_space(directory, needed) from error
        raise


@contextmanager
def copying(half: Path, size: int, *, keep_free: int) -> Iterator[None]:
    """Let the block write ``half``, of ``size`` bytes, if as many as ``keep_free`` stay free; no half of it is left.

    Raises:
        Postponed: There is no room, or the disk became full.
    """
    left = half.stat().st_size if half.exists() else 0  # by a kill: it is written over
    if shutil.disk_usage(half.parent).free + left - size < keep_free:
        raise not_enough_space(half.parent, size + keep_free)
    with _discarding(half), postponing_when_full(half.parent, size + keep_free):
        yield


def write_whole(path: Path, data: bytes) -> None:
    """Write a small file: whole, or not at all. One writer at a time in its directory.

    Raises:
        Postponed: The disk is full.
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


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:,.0f}"
