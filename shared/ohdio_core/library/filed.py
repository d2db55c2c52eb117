"""What is filed at a path of the library: a book, which is a folder, or an episode among those of its show."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from ohdio_core.domain.formats import is_sound
from ohdio_core.domain.natural_order import natural_order
from ohdio_core.library.disk import holds_all_audio
from ohdio_core.library.disk import size as size_of
from ohdio_core.library.marker import MARKERS, Marker, as_json, read_marker, read_marker_file, write_marker

_SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class Filed:
    """A book or an episode, as its marker names it."""

    place: Path  #: its folder; of an episode the name, without a suffix, that its files have in common
    marker: Marker
    is_episode: bool

    @property
    def directory(self) -> Path:
        """Return the folder that its files are in."""
        return self.place.parent if self.is_episode else self.place

    @property
    def is_whole(self) -> bool:
        """Return whether every audio file that was placed is still there.

        Raises:
            OSError: The folder cannot be read.
        """
        return holds_all_audio(self.directory, self.marker)

    def named(self, folder: PurePosixPath, name: str) -> PurePosixPath:
        """Return the name of one of its files below the library, in which it is at ``folder``."""
        return (folder.parent if self.is_episode else folder) / name

    def write(self, marker: Marker) -> Filed:
        """Write its marker anew, and return it with that."""
        if self.is_episode:
            rewrite_episode_marker(self.place, marker)
        else:
            write_marker(self.place, marker)
        return replace(self, marker=marker)

    def other_sound(self) -> list[str]:
        """Return the names of sound that may have taken the place of its own, in the order in which people read them.

        In the folder of a book that is all that is there. Among episodes it is what no marker names, people's own
        files and neighbours of other names too; what has as many bytes as the episode's own comes first.

        Raises:
            OSError: The folder cannot be read.
        """
        if not self.is_episode:
            return sound_names(self.directory)
        return sorted(self._unmarked(sound_names(self.directory)), key=lambda name: not self._is_as_long(name))

    def in_place_of_ours(self) -> list[str]:
        """Return the names of sound that is taken for its own, though nobody has measured it; none where it is whole.

        None of an episode: nothing but a checksum tells its file from those of its neighbours, and of people.

        Raises:
            OSError: The folder cannot be read.
        """
        if self.is_episode or self.is_whole:
            return []
        names = self.other_sound()
        return names if any(name not in self.marker.files for name in names) else []

    def may_be_replaced(self) -> bool:
        """Return whether it is worth looking for its sound in other files of its folder, where its own is gone.

        Of an episode, that is one file alone of as many bytes, which no marker names.

        Raises:
            OSError: The folder cannot be read.
        """
        if not self.is_episode:
            return bool(self.in_place_of_ours())
        if self.is_whole:
            return False
        same = [name for name in sound_names(self.directory) if self._is_as_long(name)]
        return bool(same) and len(self._unmarked(same)) == 1  # all markers of a show are read for few episodes

    def _unmarked(self, names: list[str]) -> list[str]:
        theirs = {name for _, marker in episodes_in(self.directory) for name in marker.files}
        return [name for name in names if name not in theirs]

    def _is_as_long(self, name: str) -> bool:
        """Return whether a file has as many bytes as sound that was placed."""
        placed = (size for own, size in self.marker.files.items() if is_sound(PurePosixPath(own)))
        return size_of(self.directory / name) in placed


def filed_at(place: Path) -> Filed | None:
    """Return what is filed at a path; None for what is nobody's.

    Raises:
        OSError: The library cannot be read.
    """
    if (marker := read_marker(place)) is not None:
        return Filed(place, marker, is_episode=False)
    if (marker := read_marker_file(marker_of_episode(place))) is not None:
        return Filed(place, marker, is_episode=True)
    return None


def marker_of_episode(place: Path) -> Path:
    """Return where the marker of an episode is."""
    return place.parent / marker_beside(place.name)


def marker_beside(stem: str) -> PurePosixPath:
    """Return where the marker of an episode is, in the folder of its show."""
    return PurePosixPath(MARKERS, f"{stem}{_SUFFIX}")


def rewrite_episode_marker(place: Path, marker: Marker) -> None:
    """Write the marker of an episode that has one, whole or not at all."""
    path = marker_of_episode(place)
    new = path.with_name(f".{path.name}.new")
    new.write_text(as_json(marker), encoding="utf-8")
    new.replace(path)


def episodes_in(directory: Path) -> Iterator[tuple[str, Marker]]:
    """Yield the episodes of a show's folder, by what their files have in common; none where it is another folder.

    Raises:
        OSError: The folder cannot be read.
    """
    for path in _markers_in(directory):
        if (marker := read_marker_file(path)) is not None:
            yield path.name.removesuffix(_SUFFIX), marker


def has_episodes(directory: Path) -> bool:
    """Return whether a folder has the marker of any episode."""
    return next(_markers_in(directory), None) is not None


def _markers_in(directory: Path) -> Iterator[Path]:
    folder = directory / MARKERS
    if folder.is_symlink():  # which is none of ours, wherever it leads
        return
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries]
    except (FileNotFoundError, NotADirectoryError):
        return
    yield from (folder / name for name in names if name.endswith(_SUFFIX) and not name.startswith("."))


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
