"""The files of what is filed in a library that is a folder: their names, and what is in them."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path, PurePosixPath

from ohdio_core.domain.formats import audio_format
from ohdio_core.domain.natural_order import natural_order
from ohdio_core.domain.owner import OwnerId
from ohdio_core.library.aside import read_aside, write_aside
from ohdio_core.library.disk import postponing
from ohdio_core.library.filed import Filed, filed_at
from ohdio_core.library.protocol import LibraryFile
from ohdio_core.library.reading import cover_in, cover_of_episode, file_at, read_range


class FolderFiles:
    """What can be read of the books of a folder.

    Where it says no more, a method raises ``Postponed`` when the library cannot be reached.

    Args:
        root: The library's directory.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def audio_files(self, folder: PurePosixPath, owner_id: OwnerId) -> tuple[PurePosixPath, ...]:
        """Return the names of the book's audio files in listening order; empty for a folder that is not this book's.

        Where some of ours are gone and there are others, it is all that is there.
        """
        filed = self._filed(folder, owner_id)
        if filed is None:
            return ()
        with postponing(self._root):
            names = filed.in_place_of_ours() or sorted(filed.files(), key=natural_order)
        return tuple(name for each in names if audio_format(name := filed.named(folder, each)) is not None)

    def our_files(self, folder: PurePosixPath, owner_id: OwnerId) -> tuple[PurePosixPath, ...]:
        """Return the names of all that was placed in a folder, in order; empty for one that is not this book's."""
        filed = self._filed(folder, owner_id)
        if filed is None:
            return ()
        with postponing(self._root):
            names = sorted(filed.files(), key=natural_order)
        return tuple(filed.named(folder, name) for name in names)

    def file_of(self, folder: PurePosixPath, name: str) -> PurePosixPath:
        """Return a file of what is filed in a place, by its own name: below that, or beside it if it is an episode."""
        with postponing(self._root):
            filed = filed_at(self._root / folder)
        return folder / name if filed is None else filed.named(folder, name)

    def cover(self, folder: PurePosixPath, owner_id: OwnerId) -> LibraryFile | None:
        """Return the picture of the book, ours or people's; None without one, and for another book's folder."""
        filed = self._filed(folder, owner_id)
        if filed is None:
            return None
        with postponing(self._root):
            own = cover_of_episode(self._root, folder, filed.files()) if filed.is_episode else None
            return own or cover_in(self._root, folder.parent if filed.is_episode else folder)

    def file(self, name: PurePosixPath) -> LibraryFile | None:
        """Return a file of a book; None where it is gone."""
        with postponing(self._root):
            return file_at(self._root, name)

    def read(self, name: PurePosixPath, start: int, length: int) -> Generator[bytes]:
        """Yield ``length`` bytes of a file from ``start`` on, fewer where it ends; closing this closes the file.

        Raises:
            OSError: It cannot be read.
        """
        return read_range(self._root / name, start, length)

    def read_aside(self, name: str) -> bytes | None:
        """Return what ``write_aside`` kept under a name; None where nothing is (any more)."""
        with postponing(self._root):
            return read_aside(self._root, name)

    def write_aside(self, name: str, data: bytes) -> None:
        """Keep something small beside the books, hidden from players, that can be made again at any time."""
        with postponing(self._root):
            write_aside(self._root, name, data)

    def _filed(self, folder: PurePosixPath, owner_id: OwnerId) -> Filed | None:
        """Return what is filed in a place; None where that is not this book."""
        with postponing(self._root):
            filed = filed_at(self._root / folder)
        return filed if filed is not None and filed.marker.owner in owner_id.ids else None
