"""The sound in the folders of books, whoever has put it there.

Players and people make other files of a book's: one of all parts, or the same ones under other names. What shows that a
book is still whole is then how long all that can be heard in its folder lasts; whoever has measured that writes it into
the marker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.formats import is_sound
from ohdio_core.domain.natural_order import natural_order
from ohdio_core.domain.owner import OwnerId
from ohdio_core.library.disk import holds_all_audio, postponing, size
from ohdio_core.library.marker import Marker, read_marker, write_marker
from ohdio_core.library.mount import Mount
from ohdio_core.library.obstacle import OutOfLibrary, obstacle
from ohdio_core.library.protocol import FolderSound


class FolderSounds:
    """The sound of a library that is a folder; ``Sounds``.

    Args:
        root: Of the library.
        candidates: Returns folders that a book may be in, by its name, the path where it was filed and its mark.
    """

    def __init__(
        self,
        root: Path,
        candidates: Callable[[BookDetails, OwnerId, str | None, Callable[[], None]], Iterable[PurePosixPath]],
    ) -> None:
        self._root = root
        self._candidates = candidates

    def find(
        self, details: BookDetails, owner_id: OwnerId, filed_at: str | None, check: Callable[[], None]
    ) -> Sequence[FolderSound]:
        """Return the folders of a book in which other files may have taken the place of ours, with their sound.

        Args:
            details: With the number of parts: a book that has grown since is another one.
            owner_id: Whose folders they are.
            filed_at: Where it was filed.
            check: Called often; what it raises ends the search.

        Raises:
            Postponed: The library cannot be read.
        """
        with postponing(self._root):
            found = []
            for folder in dict.fromkeys(self._candidates(details, owner_id, filed_at, check)):
                marker = self._marker_of(folder, owner_id)
                if (
                    marker is not None
                    and marker.parts == len(details.parts)
                    and is_replaced(self._root / folder, marker)
                ):
                    names = (folder / name for name in sound_names(self._root / folder))
                    found.append(FolderSound(folder, tuple(names), marker.seconds))
            return found

    def media(self, folder: PurePosixPath, owner_id: OwnerId) -> Mapping[str, str]:
        """Return which medium of the site each file of ours was made of that is as it was placed, by their names.

        Raises:
            Postponed: The library cannot be read.
        """
        with postponing(self._root):
            marker = self._marker_of(folder, owner_id)
            media = {} if marker is None else marker.media
            directory = self._root / folder
            return {
                name: medium
                for name, medium in media.items()
                if marker is not None and size(directory / name) == marker.files[name]
            }

    def adopt(self, sound: FolderSound, owner_id: OwnerId) -> None:
        """From now on, take the sound that is in a folder for that of its book: it was measured.

        Raises:
            Postponed: The library cannot be written.
        """
        directory = self._root / sound.folder
        with postponing(self._root):
            marker = self._marker_of(sound.folder, owner_id)
            if marker is None:
                return
            others = {name: placed for name, placed in marker.files.items() if not is_sound(PurePosixPath(name))}
            files = {name.name: size(self._root / name) for name in sound.names}
            write_marker(directory, replace(marker, files=others | files, media={}))

    def claim(self, folder: PurePosixPath, owner_id: OwnerId, *, parts: int, seconds: float | None) -> bool:
        """Mark a folder that people have put into the library as a book's; False where it is another book's already.

        Raises:
            OutOfLibrary: It is behind a link.
            Postponed: The library cannot be written.
        """
        directory = self._root / folder
        with postponing(self._root):
            if (link := obstacle(self._root, folder)) is not None:
                raise OutOfLibrary(link)
            if (former := read_marker(directory)) is not None:
                return former.owner in owner_id.ids
            files = {name: size(directory / name) for name in sound_names(directory)}
            write_marker(directory, Marker(owner_id.current, parts, files, seconds))
            Mount(self._root).mark()
        return True

    def _marker_of(self, folder: PurePosixPath, owner_id: OwnerId) -> Marker | None:
        marker = read_marker(self._root / folder)
        return marker if marker is not None and marker.owner in owner_id.ids else None


def with_what_replaced_all(directory: Path, marker: Marker) -> Marker:
    """Return a folder's marker, written anew with the sound in it where none of ours is left: that is the book now.

    Where some of ours is there still, other sound is people's.

    Raises:
        OSError: The folder cannot be read or written.
    """
    ours = {name for name in marker.files if is_sound(PurePosixPath(name))}
    there = sound_names(directory)
    if not there or any(size(directory / name) for name in ours):
        return marker
    others = {name: placed for name, placed in marker.files.items() if name not in ours}
    marker = replace(marker, files=others | {name: size(directory / name) for name in there}, media={})
    write_marker(directory, marker)
    return marker


def is_replaced(directory: Path, marker: Marker) -> bool:
    """Return whether sound of ours is gone from a folder, and there is other sound in it.

    Raises:
        OSError: The folder cannot be read.
    """
    return not holds_all_audio(directory, marker) and any(name not in marker.files for name in sound_names(directory))


def sound_names(directory: Path) -> list[str]:
    """Return the names of all sound in a folder, in the order in which people read them; none where there is no folder.

    Raises:
        OSError: The folder cannot be read.
    """
    try:
        paths = list(directory.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    names = [path.name for path in paths if is_sound(path) and not path.name.startswith(".") and path.is_file()]
    return sorted(names, key=natural_order)
