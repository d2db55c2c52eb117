"""Reading and writing the folders of a library, and what the system's refusals mean for a book."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from ohdio_core.domain.formats import is_sound
from ohdio_core.errors import NeedsPerson, PermanentError
from ohdio_core.library.marker import MARKER, Marker
from ohdio_core.reasons import reason_in_sentence
from ohdio_core.sentences import sentence


def sizes(directory: Path) -> dict[str, int]:
    """Return the size in bytes of each file of a flat directory but its marker, by name."""
    return {path.name: path.stat().st_size for path in sorted(directory.iterdir()) if path.name != MARKER}


def size(path: Path) -> int:
    """Return the size of a file in bytes; 0 where there is none."""
    try:
        return path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return 0


def holds_all_audio(directory: Path, marker: Marker) -> bool:
    """Return whether every audio file that was placed in a folder is still there.

    Its size may have changed, as people edit tags and pictures; half of it must be there.

    Raises:
        OSError: The folder cannot be read.
    """
    return all(
        size(directory / name) * 2 > placed for name, placed in marker.files.items() if is_sound(PurePosixPath(name))
    )


def remove_empty_above(root: Path, folder: PurePosixPath) -> None:
    """Remove the folders of a library that a folder of it was in, as far as nothing else is in them."""
    for above in folder.parents:
        if above.name:
            remove_if_empty(root / above)


def remove_if_empty(directory: Path) -> None:
    """Remove an empty directory; leave anything else alone."""
    try:
        directory.rmdir()
    except OSError as error:
        # The last: a link, to another author's folder for instance.
        if error.errno not in {errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT, errno.ENOTDIR}:
            raise


def sync_tree(directory: Path) -> None:
    """Return when a flat directory and its files are on the disk."""
    for path in directory.iterdir():
        sync(path)
    sync(directory)


def sync(path: Path) -> None:
    """Return when a file, or the names in a directory, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def for_each(paths: Iterable[Path], act: Callable[[Path], object]) -> None:
    """Carry out something on each path; what is wrong with one keeps no other from it.

    Raises:
        OSError: The last one of any path, once all have had their turn.
    """
    failed: OSError | None = None
    for path in paths:
        try:
            act(path)
        except OSError as error:
            failed = error
    if failed is not None:
        raise failed


@contextmanager
def postponing(root: Path) -> Iterator[None]:
    """Translate the system's errors in the block into ``Postponed``: the book waits, as it is not to blame.

    Raises:
        PermanentError: A name is too long, which no waiting makes shorter.
        NeedsPerson: The library cannot be reached or written.
    """
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise PermanentError(
                sentence(
                    "library.name_too_long",
                    "The library {library} takes no names as long as those of this book.",
                    library=str(root),
                )
            ) from error
        raise unusable(str(root), error) from error


def unusable(location: str, error: OSError) -> NeedsPerson:
    """Return our error for one that the disk of a library gave."""
    return NeedsPerson(
        sentence(
            "library.unusable",
            "The library {library} cannot be used: {reason}. The book is kept and goes there as soon as it can.",
            library=location,
            reason=reason_in_sentence(error),
        )
    )
