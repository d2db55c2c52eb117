"""The files of an episode among those of its show: they come, go and get other names so that it is whole or not there.

An episode is there once both its marker and its sound are. The marker comes first, under a name that nothing has yet:
so no two writers take one name, and nobody else's file is ever replaced. Pictures and texts follow, the sound comes
last. What goes, goes the other way round. Nobody reads a list of all episodes to change it: many write to a show at
once, from any number of machines.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ohdio_core.domain.formats import is_sound, picture_format
from ohdio_core.library.disk import remove_if_empty, sync
from ohdio_core.library.filed import Filed, filed_at, has_episodes, marker_of_episode
from ohdio_core.library.marker import MARKERS, Marker, as_json, write_marker
from ohdio_core.library.naming_files import appear_under_new_name, move_to_new_name, write_under_new_name
from ohdio_core.library.show_cover import remove_show_cover


def names_of_episode(stem: str, names: Collection[str]) -> dict[str, str]:
    """Return what the files of an episode are called, and what they are called now; others are left out.

    Args:
        stem: What they are to have in common.
        names: Of its sound, which is one file, and of what goes with it.
    """
    sound = next(filter(_is_sound, sorted(names)), "")
    own = PurePosixPath(sound).stem
    named = {}
    for name in sorted(names):
        if name.startswith(f"{own}."):
            named[f"{stem}{name.removeprefix(own)}"] = name
        elif picture_format(PurePosixPath(name)) is not None:
            named.setdefault(f"{stem}{PurePosixPath(name).suffix}", name)
    return named


def put_episode(source: Path, place: Path, marker: Marker, named: Mapping[str, str] | None = None) -> bool:
    """Put the files of an episode among those of its show; return False where their names are another's.

    What is in ``source`` stays there, where the disk has links, until all of it is in place; without links, its sound
    goes last.

    Args:
        source: A hidden folder, on the same disk.
        place: What the names begin with.
        marker: With the files as they are called in place.
        named: What they are called in ``source``, by that.

    Raises:
        OSError: The library cannot be written.
    """
    came_as = {name: source / (name if named is None else named[name]) for name in marker.files}
    coming = sound_last(name for name, path in came_as.items() if path.exists())
    if not _is_claimed(place, marker, coming):
        return False
    directory = place.parent
    there: list[Path] = []
    try:
        for name in coming:
            _appear(came_as[name], directory / name)
            there.append(directory / name)
    except FileExistsError:  # somebody has put it there since it was looked for
        for path in reversed(there):
            path.unlink()
        _remove_marker(place)
        return False
    sync(directory)
    return True


def gather_episode(filed: Filed, target: Path) -> None:
    """Move an episode's files into a hidden folder of their own, the sound first.

    Killed in between, it goes on with the same ``target``.

    Raises:
        OSError: They cannot be moved.
    """
    target.mkdir(parents=True, exist_ok=True)
    write_marker(target, replace(filed.marker, is_episode=True))
    for name in reversed(sound_last(filed.marker.files)):
        with suppress(FileNotFoundError):
            _move(filed.directory / name, target / name)
    sync(target)
    forget_episode(filed.place)


def move_episode(filed: Filed, place: Path, marker: Marker, named: Mapping[str, str]) -> bool:
    """Rename the files of an episode; return False where these are another's. Killed in between, it goes on.

    Args:
        filed: It.
        place: What its files are to begin with.
        marker: With their new names.
        named: What they are called now, by these.

    Raises:
        OSError: They cannot be moved.
    """
    there = None if filed.is_whole else filed_at(place)
    if there is not None and there.is_episode and there.marker.owner == marker.owner and there.is_whole:
        forget_episode(filed.place)  # all else has moved
        return True
    coming = sound_last(name for name, now in named.items() if (filed.directory / now).exists())
    if not _is_claimed(place, marker, coming):
        return False
    moved: list[tuple[Path, Path]] = []
    try:
        for name in coming:
            source, target = filed.directory / named[name], place.parent / name
            move_to_new_name(source, target)
            moved.append((source, target))
    except OSError as error:
        for source, target in reversed(moved):
            target.rename(source)
        _remove_marker(place)
        if error.errno in {errno.EEXIST, errno.EXDEV}:
            return False
        raise
    sync(place.parent)
    forget_episode(filed.place)
    return True


def forget_episode(place: Path) -> None:
    """Remove what says that an episode is in a folder; with the last one goes what ohdio has put there for the show."""
    _remove_marker(place)
    directory = place.parent
    if not has_episodes(directory):
        remove_show_cover(directory)
        with suppress(FileNotFoundError, NotADirectoryError):
            for left in (directory / MARKERS).glob(".*.new"):
                left.unlink(missing_ok=True)
        remove_if_empty(directory / MARKERS)
    if directory.is_dir():
        sync(directory)


def _is_claimed(place: Path, marker: Marker, coming: Collection[str]) -> bool:
    """Return whether an episode has its names now: nothing has them, or it does itself, from a run that was killed.

    Args:
        place: What they begin with.
        marker: That is to be there. Of pictures and texts it names those that are coming, or have come.
        coming: The names of files that are to be put there.
    """
    directory, there = place.parent, filed_at(place)
    if there is not None and (not there.is_episode or there.marker.owner != marker.owner or there.is_whole):
        return False
    before = {} if there is None else there.marker.files
    for name in before:
        if name in coming or name not in marker.files:
            (directory / name).unlink(missing_ok=True)
    if os.path.lexists(place) or any(os.path.lexists(directory / name) for name in coming):
        return False
    kept = [name for name in before if (directory / name).exists()]
    named = {name: placed for name, placed in marker.files.items() if _is_sound(name) or name in {*coming, *kept}}
    claim = replace(marker, files=named, is_episode=True)
    if there is None:
        return _is_marked_first(place, claim)
    there.write(claim)
    return True


def _is_marked_first(place: Path, marker: Marker) -> bool:
    """Write the marker of an episode; return False where another one has the name."""
    path = marker_of_episode(place)
    if path.parent.is_symlink():
        raise NotADirectoryError(errno.ENOTDIR, "it leads out of the library", str(path.parent))
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            write_under_new_name(path, lambda new: new.write_text(as_json(marker), "utf-8"), beside=path.parent)
        except FileExistsError:
            return False
        except FileNotFoundError:
            continue  # the last episode has gone at this moment, and the folder of markers with it
        sync(path.parent)
        return True


def _appear(source: Path, target: Path) -> None:
    copies = None if _is_sound(target.name) else target.parent / MARKERS
    appear_under_new_name(source, target, copies_in=copies)


def _move(source: Path, target: Path) -> None:
    """Move a file, or copy it where a disk begins between the two."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    else:
        return
    half = target.with_name(f".{target.name}.new")
    shutil.copyfile(source, half)
    sync(half)
    half.rename(target)
    source.unlink()


def _remove_marker(place: Path) -> None:
    with suppress(NotADirectoryError):
        marker_of_episode(place).unlink(missing_ok=True)


def sound_last(names: Iterable[str]) -> list[str]:
    """Return names of files in the order in which they come."""
    return sorted(names, key=lambda name: (_is_sound(name), name))


def _is_sound(name: str) -> bool:
    return is_sound(PurePosixPath(name))
