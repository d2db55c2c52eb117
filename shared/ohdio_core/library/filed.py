"""What is filed at a path of the library: a book, which is a folder, or an episode among those of its show."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from ohdio_core.domain.formats import is_sound
from ohdio_core.domain.natural_order import natural_order
from ohdio_core.library.disk import holds_all_audio
from ohdio_core.library.fingerprints import is_one_of
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
        files = self.files()
        has_all = all(name in files for name in self.marker.files if is_sound(PurePosixPath(name)))
        return has_all and holds_all_audio(self.directory, self.marker)

    @property
    def is_leaving(self) -> bool:
        """Return whether its files were on their way to somewhere else."""
        return self.marker.claim is not None and self.marker.claim.is_leaving

    def files(self) -> Mapping[str, int]:
        """Return what is its own: all that was placed, or what has come of it, or not gone yet, by names.

        Raises:
            OSError: A file cannot be read.
        """
        claim = self.marker.claim
        if claim is None:
            return self.marker.files
        placed = self.marker.files.items()
        return {name: size for name, size in placed if is_one_of(self.directory / name, claim.fingerprints)}

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

    def in_place_of_ours(self) -> list[str]:
        """Return the names of sound that is taken for its own, though nobody has measured it; none where it is whole.

        None of an episode: nothing but a checksum tells its file from those of its neighbours, and of people.

        Raises:
            OSError: The folder cannot be read.
        """
        if self.is_episode or self.is_whole:
            return []
        names = sound_names(self.directory)
        return names if any(name not in self.marker.files for name in names) else []


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


def is_one_place(one: Path, other: Path) -> bool:
    """Return whether a book or an episode is at two places that differ, if at all, in capitals alone, and are one.

    So they are to file systems that take no notice of these.

    Raises:
        OSError: The library cannot be read.
    """
    return any(
        named.exists() and also.exists() and named.samefile(also)
        for named, also in ((one, other), (marker_of_episode(one), marker_of_episode(other)))
    )


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


def episodes_in(directory: Path) -> Iterator[Filed]:
    """Yield the episodes of a show's folder; none where it is another folder.

    Raises:
        OSError: The folder cannot be read.
    """
    for entry in marker_entries(directory):
        if (marker := read_marker_file(Path(entry.path))) is not None:
            yield Filed(directory / stem_of_marker(entry.name), marker, is_episode=True)


def has_episodes(directory: Path) -> bool:
    """Return whether a folder has the marker of any episode."""
    return bool(marker_entries(directory))


def stem_of_marker(name: str) -> str:
    """Return what the files of an episode have in common, by the name of its marker."""
    return name.removesuffix(_SUFFIX)


def marker_entries(directory: Path) -> list[os.DirEntry[str]]:
    """Return the markers of a show's folder; none where it is another folder.

    Raises:
        OSError: The folder cannot be read.
    """
    folder = directory / MARKERS
    if folder.is_symlink():  # which is none of ours, wherever it leads
        return []
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if entry.name.endswith(_SUFFIX) and not entry.name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return []


def sound_names(directory: Path) -> list[str]:
    """Return the names of all sound in a folder, in the order in which people read them; none where there is no folder.

    Raises:
        OSError: The folder cannot be read.
    """
    try:
        with os.scandir(directory) as entries:
            names = [entry.name for entry in entries if _is_shown_sound(entry)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(names, key=natural_order)


def _is_shown_sound(entry: os.DirEntry[str]) -> bool:
    return is_sound(PurePosixPath(entry.name)) and not entry.name.startswith(".") and entry.is_file()
