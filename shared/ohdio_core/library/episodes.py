"""The files of an episode among those of its show: they come, go and get other names so that it is whole or not there.

An episode is there once both its marker and its sound are. The marker comes first, under a name that nothing has yet:
so no two writers take one name, and nobody else's file is ever replaced. Pictures and texts follow, the sound comes
last. What goes, goes the other way round. Until all is done the marker is a claim, with what tells our files from those
that people may put under their names meanwhile. Nobody reads a list of all episodes to change it: many write to a show
at once, from any number of machines.
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
from ohdio_core.domain.misreading import MISREAD_FILES
from ohdio_core.library.disk import remove_if_empty, sync
from ohdio_core.library.filed import Filed, filed_at, has_episodes, marker_of_episode
from ohdio_core.library.fingerprints import fingerprint, fingerprint_of_old
from ohdio_core.library.marker import MARKERS, Marker, NameClaim, as_json, write_marker
from ohdio_core.library.naming_files import appear_under_new_name, move_to_new_name, write_under_new_name
from ohdio_core.library.show_cover import is_show_cover, put_show_cover, remove_show_cover


def names_of_episode(stem: str, names: Collection[str], was: str | None = None) -> dict[str, str]:
    """Return what the files of an episode are called, and what they are called now; others are left out.

    Args:
        stem: What they are to have in common.
        names: Of its sound, which is one file, and of what goes with it.
        was: What they had in common before, where people may have given the sound another name.
    """
    sound = next(filter(_is_sound, sorted(names)), "")
    named: dict[str, str] = {}
    for begin in (PurePosixPath(sound).stem, was):
        for name in sorted(set(names) - set(named.values())):
            if begin is not None and name.startswith((f"{begin}.", f"{begin}_.")):
                named.setdefault(_name_of(stem, name.removeprefix(begin).removeprefix("_")), name)
    for name in sorted(set(names) - set(named.values())):
        if picture_format(PurePosixPath(name)) is not None:
            named.setdefault(_name_of(stem, PurePosixPath(name).suffix), name)
    return named


def _name_of(stem: str, end: str) -> str:
    """Return what a file of an episode is called, so that nobody takes it for one that tells of the whole show."""
    name = f"{stem}{end}"
    is_of_show = name.lower() in MISREAD_FILES or is_show_cover(name)
    return f"{stem}_{end}" if is_of_show else name


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
    claimed = _claimed(place, marker, {name: fingerprint(came_as[name]) for name in coming})
    if claimed is None:
        if (left := _left_of(place, marker)) is not None:
            _withdraw(left)
        return False
    try:
        for name in coming:
            if _is_sound(name):  # what players see first of a show is its picture
                put_show_cover(place.parent, marker)
            _appear(came_as[name], place.parent / name)
    except FileExistsError:  # somebody has put it there since it was looked for
        _withdraw(claimed)
        return False
    sync(place.parent)
    _settle(claimed, marker)
    return True


def settle_episode(filed: Filed) -> None:
    """Write that all is there of an episode whose sound has come, but whose process was killed just then.

    Raises:
        OSError: It cannot be written.
    """
    if filed.marker.claim is None or filed.is_leaving:
        return
    settled = replace(filed.marker, files=dict(filed.files()), claim=None)
    if filed_at(filed.place) == filed:  # while its files were read, whoever put them there may have gone on
        filed.write(settled)


def gather_episode(filed: Filed, target: Path) -> None:
    """Move an episode's files into a hidden folder of their own, the sound first.

    Killed in between, it goes on with the same ``target``.

    Raises:
        OSError: They cannot be moved.
    """
    target.mkdir(parents=True, exist_ok=True)
    write_marker(target, replace(filed.marker, is_episode=True, claim=None))
    for name in reversed(sound_last(_leaving(filed).files())):
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
    there = filed_at(place)
    is_own = there is not None and there.is_episode and there.marker.owner == marker.owner
    if there is not None and is_own and there.is_whole and not filed.is_whole:  # all else has moved
        settle_episode(there)
        _end_leaving(filed, named)
        return True
    leaving = _leaving(filed)
    ours = leaving.files()
    coming = {name: fingerprint_of_old(filed.directory / now) for name, now in named.items() if now in ours}
    claimed = _claimed(place, marker, coming)
    if claimed is None:
        if (left := _left_of(place, marker)) is not None:
            _move_back(left, filed, named)
        _stay(leaving)
        return False
    try:
        for name in sound_last(coming):
            if _is_sound(name):
                put_show_cover(place.parent, marker)
            move_to_new_name(filed.directory / named[name], place.parent / name)
    except OSError as error:
        _move_back(claimed, filed, named)
        _stay(leaving)
        if error.errno in {errno.EEXIST, errno.EXDEV}:
            return False
        raise
    sync(place.parent)
    _settle(claimed, marker)
    _end_leaving(leaving, named)
    return True


def _leaving(filed: Filed) -> Filed:
    """Write that the files of an episode are about to go, and return it with that."""
    if filed.is_leaving:
        return filed
    there = (path for name in filed.files() if (path := filed.directory / name).is_file())
    return filed.write(replace(filed.marker, claim=NameClaim(tuple(map(fingerprint_of_old, there)), is_leaving=True)))


def _stay(leaving: Filed) -> None:
    """Write that the files of an episode stay after all, but for one whose name people have used meanwhile."""
    ours = leaving.files()
    files = {name: placed for name, placed in leaving.marker.files.items() if _is_sound(name) or name in ours}
    leaving.write(replace(leaving.marker, files=files, claim=None))


def _end_leaving(filed: Filed, named: Mapping[str, str]) -> None:
    """Forget an episode whose files are elsewhere now, and remove what has no name there."""
    for name in filed.files() if filed.is_leaving else ():
        if name not in named.values():
            (filed.directory / name).unlink(missing_ok=True)
    forget_episode(filed.place)


def _move_back(there: Filed, filed: Filed, named: Mapping[str, str]) -> None:
    """Rename files to what they were before they were moved, and withdraw what claims their new names."""
    for name in sound_last(there.files())[::-1]:
        if name in named:
            with suppress(FileExistsError):
                move_to_new_name(there.directory / name, filed.directory / named[name])
    _withdraw(there)


def _settle(claimed: Filed, marker: Marker) -> None:
    """Write the marker of an episode that is there: of what it was to have, what has come, or was there already."""
    files = {name: placed for name, placed in marker.files.items() if name in claimed.marker.files}
    claimed.write(replace(claimed.marker, files=files, claim=None))


def _left_of(place: Path, marker: Marker) -> Filed | None:
    """Return what a killed process has left of an episode that was coming; None where nothing is to be withdrawn."""
    there = filed_at(place)
    if there is None or there.marker.owner != marker.owner or there.marker.claim is None or there.is_whole:
        return None
    return there


def _withdraw(claimed: Filed) -> None:
    """Remove what has come of an episode that is not to come after all."""
    for name in claimed.files():
        (claimed.directory / name).unlink(missing_ok=True)
    forget_episode(claimed.place)


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


def _claimed(place: Path, marker: Marker, coming: Mapping[str, str]) -> Filed | None:
    """Return an episode that has its names from now on; None where somebody else has one of them.

    What is left of itself, as of a run that was killed, makes room for what is coming.

    Args:
        place: What they begin with.
        marker: That is to be there. Of pictures and texts it names those that are coming, or are there already.
        coming: The fingerprints of files that are to be put there, by their names.
    """
    directory, there = place.parent, filed_at(place)
    if there is not None and (not there.is_episode or there.marker.owner != marker.owner or there.is_whole):
        return None
    files = {} if there is None else there.files()
    own = {name: placed for name, placed in files.items() if (directory / name).exists()}
    if os.path.lexists(place) or any(_is_taken(directory / name, own) for name in coming):
        return None
    wanted = {name: placed for name, placed in marker.files.items() if _is_sound(name) or name in {*coming, *own}}
    # All that is ours at any step from here on is told by this: people may put files of theirs beside it.
    claim = NameClaim((*coming.values(), *(fingerprint(directory / name) for name in own)))
    claimed = Filed(place, replace(marker, files=own | wanted, is_episode=True, claim=claim), is_episode=True)
    if there is not None:
        there.write(claimed.marker)
    elif not _is_marked_first(place, claimed.marker):
        return None
    for name in own:
        if name in coming or name not in marker.files:
            (directory / name).unlink(missing_ok=True)
    return claimed


def _is_taken(path: Path, own: Collection[str]) -> bool:
    """Return whether a name is that of something else than files of ours, however a disk lets these be spelled."""
    if path.name in own or not os.path.lexists(path):
        return False
    return not path.exists() or not any(path.samefile(path.with_name(name)) for name in own)


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
