"""Reading the files of a library's folder."""

from __future__ import annotations

import errno
import stat
from collections.abc import Generator, Iterable
from pathlib import Path, PurePosixPath

from ohdio_core.domain.formats import picture_format
from ohdio_core.library.protocol import LibraryFile
from ohdio_core.library.unreadable import FileUnreadable

_CHUNK = 1024 * 1024  # bytes; each costs whoever sends it a hop between threads
_NOT_THERE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})


def file_at(root: Path, name: PurePosixPath) -> LibraryFile | None:
    """Return what is known of a file; None where there is none, or a link that leads out of the library.

    Raises:
        OSError: The library cannot be read.
    """
    try:
        real = (root / name).resolve(strict=True)
        if not real.is_relative_to(root.resolve()):
            return None
        status = real.stat()
    except RuntimeError:  # of Python up to 3.12, for a loop of links
        return None
    except OSError as error:
        if error.errno in _NOT_THERE:
            return None
        raise
    return LibraryFile(name, status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None


def cover_in(root: Path, folder: PurePosixPath) -> LibraryFile | None:
    """Return the picture in a folder that is called ``cover``; None without one.

    Raises:
        OSError: The library cannot be read.
    """
    names = sorted(path.name for path in (root / folder).glob("cover.*") if picture_format(path) is not None)
    return next((found for name in names if (found := file_at(root, folder / name)) is not None), None)


def cover_of_episode(root: Path, place: PurePosixPath, names: Iterable[str]) -> LibraryFile | None:
    """Return the picture of an episode among its files; None without one.

    Raises:
        OSError: The library cannot be read.
    """
    pictures = sorted(name for name in names if picture_format(PurePosixPath(name)) is not None)
    return next((found for name in pictures if (found := file_at(root, place.with_name(name))) is not None), None)


def read_range(path: Path, start: int, length: int) -> Generator[bytes]:
    """Yield bytes of a file in chunks; fewer where it ends before.

    Raises:
        FileNotFoundError: It is gone.
        FileUnreadable: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            file.seek(start)
            while length > 0 and (chunk := file.read(min(_CHUNK, length))):
                length -= len(chunk)
                yield chunk
    except FileNotFoundError:
        raise
    except OSError as error:
        raise FileUnreadable(error.errno, error.strerror, error.filename or str(path)) from error
