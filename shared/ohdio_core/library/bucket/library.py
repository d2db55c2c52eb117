"""The library in a bucket: each book in a folder of keys, there whole or not at all."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from pathlib import Path, PurePosixPath

from ohdio_core.current import Current, current
from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.formats import audio_format
from ohdio_core.domain.naming import MAX_BYTES
from ohdio_core.domain.natural_order import natural_order
from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import PermanentError, Postponed
from ohdio_core.library.bucket.address import BucketAddress
from ohdio_core.library.bucket.aside import read_small, remove_old_small, write_small
from ohdio_core.library.bucket.book_places import BucketPlaces
from ohdio_core.library.bucket.bucket_naming import BucketNaming
from ohdio_core.library.bucket.bucket_sounds import BucketSounds
from ohdio_core.library.bucket.bucket_trash import BucketTrash
from ohdio_core.library.bucket.editions import Edition, Editions, new_edition
from ohdio_core.library.bucket.latest_look import LatestLook
from ohdio_core.library.bucket.mark import BucketMark
from ohdio_core.library.bucket.moved_books import MovedBooks
from ohdio_core.library.bucket.objects import Objects
from ohdio_core.library.bucket.reading import BucketFiles
from ohdio_core.library.bucket.sweep import sweep
from ohdio_core.library.bucket.trouble import BucketUnusable, ChangedMeanwhile, unreachable
from ohdio_core.library.bucket.whereabouts import Whereabouts
from ohdio_core.library.disk import sizes
from ohdio_core.library.marker import Marker
from ohdio_core.library.moved import WHERE_FILED_BEFORE, WHERE_NEVER_FILED
from ohdio_core.library.names import FORMER_NAMES, SHOW_NAMES, BookNames, LibraryNames, facts_of
from ohdio_core.library.protocol import LibraryFile
from ohdio_core.library.refusals import DELETE_AGAIN, names_taken
from ohdio_core.name_template import NameTemplate
from ohdio_core.reasons import reason_in_sentence
from ohdio_core.sentences import Sentence, sentence

#: Seconds that a start waits for the server at most.
_PATIENCE_AT_START = 10.0


class BucketLibrary:
    """A bucket of books, each in a folder of keys named by a template; a ``Library``.

    Where it says no more, a method raises ``Postponed`` when the bucket cannot be used.

    Args:
        address: Of the bucket; shared by every service.
        names: By which books are filed.
        shows: By which episodes are, each in a folder of its own.
        is_prompt: What people wait for in front of a page fails where the server does not answer, rather than wait.
    """

    folder = None  #: of this machine

    def __init__(
        self,
        address: BucketAddress,
        names: NameTemplate | Current[NameTemplate] = FORMER_NAMES,
        shows: NameTemplate | Current[NameTemplate] = SHOW_NAMES,
        *,
        is_prompt: bool = False,
    ) -> None:
        self.location = address.location  #: for people
        self._address = address
        self._mark = BucketMark(Objects(address, is_prompt=is_prompt))
        self._look = LatestLook(self._mark.require, lambda: unreachable(address))
        self._objects = Objects(address, is_prompt=is_prompt, check=self._require_answers if is_prompt else _pass)
        self._editions = Editions(self._objects)
        self._places = BucketPlaces(
            BookNames(LibraryNames(current(names), current(shows)), self.name_bytes), self._objects, self._editions
        )
        self._moved = MovedBooks(self._objects)
        self._whereabouts = Whereabouts(self._objects, self._editions, self._moved)
        self._files = BucketFiles(self._objects, self._editions)
        #: what was deleted lately
        self.trash = BucketTrash(self._objects, self._editions, self._mark, self._places)
        self.naming = BucketNaming(self._editions, self._mark, self._places)  #: of books that were filed before
        self.sounds = BucketSounds(self._editions)  #: of others, of which there are none

    def is_marked(self) -> bool:
        """Return whether the object is there that a library gets with its first book."""
        return self._mark.is_there()

    def expect_mark(self) -> None:
        """Require the mark from now on: books were filed here before, so without it this is another place."""
        self._mark.must_be_there = True

    def require_mounted(self) -> None:
        """Return if the bucket is there, and is the one in which books were filed, as far as is known.

        Raises:
            Postponed: It is not.
        """
        self._mark.require()

    def problem(self) -> Sentence | None:
        """Return why it cannot be used, as far as is known from a look of the last seconds; None where it can."""
        found = self._look.problem()
        return None if found is None else found.sentence

    def require_writable(self) -> None:
        """Return if books can be put here: an object is written, listed, read and deleted.

        Raises:
            PermanentError: They cannot, with what to do about it.
            Postponed: The server cannot be reached now.
        """
        self._require_answers(_PATIENCE_AT_START)
        key = f".ohdio-probe-{uuid.uuid4().hex}"
        try:
            self._objects.write(key, b"\0")
            is_listed = any(self._objects.below(key)) and self._objects.read(key) is not None
            has_conditions = self._objects.takes_conditions(key)
            self._objects.delete([key])
        except BucketUnusable as error:
            if error.passes:
                raise
            raise self._not_writable(error.reason) from error
        if not is_listed:
            raise self._not_writable(sentence("bucket.not_listed", "what is written there cannot be found again"))
        if not has_conditions:
            raise self._not_writable(
                sentence(
                    "bucket.no_conditions",
                    "its server does not know conditional writes (If-None-Match), so that two books could take one "
                    "place; a newer version of it may",
                )
            )

    def remove_leftovers(self, *, older_than: timedelta) -> None:
        """Delete what killed processes have left; what is younger may be another's work."""
        sweep(self._objects, self._editions, "", older_than=older_than)
        remove_old_small(self._objects)

    def free_bytes(self) -> None:
        """Return None, as a bucket tells nobody how much room there is."""

    def name_bytes(self) -> int:
        """Return how many bytes names may have: a whole key has 1,024, and its folders at most 600 of them."""
        return MAX_BYTES

    def require_place(self, details: BookDetails, owner_id: OwnerId) -> None:
        """Return, as nothing but books of others can be in the place of this one, which then gets another name."""

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
        """Upload a finished directory to where the book belongs, and return its folder.

        Everything is in the bucket before the marker makes it the book, in one write. An edition of the same owner
        is replaced, under whichever id.

        Raises:
            Postponed: The bucket cannot be used; ``staged`` is as it was.
        """
        self.require_mounted()
        self._mark.make()
        files, facts = sizes(staged), dict(facts_of(details))
        marker = Marker(owner_id.current, len(details.parts), files, seconds, dict(media or {}), facts)
        at_home = None if home is None else self._editions.at(home)
        noted = None if at_home is None else at_home.marker.home
        for folder, old in self._to_put(details, owner_id, home, at_home):
            is_by_name = folder != home or folder in self._places.every(details, owner_id)
            edition = new_edition(folder, replace(marker, home=str(folder) if is_by_name else noted))
            if self._put(staged, edition, old, look=look, check=check, keeps_old=keeps_old):
                shutil.rmtree(staged)
                return folder
        usual = list(self._places.every(details, owner_id))
        raise names_taken(f"{self.location}/{usual[0]}", f"{self.location}/{usual[-1]}")

    def find(self, details: BookDetails, owner_id: OwnerId, filed_at: str | None = None) -> PurePosixPath | None:
        """Return the folder that holds this book complete; None when there is none."""
        where_filed = [] if filed_at is None else [self._own(PurePosixPath(filed_at), owner_id)]
        for edition in chain(filter(None, where_filed), self._places.own(details, owner_id)):
            if self._is_it(edition, details):
                return edition.folder
        return None

    def bring_back(self, folder: PurePosixPath, owner_id: OwnerId) -> None:
        """Return, as nothing is moved aside for a new edition."""

    def find_moved(
        self, details: BookDetails, owner_id: OwnerId, check: Callable[[], None], *, was_filed: bool
    ) -> PurePosixPath | None:
        """Return the folder to which people have moved the keys of this complete book; None when it is not found."""
        lifetime = WHERE_FILED_BEFORE if was_filed else WHERE_NEVER_FILED
        for folder in self._moved.find(owner_id, check, lifetime):
            edition = self._own(folder, owner_id)
            if edition is not None and self._is_it(edition, details):
                return folder
        return None

    def folders_of(
        self, library_path: str, owner_id: OwnerId, check: Callable[[], None] = lambda: None
    ) -> Sequence[PurePosixPath]:
        """Return where a book is that was filed there: still there, or else wherever its keys were moved."""
        there = PurePosixPath(library_path)
        if self._own(there, owner_id) is not None:
            return (there,)
        if not self.is_marked():
            return ()
        found = [self._own(folder, owner_id) for folder in self._moved.find(owner_id, check, WHERE_FILED_BEFORE)]
        moved = [edition for edition in found if edition is not None]
        return [edition.folder for edition in sorted(moved, key=lambda each: not self._editions.is_whole(each))]

    def locate(
        self, library_path: str, owner_id: OwnerId, check: Callable[[], None] = lambda: None
    ) -> PurePosixPath | None:
        """Return the first of these, a whole one if there is any; None when the book is gone."""
        return next(iter(self.folders_of(library_path, owner_id, check)), None)

    def holds(self, library_path: str, owner_id: OwnerId) -> bool:
        """Return whether the book that was filed there still is; True where the bucket cannot be asked.

        So it is where a bucket has lost the mark that came with its first book, as it is another one then. Nobody who
        asks of many books waits for each.
        """
        return self.holds_each([(library_path, owner_id)])[0]

    def holds_each(self, books: Sequence[tuple[str, OwnerId]]) -> Sequence[bool]:
        """Return what ``holds`` does of each; what a list of keys tells suffices for most."""
        if self._look.problem() is None:
            with suppress(Postponed):
                there = self._whereabouts.are_there(books)
                if all(there) or not self._mark.must_be_there or self.is_marked():
                    return there
        return [True] * len(books)

    # Nobody but us puts sound into a bucket.
    may_hold, may_hold_each = holds, holds_each

    def is_there(self, library_path: str, owner_id: OwnerId) -> bool:
        """Return whether this folder is the book's, with all its audio."""
        return self._whereabouts.is_there(PurePosixPath(library_path), owner_id)

    def whereabouts(self, books: Sequence[tuple[str, OwnerId]]) -> Sequence[PurePosixPath | None]:
        """Return where each of many books is whole; what a list of keys tells suffices for most."""
        return self._whereabouts.find(books, is_library=self.is_marked())

    def audio_files(self, folder: PurePosixPath, owner_id: OwnerId) -> tuple[PurePosixPath, ...]:
        """Return the names of the book's audio files in listening order; empty for a folder that is not this book's."""
        return tuple(name for name in self.our_files(folder, owner_id) if audio_format(name) is not None)

    def our_files(self, folder: PurePosixPath, owner_id: OwnerId) -> tuple[PurePosixPath, ...]:
        """Return the names of all that was placed in a folder, in order; empty for one that is not this book's."""
        edition = self._own(folder, owner_id)
        names = () if edition is None else edition.marker.files
        return tuple(folder / name for name in sorted(names, key=natural_order))

    def file_of(self, folder: PurePosixPath, name: str) -> PurePosixPath:
        """Return a file of what is filed in a place, by its own name."""
        return folder / name

    def cover(self, folder: PurePosixPath, owner_id: OwnerId) -> LibraryFile | None:
        """Return the picture of the book; None without one, and for another book's folder."""
        edition = self._own(folder, owner_id)
        return None if edition is None else self._files.cover(edition)

    def file(self, name: PurePosixPath) -> LibraryFile | None:
        """Return a file of a book; None where it is gone."""
        return self._files.find(name)

    def read(self, name: PurePosixPath, start: int, length: int) -> Generator[bytes]:
        """Yield ``length`` bytes of a file from ``start`` on, fewer where it ends; closing this ends the request.

        Raises:
            OSError: It cannot be read.
        """
        return self._files.read(name, start, length)

    def read_aside(self, name: str) -> bytes | None:
        """Return what ``write_aside`` kept under a name; None where nothing is (any more)."""
        return read_small(self._objects, name)

    def write_aside(self, name: str, data: bytes) -> None:
        """Keep something small beside the books that can be made again at any time."""
        write_small(self._objects, name, data)

    def delete(self, folder: PurePosixPath, owner_id: OwnerId) -> bool:
        """Move a book to the trash; one that is another's by now is left as it is. Returns whether it was moved."""
        edition = self._editions.at(folder)
        if edition is None:
            # What was placed here had marked the library.
            if not self.is_marked():
                raise self._mark.missing(DELETE_AGAIN)
            return False
        if edition.marker.owner not in owner_id.ids:
            return False
        self.trash.keep(edition)
        self._editions.remove(edition)
        return True

    def _put(
        self,
        staged: Path,
        edition: Edition,
        old: Edition | None,
        *,
        look: Callable[[], None],
        check: Callable[[], None],
        keeps_old: bool,
    ) -> bool:
        """Upload an edition and publish it; return False where another book has come to its place meanwhile."""
        kept = None
        try:
            for name in edition.marker.files:
                self._objects.upload(staged / name, edition.key(name), look)
            if old is not None and keeps_old:
                kept = self.trash.keep(old, look)
            check()
        except BaseException as error:
            self._discard(edition)
            self._drop(kept, old)
            if isinstance(error, OSError):
                raise BucketUnusable(self._address, reason_in_sentence(error)) from error
            raise
        try:
            self._editions.publish(edition, replacing=old)
        except ChangedMeanwhile:
            self._discard(edition)
            self._drop(kept, old)
            return False
        if old is not None:
            self._discard(old)
        return True

    def _discard(self, edition: Edition) -> None:
        with suppress(BucketUnusable):  # what stays is an orphan
            self._editions.discard(edition)

    def _drop(self, kept: str | None, old: Edition | None) -> None:
        """Delete the copy in the trash of an edition that nothing replaces.

        It stays where that edition is not in its place any more, as it may be all that is left of it, or be what
        whoever has replaced it meanwhile counts on.
        """
        if kept is None or old is None:
            return
        with suppress(Postponed):  # what stays goes as all in the trash does
            there = self._editions.at(old.folder)
            if there is not None and there.name == old.name:
                self.trash.drop(kept)

    def _to_put(
        self, details: BookDetails, owner_id: OwnerId, home: PurePosixPath | None, at_home: Edition | None
    ) -> Iterator[tuple[PurePosixPath, Edition | None]]:
        """Yield where a book may be put, the best place first, each with the edition of it that is there."""
        if home is not None and (at_home is None or at_home.marker.owner in owner_id.ids):
            yield home, at_home
        yield from ((edition.folder, edition) for edition in self._places.own(details, owner_id))
        yield from ((folder, None) for folder in self._places.free(details, owner_id))

    def _own(self, folder: PurePosixPath, owner_id: OwnerId) -> Edition | None:
        edition = self._editions.at(folder)
        return edition if edition is not None and edition.marker.owner in owner_id.ids else None

    def _is_it(self, edition: Edition, details: BookDetails) -> bool:
        """Return whether an edition has all parts of a book as it is described."""
        return edition.marker.parts == len(details.parts) and self._editions.is_whole(edition)

    def _require_answers(self, patience: float = 0.0) -> None:
        found = self._look.problem(patience)
        if isinstance(found, BucketUnusable) and found.is_silent:
            raise unreachable(self._address)  # an error that is raised by several threads would grow

    def _not_writable(self, reason: Sentence | str) -> PermanentError:
        return PermanentError(
            sentence(
                "bucket.read_only",
                "The library {library} cannot be written: {reason}.",
                library=self.location,
                reason=reason,
            )
        )


def _pass() -> None:
    """Return at once."""
