"""The sound in the folders of books, whoever has put it there.

Players and people make other files of a book's: one of all parts, or the same ones under other names. What shows that a
book is still whole is then how long all that can be heard in its folder lasts; whoever has measured that writes it into
the marker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.formats import is_sound
from ohdio_core.domain.owner import OwnerId
from ohdio_core.library.disk import postponing, size
from ohdio_core.library.filed import Filed, filed_at, has_episodes, sound_names
from ohdio_core.library.marker import Marker, read_marker, write_marker
from ohdio_core.library.mount import Mount
from ohdio_core.library.obstacle import OutOfLibrary, obstacle
from ohdio_core.library.protocol import FolderSound
from ohdio_core.library.show_markers import ShowMarkers


class FolderSounds:
    """The sound of a library that is a folder; ``Sounds``.

    Args:
        root: Of the library.
        markers: Of its shows.
        candidates: Returns folders that a book may be in, by its name, the path where it was filed and its mark.
    """

    def __init__(
        self,
        root: Path,
        markers: ShowMarkers,
        candidates: Callable[[BookDetails, OwnerId, str | None, Callable[[], None]], Iterable[PurePosixPath]],
    ) -> None:
        self._root = root
        self._markers = markers
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
            found: list[FolderSound] = []
            for folder in dict.fromkeys(self._candidates(details, owner_id, filed_at, check)):
                filed = self._filed(folder, owner_id)
                if filed is not None and filed.marker.parts == len(details.parts):
                    found += self._sounds_of(folder, filed)
            return found

    def media(self, folder: PurePosixPath, owner_id: OwnerId) -> Mapping[str, str]:
        """Return which medium of the site each file of ours was made of that is as it was placed, by their names.

        Raises:
            Postponed: The library cannot be read.
        """
        with postponing(self._root):
            filed = self._filed(folder, owner_id)
            if filed is None:
                return {}
            files, media = filed.files(), filed.marker.media.items()
            return {name: medium for name, medium in media if size(filed.directory / name) == files.get(name)}

    def adopt(self, sound: FolderSound, owner_id: OwnerId) -> None:
        """From now on, take the sound that is in a folder for that of its book: it was measured.

        Raises:
            Postponed: The library cannot be written.
        """
        with postponing(self._root):
            if (filed := self._filed(sound.folder, owner_id)) is not None:
                _with_sound(filed, [name.name for name in sound.names])

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
            if has_episodes(directory):
                return False
            files = {name: size(directory / name) for name in sound_names(directory)}
            write_marker(directory, Marker(owner_id.current, parts, files, seconds))
            Mount(self._root).mark()
        return True

    def episode_at(self, name: PurePosixPath) -> tuple[PurePosixPath, str] | None:
        """Return where the episode is that a file is of, and whose it is; None for any other file.

        Raises:
            Postponed: The library cannot be read.
        """
        with postponing(self._root):
            for stem, episode in self._markers.of(self._root / name.parent).items():
                if name.name in episode.names:
                    filed = filed_at(self._root / name.with_name(stem))  # people may have a file of that name
                    return (name.with_name(stem), episode.owner) if filed and name.name in filed.files() else None
        return None

    def _sounds_of(self, folder: PurePosixPath, filed: Filed) -> Iterator[FolderSound]:
        """Yield what may have taken the place of sound that is gone: all in a book's folder, one file for an episode.

        Among episodes that may be any file that no marker names; what has as many bytes as the one that is gone comes
        first.
        """
        if filed.is_whole:
            return
        names, seconds = sound_names(filed.directory), filed.marker.seconds
        if not filed.is_episode:
            if any(name not in filed.marker.files for name in names):
                yield FolderSound(folder, tuple(filed.named(folder, name) for name in names), seconds)
            return
        marked = {name for each in self._markers.of(filed.directory).values() for name in each.names}
        gone = {placed for name, placed in filed.marker.files.items() if is_sound(PurePosixPath(name))}
        left = (name for name in names if name not in marked)
        for name in sorted(left, key=lambda each: size(filed.directory / each) not in gone):
            yield FolderSound(folder, (filed.named(folder, name),), seconds, is_among_others=True)

    def _filed(self, folder: PurePosixPath, owner_id: OwnerId) -> Filed | None:
        filed = filed_at(self._root / folder)
        return filed if filed is not None and filed.marker.owner in owner_id.ids else None


def with_what_replaced_all(filed: Filed) -> Filed:
    """Return what is filed, its marker written anew with other sound where none of ours is left: that is it now.

    Where some of ours is there still, other sound is people's; and so it is beside an episode, until its checksum has
    told that it is that.

    Raises:
        OSError: The folder cannot be read or written.
    """
    if filed.is_episode:
        return filed
    ours = {name for name in filed.marker.files if is_sound(PurePosixPath(name))}
    if any(size(filed.directory / name) for name in ours):
        return filed
    there = sound_names(filed.directory)
    return _with_sound(filed, there) if there else filed


def _with_sound(filed: Filed, names: Iterable[str]) -> Filed:
    """Write in a marker that this is its sound, and return what is filed with that."""
    others = {name: placed for name, placed in filed.files().items() if not is_sound(PurePosixPath(name))}
    files = {name: size(filed.directory / name) for name in names}
    return filed.write(replace(filed.marker, files=others | files, media={}, claim=None))
