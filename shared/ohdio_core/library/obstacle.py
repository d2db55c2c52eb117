"""What stands where a folder of the library should be: a file, or a link that must not be followed."""

from __future__ import annotations

import errno
import os
from pathlib import Path, PurePosixPath

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence


class PlaceTaken(PermanentError):
    """A book's folder cannot be made, as its path is no folder of the library.

    Args:
        path: What stands there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            sentence(
                "library.place_taken",
                "{path} is where the folder of this book should be, and is a file, or a link that "
                "leads nowhere or out of the library. Move it away and try the book again; nothing "
                "of it is lost.",
                path=str(path),
            )
        )


class OutOfLibrary(PermanentError):
    """A book's files are behind a link, which is not followed to delete them.

    Args:
        path: The link.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            sentence(
                "library.link_out",
                "{path} is a link, or leads out of the library through one, so the files behind it "
                "were left alone. Delete the link, and the files if they are not wanted, and then "
                "the book.",
                path=str(path),
            )
        )


def obstacle(root: Path, folder: PurePosixPath) -> Path | None:
    """Return the first part of a folder's path that is there and is no folder of the library; None without any.

    What the folder is in may be a link to another folder of the library; the folder itself may be no link at all.

    Raises:
        OSError: The library cannot be read.
    """
    path = root
    for depth, name in enumerate(folder.parts, 1):
        path /= name
        if not os.path.lexists(path):
            return None
        if (depth == len(folder.parts) and path.is_symlink()) or not _is_folder_of(root, path):
            return path
    return None


def _is_folder_of(root: Path, path: Path) -> bool:
    try:
        real = path.resolve(strict=True)
        return real.is_relative_to(root.resolve()) and real.is_dir()
    except (FileNotFoundError, NotADirectoryError, RuntimeError):  # Python up to 3.12 raises the last for a loop
        return False
    except OSError as error:
        if error.errno == errno.ELOOP:
            return False
        raise
