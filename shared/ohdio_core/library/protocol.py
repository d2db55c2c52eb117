"""What a library does, wherever it keeps its books: nobody outside this package knows paths in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Protocol

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.owner import OwnerId
from ohdio_core.sentences import Sentence


@dataclass(frozen=True, slots=True)
class LibraryFile:
    """A file of a book as it is now."""

    name: PurePosixPath  #: below the library
    size: int  #: bytes
    modified_ns: int  #: nanoseconds since 1970


@dataclass(frozen=True, slots=True)
class TrashedFolder:
    """The folder of a book that was deleted."""

    key: str  #: names it in the trash
    owner: str  #: whose it is
    folder: PurePosixPath  #: where it was, below the library
    trashed_at: float  #: seconds since 1970, by the clock of whoever deleted it


@dataclass(frozen=True, slots=True)
class FolderSound:
    """What sounds in the folder of a book, whoever has put it there."""

    folder: PurePosixPath  #: below the library
    names: tuple[PurePosixPath, ...]  #: of the files, below the library, in listening order
    seconds: float | None  #: that the book had as it was filed; None where the folder does not tell
    is_among_others: bool = False  #: the folder has files of other episodes: a checksum alone tells whose this is


class Sounds(Protocol):
    """The sound in folders whose own files are gone. Every method raises ``Postponed`` out of the library's reach."""

    def find(
        self, details: BookDetails, owner_id: OwnerId, filed_at: str | None, check: Callable[[], None]
    ) -> Sequence[FolderSound]:
        """Return the folders of a book in which other files may have taken the place of ours, with their sound.

        Args:
            details: With the number of parts: a book that has grown since is another one.
            owner_id: Whose folders they are.
            filed_at: Where it was filed.
            check: Called often; what it raises ends the search.
        """

    def media(self, folder: PurePosixPath, owner_id: OwnerId) -> Mapping[str, str]:
        """Return which medium of the site each file of ours was made of that is as it was placed, by their names."""

    def adopt(self, sound: FolderSound, owner_id: OwnerId) -> None:
        """From now on, take the sound that is in a folder for that of its book: it was measured."""

    def episode_at(self, name: PurePosixPath) -> tuple[PurePosixPath, str] | None:
        """Return where the episode is that a file is of, and whose it is; None for any other file."""

    def claim(self, folder: PurePosixPath, owner_id: OwnerId, *, parts: int, seconds: float | None) -> bool:
        """Mark a folder that people have put into the library as a book's, with all sound in it.

        Args:
            owner_id: Whose it becomes.
            parts: How many the book has.
            seconds: How long all its sound lasts, where that is known.

        Returns:
            False where it is another book's already.

        Raises:
            PermanentError: It is behind a link.
        """


class Trash(Protocol):
    """What was deleted lately. Every method raises ``Postponed`` where the library cannot be reached."""

    def restore(self, details: BookDetails, owner_id: OwnerId, *, parts: int | None = None) -> PurePosixPath | None:
        """Put a book back to where it was, or where it belongs if that place is taken; whole or not at all.

        Args:
            details: For the name.
            owner_id: Whose folder it is.
            parts: Only one of so many parts.

        Returns:
            Its folder; None where the trash has none that is whole.

        Raises:
            NeedsPerson: Every place is taken; nothing has moved.
        """

    def swap(self, key: str, folder: PurePosixPath, owner_id: OwnerId) -> str | None:
        """Put a folder that lies here in the place of another one of its book, which comes here.

        Returns:
            What names that here, empty where nothing was in its place; None where the first one is not here, whole,
            or a killed process had put it there already.

        Raises:
            NeedsPerson: Another book has that place; nothing has moved.
        """

    def folders(self, *, but: Collection[str] = ()) -> Sequence[TrashedFolder]:
        """Return what lies here, the last one first; what cannot be read is left out.

        Args:
            but: What names others, which are not looked at.
        """

    def keys(self) -> Callable[[OwnerId], Sequence[str]]:
        """Return what names the folders of a book that lie here now; the trash is read once, whoever is asked for."""

    def find_replaced(self, owner_id: OwnerId, names: Collection[str]) -> str | None:
        """Return what names the last folder of a book here that has all of these files; None without one."""

    def drop(self, key: str) -> None:
        """Delete a folder for good; what people had put into it goes back to where it was.

        It is not here any more from the first moment on. Where somebody puts it back at that moment, it is whole there,
        or it is deleted. What a killed process has left of it goes when it is dropped once more, or by ``tidy``.
        """

    def tidy(self, *, older_than: timedelta) -> None:
        """Finish what killed processes began; what is younger may be another's work.

        Raises:
            Postponed: One folder cannot be written, too; all others have been seen to.
        """


