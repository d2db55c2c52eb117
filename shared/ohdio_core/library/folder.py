"""The library that is a folder: finished books, each in one of its own, put there whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import chain
from pathlib import Path, PurePosixPath

from ohdio_core.current import Current, current
from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.naming import MAX_BYTES
from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import Postponed
from ohdio_core.library.disk import postponing, remove_empty_above
from ohdio_core.library.episodes import settle_episode
from ohdio_core.library.filed import Filed
from ohdio_core.library.filing import brought_over
from ohdio_core.library.finished import finished_book
from ohdio_core.library.folder_files import FolderFiles
from ohdio_core.library.mount import Mount
from ohdio_core.library.moved import WHERE_FILED_BEFORE, WHERE_NEVER_FILED, MovedFolders
from ohdio_core.library.name_limit import name_bytes
from ohdio_core.library.names import FORMER_NAMES, SHOW_NAMES, LibraryNames
from ohdio_core.library.obstacle import OutOfLibrary, PlaceTaken, obstacle
from ohdio_core.library.outgoing import outgoing_of, put_back
from ohdio_core.library.places import Places
from ohdio_core.library.refusals import DELETE_AGAIN, names_taken
from ohdio_core.library.renaming import FolderNaming
from ohdio_core.library.show_markers import ShowMarkers
from ohdio_core.library.sounds import FolderSounds, with_what_replaced_all
from ohdio_core.library.trash import FolderTrash
from ohdio_core.library.upkeep import remove_leftovers, write_probe
from ohdio_core.name_template import NameTemplate
from ohdio_core.sentences import Sentence


class FolderLibrary(FolderFiles):
    """A directory of books, each in a folder named by a template; a ``Library``.

    A hidden marker in each folder says whose it is. A folder without our marker, or with another
    item's, is never replaced and never deleted; files that somebody else put into one of ours stay.
    Episodes share the folder of their show, each with a marker there; their path is what their files have in common.

    The directory itself is made by ``require_writable`` and nobody else: one that is gone later was taken away.

    Where it says no more, a method raises ``Postponed`` when the library cannot be reached.

    Args:
        root: The library's directory; shared by every downloader.
        names: By which books are filed.
        shows: By which episodes are.
    """

    def __init__(
        self,
        root: Path,
        names: NameTemplate | Current[NameTemplate] = FORMER_NAMES,
        shows: NameTemplate | Current[NameTemplate] = SHOW_NAMES,
    ) -> None:
        super().__init__(root)
        self.folder = root.absolute()  #: the directory itself
        self._mount = Mount(root)
        self._name_bytes: int | None = None
        markers = ShowMarkers()
        self._moved = MovedFolders(root, markers)
        self._places = Places(root, LibraryNames(current(names), current(shows)), self.name_bytes)
        self.trash = FolderTrash(root, self._mount, self._places.to_put)  #: what was deleted lately
        self.naming = FolderNaming(root, self._mount, self._places)  #: of books that were filed before
        self.sounds = FolderSounds(root, markers, self._candidates)  #: in folders whose own files are gone

    @property
    def location(self) -> str:
        """Return where the books are, for people."""
        return str(self.folder)

    def is_marked(self) -> bool:
        """Return whether the hidden file is there that a library gets with its first book."""
        return self._mount.is_marked()

    def expect_mark(self) -> None:
        """Require the mark from now on: books were filed here before, so without it the disk is not mounted."""
        self._mount.must_be_marked = True

    def require_mounted(self) -> None:
        """Raise an error when the directory is not there, or is the empty mount point of a disk, as far as is known.

        Raises:
            Postponed: It is gone; or it was marked, and is no longer.
        """
        self._mount.require()

    def place(
        self,
        staged: Path,
        details: BookDetails,
        owner_id: OwnerId,
        *,
        home: PurePosixPath | None = None,
        seconds: float | None = None,
        media: Mapping[str, str] | None = None,
        keep_free: int = 0,
        keeps_old: bool = False,
        look: Callable[[], None] = lambda: None,
        check: Callable[[], None] = lambda: None,
    ) -> PurePosixPath:
        """Move a finished directory to where the book belongs, and return that path, relative to the root.

        Everything is on the disk before the book becomes visible (under one rename; an episode with its sound).
        What its owner has there is replaced. Where the name is taken, it is ``Title [owner_id]``.

        Raises:
            PlaceTaken: Something that is no folder is in the place of the book's; ``staged`` is as it was.
            Postponed: The library is full, cannot be written or is not mounted; ``staged`` is as it was.
        """
        self.require_mounted()
        with postponing(self._root):
            finished = finished_book(staged, details, owner_id, seconds, media or {})
            before = None if home is None else self._filed(home, owner_id)
            is_other = before is not None and before.is_episode != finished.marker.is_episode
            self._mount.mark()
            with brought_over(self._root, staged, keep_free, look) as incoming:
                for folder in chain(_where_filed(None if is_other else home), self._places.to_put(details, owner_id)):
                    is_by_name = folder != home or folder in self._places.every(details, owner_id)
                    noted = None if before is None else before.marker.home
                    marked = finished.for_place(folder, str(folder) if is_by_name else noted, before)
                    marked.prepare(incoming)
                    check()
                    if marked.put(self._root, incoming, keeps_old=keeps_old):
                        if before is not None and (is_other or (before.is_episode and folder != home)):
                            self.trash.take(PurePosixPath(before.place.relative_to(self._root)), before)
                        return folder
                usual = list(self._places.every(details, owner_id))
                self._require_place(usual)
                raise names_taken(str(self._root / usual[0]), str(self._root / usual[-1]))

    def require_place(self, details: BookDetails, owner_id: OwnerId) -> None:
        """Raise an error when no folder of this book can be made, as far as can be seen before it is downloaded.

        Raises:
            PlaceTaken: Something that is no folder is in its place, under each of its names.
            Postponed: The library cannot be read.
        """
        with postponing(self._root):
            self._require_place(self._places.every(details, owner_id))

    def find(self, details: BookDetails, owner_id: OwnerId, filed_at: str | None = None) -> PurePosixPath | None:
        """Return the folder that holds this book complete; None when there is none.

        Args:
            filed_at: Where it was filed, perhaps by another title.
        """
        folders = chain(_where_filed(filed_at), self._places.likely(details, owner_id))
        return self._first_whole(folders, details, owner_id)

    def bring_back(self, folder: PurePosixPath, owner_id: OwnerId) -> None:
        """Put a folder back that a killed process had moved aside for a new one, or see to it where that has come."""
        with postponing(self._root):
            if (outgoing := outgoing_of(self._root, folder, owner_id.current)).exists():
                put_back(self._root, outgoing)

    def find_moved(
        self, details: BookDetails, owner_id: OwnerId, check: Callable[[], None], *, was_filed: bool
    ) -> PurePosixPath | None:
        """Return the folder that people have moved this complete book to within the library; None when it is not found.

        People sort their books into folders of series, and mend names. What they did just now may not be seen,
        as the whole library is read only now and then.

        Args:
            check: Called often; what it raises ends the search.
            was_filed: It was in the library once, so that it is worth looking for.

        Raises:
            Postponed: The library cannot be read.
        """
        lifetime = WHERE_FILED_BEFORE if was_filed else WHERE_NEVER_FILED
        with postponing(self._root):
            folders = self._moved.find(owner_id.ids, check, lifetime)
        return self._first_whole(folders, details, owner_id)

    def folders_of(
        self, library_path: str, owner_id: OwnerId, check: Callable[[], None] = lambda: None
    ) -> Sequence[PurePosixPath]:
        """Return where the folder is of a book that was filed there: still there, or else wherever people moved it.

        The whole library may have to be read. Copies that people made count where the folder itself was moved.

        Args:
            check: Called often; what it raises ends the search.

        Raises:
            Postponed: The library cannot be read.
        """
        there = PurePosixPath(library_path)
        if self._filed(there, owner_id) is not None:
            return (there,)
        if not self.is_marked():
            return ()  # not mounted, or a library in which no book was ever filed
        with postponing(self._root):
            moved = self._moved.find(owner_id.ids, check, WHERE_FILED_BEFORE)
        found = ((folder, self._filed(folder, owner_id)) for folder in moved)
        whole = {folder: self._is_complete(filed) for folder, filed in found if filed is not None}
        return sorted(whole, key=lambda folder: not whole[folder])

    def locate(
        self, library_path: str, owner_id: OwnerId, check: Callable[[], None] = lambda: None
    ) -> PurePosixPath | None:
        """Return the first of these, a whole one if there is any; None when the book's folder is gone."""
        return next(iter(self.folders_of(library_path, owner_id, check)), None)

    def holds(self, library_path: str, owner_id: OwnerId) -> bool:
        """Return whether the book that was filed there still is, as far as can be seen from here.

        A library that is missing, or has lost the hidden file that came with its first book, is taken for a
        disk that is not mounted, not for one whose books were all deleted: then every book counts as held, and
        nothing is fetched again. So it does when the disk gives errors. A folder that is not known to have had
        that file holds nothing: the book was filed in another library.
        """

        def is_complete() -> bool:
            filed = self._filed(PurePosixPath(library_path), owner_id)
            return filed is not None and self._is_complete(filed)

        return self._holds(is_complete)

    def holds_each(self, books: Sequence[tuple[str, OwnerId]]) -> Sequence[bool]:
        """Return what ``holds`` does of each of many books."""
        return [self.holds(filed_at, owner_id) for filed_at, owner_id in books]

    def may_hold(self, library_path: str, owner_id: OwnerId) -> bool:
        """Return what ``holds`` does, or True where other sound, not measured yet, may have taken the place of ours."""
        return self._holds(lambda: self.is_there(library_path, owner_id))

    def may_hold_each(self, books: Sequence[tuple[str, OwnerId]]) -> Sequence[bool]:
        """Return what ``may_hold`` does of each of many books."""
        return [self.may_hold(filed_at, owner_id) for filed_at, owner_id in books]

    def is_there(self, library_path: str, owner_id: OwnerId) -> bool:
        """Return whether this folder is the book's, with all its audio, or other sound in the place of it."""
        filed = self._filed(PurePosixPath(library_path), owner_id)  # read once: every check that adds asks of 200 books
        with postponing(self._root):
            return filed is not None and (filed.is_whole or bool(filed.in_place_of_ours()))

    def whereabouts(self, books: Sequence[tuple[str, OwnerId]]) -> Sequence[PurePosixPath | None]:
        """Return the folder in which each book is, with sound, that was filed in one; None of one that is gone.

        Each is looked for where it was filed; the whole library is read only for those that are not there.

        Raises:
            Postponed: The library cannot be read.
        """
        return [self._whereabouts(filed_at, owner_id) for filed_at, owner_id in books]

    def _whereabouts(self, filed_at: str, owner_id: OwnerId) -> PurePosixPath | None:
        if self.is_there(filed_at, owner_id):
            return PurePosixPath(filed_at)
        found = self.locate(filed_at, owner_id)
        return found if found is not None and self.is_there(str(found), owner_id) else None

    def delete(self, folder: PurePosixPath, owner_id: OwnerId) -> bool:
        """Move what we placed in a folder to the trash; remove the folder and its author's if nothing else is in them.

        A folder that is another book's by now, as people rename them, is left as it is. Returns whether it was moved.

        Raises:
            OutOfLibrary: It is behind a link; nothing is deleted.
            Postponed: The library cannot be written, or is not mounted.
        """
        filed = self._filed(folder, owner_id)
        if filed is None:
            # What was placed here had marked the library.
            if not self.is_marked():
                raise self._mount.unmounted(DELETE_AGAIN)
            return False
        with postponing(self._root):
            if (link := obstacle(self._root, folder.parent if filed.is_episode else folder)) is not None:
                raise OutOfLibrary(link)
            self.trash.take(folder, with_what_replaced_all(filed))
            remove_empty_above(self._root, folder)
        return True

    def problem(self) -> Sentence | None:
        """Return why it cannot be used; None where it can."""
        try:
            self.require_mounted()
            self.free_bytes()
        except Postponed as error:
            return error.sentence
        return None

    def free_bytes(self) -> int:
        """Return the free space on the library's disk, in bytes."""
        with postponing(self._root):
            return shutil.disk_usage(self._root).free

    def name_bytes(self) -> int:
        """Return how many bytes the names of folders and files may have here; found out once."""
        if self._name_bytes is not None or not self._root.exists():
            return self._name_bytes or MAX_BYTES
        self._name_bytes = name_bytes(self._root)
        return self._name_bytes

    def require_writable(self) -> None:
        """Return if books can be put here; the directory is made.

        Raises:
            PermanentError: They cannot, with what to do about it.
        """
        write_probe(self._root)

    def remove_leftovers(self, *, older_than: timedelta) -> None:
        """Tidy up after killed processes: half made copies go, and folders that were being replaced come back.

        Younger ones may be another's work.

        Raises:
            Postponed: The library cannot be written.
        """
        with postponing(self._root):
            remove_leftovers(self._root, older_than=older_than)

    def _first_whole(
        self, folders: Iterable[PurePosixPath], details: BookDetails, owner_id: OwnerId
    ) -> PurePosixPath | None:
        """Return the first of some folders that is this book's, with all its parts; None without one."""
        for folder in folders:
            filed = self._filed(folder, owner_id)
            if filed is not None and filed.marker.parts == len(details.parts) and self._is_complete(filed):
                with suppress(OSError):  # it is there, whether or not that can be written
                    settle_episode(filed)
                return folder
        return None

    def _is_complete(self, filed: Filed) -> bool:
        """Return whether every audio file that was placed is still there.

        Raises:
            Postponed: The library cannot be read.
        """
        with postponing(self._root):
            return filed.is_whole

    def _holds(self, is_there: Callable[[], bool]) -> bool:
        try:
            if not self.is_marked():
                return self._mount.must_be_marked or not self._root.exists()
            return is_there()
        except (OSError, Postponed):
            return True

    def _candidates(
        self, details: BookDetails, owner_id: OwnerId, filed_at: str | None, check: Callable[[], None]
    ) -> Iterator[PurePosixPath]:
        """Yield folders in which a book may be: where it was filed, or would be, and wherever its mark is."""
        yield from chain(_where_filed(filed_at), self._places.likely(details, owner_id))
        yield from self._moved.find(owner_id.ids, check, WHERE_NEVER_FILED if filed_at is None else WHERE_FILED_BEFORE)

    def _require_place(self, folders: Iterable[PurePosixPath]) -> None:
        """Raise PlaceTaken when none of these can be a folder of the library."""
        taken = None
        for folder in folders:
            if (found := obstacle(self._root, folder)) is None:
                return
            taken = taken or found
        if taken is not None:
            raise PlaceTaken(taken)


def _where_filed(path: str | PurePosixPath | None) -> Sequence[PurePosixPath]:
    return () if path is None else (PurePosixPath(path),)
