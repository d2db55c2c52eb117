"""Putting a finished book into its folder: whole, under one rename, and in nobody else's place."""

from __future__ import annotations

import errno
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import NeedsPerson
from ohdio_core.library.disk import sizes, sync
from ohdio_core.library.episodes import gather_episode, names_of_episode, put_episode, sound_last
from ohdio_core.library.filed import Filed, filed_at
from ohdio_core.library.marker import Marker, read_marker
from ohdio_core.library.obstacle import obstacle
from ohdio_core.library.outgoing import TAKEN, begin_outgoing, outgoing_of, put_back
from ohdio_core.sentences import sentence

INCOMING = ".ohdio-incoming-"


@contextmanager
def brought_over(root: Path, staged: Path, keep_free: int, look: Callable[[], None]) -> Iterator[Path]:
    """Return the directory that a rename files: the staged one, or a copy of it in the library with a hidden name.

    Args:
        keep_free: Bytes that must stay free in the library beside a copy.
        look: Called before each file is copied; what it raises ends it.

    Raises:
        NeedsPerson: There is no room for a copy.
        OSError: The library cannot be written.
    """
    if _is_a_rename_away(root, staged):
        yield staged
        return
    needed = sum(sizes(staged).values()) + keep_free
    if (free := shutil.disk_usage(root).free) < needed:
        raise NeedsPerson(
            sentence(
                "library.full",
                "The library has {free:,} MiB free, and {needed:,} MiB are needed to file this "
                "book and keep the reserve (MIN_DISK_SPACE_MB). Make room; it goes on by itself.",
                free=free // 2**20,
                needed=needed // 2**20,
            )
        )
    copy = root / f"{INCOMING}{uuid.uuid4().hex}"
    try:
        _copy_bytes(staged, copy, look)
        yield copy
        shutil.rmtree(staged)
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def _copy_bytes(source: Path, target: Path, look: Callable[[], None]) -> None:
    """Copy a flat directory without permissions and times, which shares and USB sticks may refuse to take."""
    target.mkdir()
    for path in source.iterdir():
        look()
        shutil.copyfile(path, target / path.name)


def put(root: Path, incoming: Path, folder: PurePosixPath, owner_id: OwnerId, *, keeps_old: bool = False) -> str | None:
    """Rename ``incoming`` to ``folder``; put an episode among those of its show, and remove ``incoming`` after that.

    Args:
        root: Of the library.
        incoming: On its disk.
        folder: Below the root.
        owner_id: Whose folder it is.
        keeps_old: What is replaced goes to the trash.

    Returns:
        What names there what was replaced, empty where nothing went there. None where nothing was put, as somebody
        else's folder is in the place, or no folder at all.

    Raises:
        OSError: The library cannot be written.
    """
    marker = read_marker(incoming)
    if marker is not None and marker.is_episode:
        arriving = arriving_at(folder, incoming, marker, stem=incoming.name)
        return put_among_others(root, arriving, folder, owner_id, keeps_old=keeps_old)
    if obstacle(root, folder) is not None:
        return None
    target = root / folder
    with _replacing(root, folder, owner_id, keeps_old=keeps_old) as replacing:
        if replacing.is_episode_there:
            return None
        target.parent.mkdir(parents=True, exist_ok=True)
        replacing.move_aside()
        try:
            # A directory is never renamed over one that has something in it, and all of ours have.
            incoming.rename(target)
        except OSError as error:
            if error.errno in TAKEN:
                return None
            raise
    sync(target.parent)
    return replacing.key


@dataclass(slots=True)
class _Replacing:
    """What is filed of a book already, and is moved aside while another takes its place."""

    outgoing: Path
    folder: PurePosixPath
    now: Filed | None
    owner: str
    is_kept: bool
    key: str = ""  #: what names it in the trash, once it is there

    @property
    def is_episode_there(self) -> bool:
        """Return whether an episode has the place, whosever it is."""
        return self.now is not None and self.now.is_episode

    def move_aside(self) -> None:
        """Move it, if it is this book's; what is there of an episode that is not whole stays."""
        now, aside = self.now, self.outgoing / self.folder
        if now is None or now.marker.owner != self.owner or (now.is_episode and not now.is_whole):
            return
        begin_outgoing(self.outgoing, is_kept=self.is_kept)
        if now.is_episode:
            gather_episode(now, aside)
        else:
            aside.parent.mkdir(parents=True, exist_ok=True)
            now.place.rename(aside)