@dataclass(frozen=True, slots=True)
class PlannedMove:
    """Where the folder of a book belongs by the names of today."""

    place: PurePosixPath | None  #: the same where it is there already; None where others have all of its places
    is_by_hand: bool  #: people have put it where it is, and not where it belongs


class Naming(Protocol):
    """The names of today, for books that were filed before. Every method raises ``Postponed`` out of reach."""

    def plan(
        self,
        folder: PurePosixPath,
        details: BookDetails,
        owner_id: OwnerId,
        taken: Collection[PurePosixPath] = (),
    ) -> PlannedMove | None:
        """Return where a book's folder belongs; None for a folder that is not this book's.

        Args:
            folder: Where it is.
            details: For the name.
            owner_id: Whose folder it is.
            taken: What others will have by then.
        """

    def move(self, folder: PurePosixPath, details: BookDetails, owner_id: OwnerId) -> PurePosixPath | None:
        """Move a book's folder to where it belongs, whole or not at all, with all that people have put into it.

        Args:
            folder: Where it is, or was before a process died that was moving it.
            details: For the name.
            owner_id: Whose folder it is.

        Returns:
            Where it is now: where it was, if every other place is taken. None for a folder that is not this book's.
        """


class Library(Protocol):
    """Finished books, each in a folder of its own that belongs to one owner, and episodes, which share that of a show.

    The folder of an episode is what the names of its files begin with: ``Show/2026-11-28 - Title``.

    Folders and files are named relative to the library. Every method raises ``Postponed`` where the library cannot be
    reached, unless it says otherwise.
    """

    @property
    def location(self) -> str:
        """Return where the books are, for people."""

    @property
    def folder(self) -> Path | None:
        """Return the folder of this machine that it is, for what people do with folders; None where it is none."""

    @property
    def trash(self) -> Trash:
        """Return where deleted books lie for some days."""

    @property
    def sounds(self) -> Sounds:
        """Return what sounds in folders whose own files are gone."""

    @property
    def naming(self) -> Naming:
        """Return the names of folders of today, for books that were filed before."""

    def is_marked(self) -> bool:
        """Return whether it shows that a book was ever filed in it."""

    def expect_mark(self) -> None:
        """From now on, take a library without its mark for one that is not mounted: books were filed in it."""

    def require_mounted(self) -> None:
        """Return if it is there, as far as is known of it.

        Raises:
            Postponed: It is gone, or is not mounted.
        """

    def problem(self) -> Sentence | None:
        """Return why it cannot be used, without waiting for long; None where it can, as far as is known."""

    def require_writable(self) -> None:
        """Return if books can be put there; called at start.

        Raises:
            PermanentError: They cannot, with what to do about it.
        """

    def remove_leftovers(self, *, older_than: timedelta) -> None:
        """Tidy up after killed processes; what is younger may be another's work."""

    def free_bytes(self) -> int | None:
        """Return how much room there is; None where that cannot be known."""

    def name_bytes(self) -> int:
        """Return how many bytes the names of folders and files may have."""

    def require_place(self, details: BookDetails, owner_id: OwnerId) -> None:
        """Return if a folder of this book can be made, as far as can be seen before it is fetched.

        Raises:
            PermanentError: Something else is in its place.
        """

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
        """Move a finished directory to where the book belongs, whole or not at all, and return its folder.

        Args:
            staged: A flat directory outside the library with the book's files under their final names. Gone afterwards.
            details: For the name, and the number of parts.
            owner_id: Who the folder belongs to for ever.
            home: The book's folder by now (``locate``), which is replaced wherever it is.
            seconds: How long all its sound lasts, where that was measured.
            media: Which medium of the site each file was made of, by their names, where that is known.
            keep_free: Bytes that must stay free in the library, where filing the book takes room.
            keeps_old: What it replaces goes to the trash.
            look: Called often while files are brought to the library; what it raises leaves ``staged`` as it was.
            check: Called just before the book becomes visible; what it raises leaves ``staged`` as it was.

        Raises:
            PermanentError: Something else is in its place; ``staged`` is as it was.
            Postponed: The library is full or cannot be written, too; ``staged`` is as it was.
        """

    def find(self, details: BookDetails, owner_id: OwnerId, filed_at: str | None = None) -> PurePosixPath | None:
        """Return the folder in which the book is, whole, where it was filed or would be by its name; else None."""

    def bring_back(self, folder: PurePosixPath, owner_id: OwnerId) -> None:
        """See to a book's folder that a killed process had moved aside for a new one; only for who works on the book.

        It is put back, or goes where what is replaced goes if the new one has come.
        """

    def find_moved(
        self, details: BookDetails, owner_id: OwnerId, check: Callable[[], None], *, was_filed: bool
    ) -> PurePosixPath | None:
        """Return the folder in which the book is, whole, wherever people have put it; else None.

        Args:
            details: With the number of parts.
            owner_id: Whose folder it is.
            check: Called often; what it raises ends the search.
            was_filed: It was filed here before, so that looking anew is worth its time.
        """

    def folders_of(
        self, library_path: str, owner_id: OwnerId, check: Callable[[], None] = lambda: None
    ) -> Sequence[PurePosixPath]:
        """Return the folder of a book that was filed there, or those to which people moved it, whole ones first."""

    def locate(
        self, library_path: str, owner_id: OwnerId, check: Callable[[], None] = lambda: None
    ) -> PurePosixPath | None:
        """Return the first of ``folders_of``; None when the book's folder is gone."""

    def holds(self, library_path: str, owner_id: OwnerId) -> bool:
        """Return whether the book that was filed there still is; True where the library cannot be asked."""

    def holds_each(self, books: Sequence[tuple[str, OwnerId]]) -> Sequence[bool]:
        """Return what ``holds`` does of each of many books, by the folders that they were filed in."""

    def may_hold(self, library_path: str, owner_id: OwnerId) -> bool:
        """Return what ``holds`` does, or True where other sound, not measured yet, may have taken the place of ours."""

    def may_hold_each(self, books: Sequence[tuple[str, OwnerId]]) -> Sequence[bool]:
        """Return what ``may_hold`` does of each of many books, by the folders that they were filed in."""

    def is_there(self, library_path: str, owner_id: OwnerId) -> bool:
        """Return whether this folder is the book's, with all its audio, or other sound in the place of it."""

    def whereabouts(self, books: Sequence[tuple[str, OwnerId]]) -> Sequence[PurePosixPath | None]:
        """Return where each of many books is, as ``is_there`` means it: in its folder, or wherever people moved that.

        Args:
            books: The folders that they were filed in, and who they are; best with folders near each other together.

        Returns:
            None for each that is gone.
        """

    def audio_files(self, folder: PurePosixPath, owner_id: OwnerId) -> tuple[PurePosixPath, ...]:
        """Return the names of the book's audio files in listening order; empty for a folder that is not this book's.

        Where some of ours are gone and there are others, it is all that is there.
        """

    def our_files(self, folder: PurePosixPath, owner_id: OwnerId) -> tuple[PurePosixPath, ...]:
        """Return the names of all that was placed in a folder; empty for one that is not this book's."""

    def file_of(self, folder: PurePosixPath, name: str) -> PurePosixPath:
        """Return a file of what is filed in a place, by its own name."""

    def cover(self, folder: PurePosixPath, owner_id: OwnerId) -> LibraryFile | None:
        """Return the picture of the book; None without one, and for a folder that is not this book's."""

    def file(self, name: PurePosixPath) -> LibraryFile | None:
        """Return a file of a book; None where it is gone."""

    def read(self, name: PurePosixPath, start: int, length: int) -> Generator[bytes]:
        """Yield ``length`` bytes of a file from ``start`` on, fewer where it ends; closing this closes the file.

        Raises:
            OSError: It cannot be read.
        """

    def read_aside(self, name: str) -> bytes | None:
        """Return what ``write_aside`` kept under a name; None where nothing is (any more)."""

    def write_aside(self, name: str, data: bytes) -> None:
        """Keep something small beside the books, hidden from players, that can be made again at any time."""

    def delete(self, folder: PurePosixPath, owner_id: OwnerId) -> bool:
        """Move what was placed in a folder to the trash; one that is another book's by now is left as it is.

        Returns:
            Whether it was moved.

        Raises:
            PermanentError: Its files cannot be told from those of others; nothing is deleted.
        """
