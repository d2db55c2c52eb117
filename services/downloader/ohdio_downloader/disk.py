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


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:,.0f}"
