"""The trash: folders of deleted books, hidden beside the others, where they lie until somebody wants them back.

Each lies in an entry of its own, ``.ohdio-trash/KEY/Author/Title``, by the path that it had, with its marker; the key
begins with a digest of its owner. It comes and goes under one rename, so that it is never half there: also when it is
deleted for good, as it gets a name then by which nobody finds it. What people put into the folder of a book is theirs:
it is moved back at once, or by whoever tidies up after a crash.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path, PurePosixPath

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.owner import OwnerId
from ohdio_core.library.disk import (
    for_each,
    holds_all_audio,
    postponing,
    remove_empty_above,
    remove_if_empty,
    sync,
    sync_tree,
)
from ohdio_core.library.episodes import gather_episode
from ohdio_core.library.filed import Filed, filed_at
from ohdio_core.library.filing import INCOMING, put
from ohdio_core.library.marker import MARKER, Marker, marked_folder_in, read_marker
from ohdio_core.library.mount import Mount
from ohdio_core.library.obstacle import obstacle
from ohdio_core.library.outgoing import TAKEN
from ohdio_core.library.protocol import TrashedFolder
from ohdio_core.library.refusals import no_place_to_restore
from ohdio_core.library.trash_entry import TRASH, digest_of, give_back, new_entry

_GOING = "going-"  # before the key of an entry that is deleted for good


class FolderTrash:
    """The trash of a library that is a folder; a ``Trash``.

    Args:
        root: Of the library.
        mount: Whether that is there.
        folders: Returns where a book belongs in it, by names that it may have.
    """

    def __init__(
        self, root: Path, mount: Mount, folders: Callable[[BookDetails, OwnerId], Iterable[PurePosixPath]]
    ) -> None:
        self._root = root
        self._mount = mount
        self._folders = folders

    def take(self, folder: PurePosixPath, filed: Filed) -> None:
        """Move a book's folder here, whole or not at all; what is not ours goes back to where it was.

        An episode's files come into a folder of their own, the sound first.

        Raises:
            Postponed: The library cannot be written.
        """
        with self._reaching():
            if filed.is_episode:
                gather_episode(
                    filed, (self._begun_entry(filed, folder) or new_entry(self._root, filed.marker.owner)) / folder
                )
                return
            source, entry = filed.place, new_entry(self._root, filed.marker.owner)
            target = entry / folder
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                _rename(self._root, source, target, filed.marker)
            except OSError:
                if not target.exists():  # else a copy has arrived, and some of what it was made of may be gone
                    shutil.rmtree(entry, ignore_errors=True)
                raise
            sync(target.parent)
            sync(source.parent)
            give_back(self._root, entry)

    def _begun_entry(self, filed: Filed, folder: PurePosixPath) -> Path | None:
        """Return the entry to which a killed process was moving an episode; None without one."""
        for entry in self._entries_of(OwnerId(filed.marker.owner)):
            marker = read_marker(entry / folder)
            if marker is None or marker.files.keys() != filed.marker.files.keys():
                continue
            if not filed.is_whole or not holds_all_audio(entry / folder, marker):
                return entry
        return None

    def swap(self, key: str, folder: PurePosixPath, owner_id: OwnerId) -> str | None:
        """Put a folder that lies here in the place of another one of its book, which comes here.

        Returns:
            What names that here, empty where nothing was in its place; None where the first one is not here, whole.

        Raises:
            NeedsPerson: Another book has that place; nothing has moved.
            Postponed: The library cannot be written.
        """
        with self._reaching():
            entry = self._root / TRASH / key
            source = marked_folder_in(entry) if _is_entry(entry) else None
            marker = None if source is None else read_marker(source)
            if source is None or marker is None or marker.owner not in owner_id.ids:
                return None
            if not holds_all_audio(source, marker):
                return None
            replaced = put(self._root, source, folder, owner_id, keeps_old=True)
            if replaced is None:
                raise no_place_to_restore(str(self._root), str(folder))
            _remove_empty_tree(entry)
        return replaced

    def restore(self, details: BookDetails, owner_id: OwnerId, *, parts: int | None = None) -> PurePosixPath | None:
        """Put the last whole folder of a book back to where it was, or where the book belongs if that place is taken.

        Args:
            details: For the name.
            owner_id: Whose folder it is.
            parts: Only one of so many parts.

        Returns:
            Its folder; None where the trash has none that is whole.

        Raises:
            NeedsPerson: Every place is taken; nothing has moved.
            Postponed: The library cannot be written.
        """
        with self._reaching():
            for entry in self._entries_of(owner_id):
                source = marked_folder_in(entry)
                marker = None if source is None else read_marker(source)
                if source is None or marker is None or parts not in (None, marker.parts):
                    continue
                if not holds_all_audio(source, marker):
                    continue
                try:
                    return self._put_back(entry, source, marker, self._folders(details, owner_id))
                except FileNotFoundError:
                    if source.exists():
                        raise
                    # It was deleted for good, or put back, at this moment.
        return None

    def folders(self, *, but: Collection[str] = ()) -> Sequence[TrashedFolder]:
        """Return what lies here, the last one first; what cannot be read is left out.

        Args:
            but: What names others, which are not looked at.

        Raises:
            Postponed: The library cannot be read.
        """
        with self._reaching():
            found = [_describe(entry) for entry in self._entries() if entry.name not in but]
        return sorted(filter(None, found), key=lambda each: -each.trashed_at)

    def keys(self) -> Callable[[OwnerId], Sequence[str]]:
        """Return what names the folders of a book that lie here now; the trash is read once, whoever is asked for.

        Raises:
            Postponed: The library cannot be read.
        """
        found: dict[str, list[str]] = {}
        with self._reaching():
            for entry in self._entries():
                found.setdefault(entry.name.partition("-")[0], []).append(entry.name)
        return lambda owner_id: [key for owner in owner_id.ids for key in found.get(digest_of(owner), ())]

    def find_replaced(self, owner_id: OwnerId, names: Collection[str]) -> str | None:
        """Return what names the last folder of a book here that has all of these files; None without one.

        Raises:
            Postponed: The library cannot be read.
        """
        with self._reaching():
            for entry in self._entries_of(owner_id) if names else ():
                folder = marked_folder_in(entry)
                if folder is not None and all((folder / name).is_file() for name in names):
                    return entry.name
        return None

    def tidy(self, *, older_than: timedelta) -> None:
        """Finish what killed processes began; what is younger may be another's work.

        Raises:
            Postponed: The library, or one folder in it, cannot be written; all others have been seen to.
        """

        def tidy_entry(entry: Path) -> None:
            if time.time() - _changed_at(entry) <= older_than.total_seconds():
                return
            give_back(self._root, entry)
            if entry.name.startswith(_GOING):
                _delete(entry)
            _remove_empty_tree(entry)

        with self._reaching():
            for_each(self._directories(), tidy_entry)

    def drop(self, key: str) -> None:
        """Delete what is ours of an entry for good; what is not goes back to where it was, or stays.

        Raises:
            Postponed: The library cannot be written.
        """
        entry, going = self._root / TRASH / key, self._root / TRASH / f"{_GOING}{key}"
        with self._reaching():
            if _is_entry(entry):
                give_back(self._root, entry)  # while it may still be put back, if that cannot be done
                entry.rename(going)
            elif _is_entry(going):
                give_back(self._root, going)
            if _is_entry(going):
                _delete(going)
                _remove_empty_tree(going)

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        """Make sure that the library is there, so that an empty trash is not that of a disk which is not mounted.

        Raises:
            Postponed: It is not, or it cannot be read or written.
        """
        self._mount.require()
        with postponing(self._root):
            yield

    def _put_back(self, entry: Path, source: Path, marker: Marker, usual: Iterable[PurePosixPath]) -> PurePosixPath:
        for folder in dict.fromkeys((PurePosixPath(source.relative_to(entry)), *usual)):
            if self._is_back(source, marker, folder):
                with suppress(FileNotFoundError):  # whoever deletes it for good has come too late
                    _remove_empty_tree(entry)
                return folder
        raise no_place_to_restore(str(self._root), str(source.relative_to(entry)))

    def _is_back(self, source: Path, marker: Marker, folder: PurePosixPath) -> bool:
        """Put a folder to a place; return False where something else is there."""
        if marker.is_episode:
            there = filed_at(self._root / folder)
            is_free = there is None or not there.is_whole
            return is_free and put(self._root, source, folder, OwnerId(marker.owner)) is not None
        target = self._root / folder
        if obstacle(self._root, folder) is not None or filed_at(target) is not None:
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            source.rename(target)
        except OSError as error:
            remove_empty_above(self._root, folder)
            if error.errno not in TAKEN | {errno.EXDEV}:
                raise
            return False
        sync(target.parent)
        return True

    def _entries_of(self, owner_id: OwnerId) -> list[Path]:
        """Return the entries of a book, the last one first."""
        digests = {digest_of(owner) for owner in owner_id.ids}
        found = (entry for entry in self._entries() if entry.name.partition("-")[0] in digests)
        return sorted(found, key=_changed_at, reverse=True)

    def _entries(self) -> list[Path]:
        """Return all entries but those that are being deleted for good, in no order."""
        return [path for path in self._directories() if not path.name.startswith(_GOING)]

    def _directories(self) -> list[Path]:
        trash = self._root / TRASH
        if trash.is_symlink():  # which is none of ours, wherever it leads
            return []
        try:
            with os.scandir(trash) as found:
                return [Path(entry.path) for entry in found if entry.is_dir(follow_symlinks=False)]
        except (FileNotFoundError, NotADirectoryError):
            return []


def _changed_at(entry: Path) -> float:
    """Return when something came into an entry, in seconds since 1970; 0 of one that has just gone."""
    with suppress(FileNotFoundError):
        return entry.stat().st_mtime
    return 0.0


def _delete(entry: Path) -> None:
    """Delete what is ours of an entry, the marker last: without it the rest would look like people's own."""
    if (folder := marked_folder_in(entry)) is not None and (marker := read_marker(folder)) is not None:
        for name in (*marker.files, MARKER):
            (folder / name).unlink(missing_ok=True)