@contextmanager
def _replacing(root: Path, folder: PurePosixPath, owner_id: OwnerId, *, keeps_old: bool) -> Iterator[_Replacing]:
    """Return what is filed there; what was moved aside in the block is seen to after it, as whoever finds it does."""
    outgoing = outgoing_of(root, folder, owner_id.current)
    if outgoing.exists():
        put_back(root, outgoing)
    now = _marked_anew(root / folder, owner_id)
    replacing = _Replacing(outgoing, folder, now, owner_id.current, keeps_old)
    try:
        yield replacing
    except OSError:
        if outgoing.exists():
            put_back(root, outgoing)
        raise
    if outgoing.exists():
        replacing.key = put_back(root, outgoing) or ""


@dataclass(frozen=True, slots=True)
class ArrivingEpisode:
    """An episode that is to be put among those of its show."""

    directory: Path  #: a hidden one, on the library's disk
    marker: Marker
    named: Mapping[str, str]  #: what its files are called there, by what they are to be called


def put_among_others(
    root: Path, arriving: ArrivingEpisode, place: PurePosixPath, owner_id: OwnerId, *, keeps_old: bool
) -> str | None:
    """Put an episode among those of its show; what is returned and raised is as with ``put``.

    Args:
        root: Of the library.
        arriving: It. Its directory is removed once it is there.
        place: Below the root: what its files are to have in common.
        owner_id: Whose it is.
        keeps_old: What is replaced goes to the trash.
    """
    if obstacle(root, place.parent) is not None:
        return None
    with _replacing(root, place, owner_id, keeps_old=keeps_old) as replacing:
        if replacing.now is not None and not replacing.is_episode_there:
            return None
        replacing.move_aside()
        if not put_episode(arriving.directory, root / place, arriving.marker, arriving.named):
            return None
    for name in reversed(sound_last(arriving.named.values())):
        # The sound first: as long as it is there, a run that was killed takes it for all that is to be filed.
        (arriving.directory / name).unlink(missing_ok=True)
    shutil.rmtree(arriving.directory)
    return replacing.key


def arriving_at(place: PurePosixPath, directory: Path, marker: Marker, *, stem: str) -> ArrivingEpisode:
    """Return an episode that was filed before, with the names that its files have in a place.

    Args:
        place: It.
        directory: Where the files are now.
        marker: That names them.
        stem: Of the place in which they were; a name that people have given its sound stays where that is the same.
    """
    if stem == place.name:
        named = {name: name for name in marker.files}
    else:
        named = names_of_episode(place.name, marker.files, was=stem)
    files = {name: marker.files[now] for name, now in named.items()}
    media = {name: marker.media[now] for name, now in named.items() if now in marker.media}
    return ArrivingEpisode(directory, replace(marker, files=files, media=media), named)


def _is_a_rename_away(root: Path, staged: Path) -> bool:
    """Return whether a rename works, by trying it: two mounts of one file system look the same, and refuse it."""
    name = f"{INCOMING}{uuid.uuid4().hex}"
    trial = staged.with_name(name)
    trial.mkdir()
    try:
        trial.rename(root / name)
    except OSError as error:
        trial.rmdir()
        if error.errno == errno.EXDEV:
            return False
        raise
    (root / name).rmdir()
    return True


def _marked_anew(target: Path, owner_id: OwnerId) -> Filed | None:
    """Return what is filed; the former marker of this book becomes today's, so that it is known by one from now."""
    filed = filed_at(target)
    if filed is None or filed.marker.owner != owner_id.former:
        return filed
    return filed.write(replace(filed.marker, owner=owner_id.current))