def _is_entry(path: Path) -> bool:
    return not path.parent.is_symlink() and path.is_dir() and not path.is_symlink()


def _describe(entry: Path) -> TrashedFolder | None:
    """Return what lies in an entry; None for one with nothing of ours, or that cannot be read."""
    with suppress(OSError):
        folder = marked_folder_in(entry)
        marker = None if folder is None else read_marker(folder)
        if folder is not None and marker is not None:
            was_at = PurePosixPath(folder.relative_to(entry))
            return TrashedFolder(entry.name, marker.owner, was_at, entry.stat().st_mtime)
    return None


def _rename(root: Path, source: Path, target: Path, marker: Marker) -> None:
    """Move a folder, or copy it where a disk begins between the two; the copy appears whole."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    else:
        return
    copy = root / f"{INCOMING}{uuid.uuid4().hex}"
    try:
        copy.mkdir()
        for name in (*marker.files, MARKER):
            if (source / name).is_file():
                shutil.copyfile(source / name, copy / name)
        sync_tree(copy)
        target.parent.mkdir(parents=True, exist_ok=True)  # while it was copied, it was empty, and may have been tidied
        copy.rename(target)
    finally:
        shutil.rmtree(copy, ignore_errors=True)
    for name in (*marker.files, MARKER):
        (source / name).unlink(missing_ok=True)
    remove_if_empty(source)


def _remove_empty_tree(directory: Path) -> None:
    """Remove a directory and those in it, but for what has a file below."""
    for path in directory.iterdir():
        if path.is_dir() and not path.is_symlink():
            _remove_empty_tree(path)
    remove_if_empty(directory)
