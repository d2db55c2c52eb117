"""Reads a folder of books that a person had, and takes what is wanted of it into the library."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import structlog

from ohdio_core.collection.books import load_book
from ohdio_core.collection.folder_imports import (
    OWN,
    HadBook,
    TakenImport,
    WantedBook,
    insert_own,
    known_books,
    make_had,
)
from ohdio_core.collection.lease_lost import LeaseLost
from ohdio_core.current import Current
from ohdio_core.db.session import Database
from ohdio_core.domain.audiobook import BookDetails, BookRef, Part
from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import OhdioError, PermanentError, Postponed
from ohdio_core.installation import is_of_an_image
from ohdio_core.library import Library
from ohdio_core.library.known import record_library
from ohdio_core.reasons import reason_in_sentence
from ohdio_core.sentences import Sentence, sentence, together
from ohdio_core.sources.owners import owner_of
from ohdio_downloader.disk import copying
from ohdio_downloader.leased_work import LeasedWork
from ohdio_downloader.own_books.walk import require_there

if TYPE_CHECKING:
    from ohdio_downloader.own_books.reading import FolderReading

log = structlog.get_logger(__name__)

_CHUNK = 1024 * 1024  # bytes
_BATCH = 50  # found books that are recorded together


class _Identity(NamedTuple):
    """Which book something is."""

    known: int | None  #: the id of a known one
    details: BookDetails
    owner_id: OwnerId
    site_key: str


class Importer(LeasedWork):
    """Takes the import that is under way, and goes on with it, in a thread of its own.

    Args:
        library: Where books are filed.
        work_dir: For what is being filed.
        keep_free: Returns the bytes that must stay free on the disks of both.
    """

    def __init__(self, database: Database, library: Library, work_dir: Path, *, keep_free: Current[int]) -> None:
        super().__init__(database, work_dir, "importing")
        self.library = library
        self._keep_free = keep_free

    def step(self) -> bool:
        """Go on with the import that is under way; return False where there is nothing to be done."""
        with self.database.statement() as work:
            taken = TakenImport.take(work, self._holder)
        if taken is None:
            return False
        with self._at(taken):
            try:
                if not taken.is_read:
                    self._read(taken)
                self._take_wanted(taken)
            except Postponed as error:  # a full disk, a library that is not mounted: no fault of any book
                log.info("books are taken later", reason=error.sentence.text)
                with self.database.statement() as work:
                    taken.wait(work, error.sentence)
            except OhdioError as error:
                with self.database.statement() as work:
                    taken.fail(work, error.sentence)
        return True

    def _read(self, taken: TakenImport) -> None:
        from ohdio_downloader.own_books.reading import FolderReading  # with what reads tags, once it is needed

        root = _folder_of(taken.path)
        with self.database.unit_of_work() as work:
            taken.begin_reading(work)
            known = known_books(work, taken.follow_id)
            reading = FolderReading(root, known, check=self._check, is_of_listing=taken.follow_id is not None)
        self._record(taken, reading)

    def _record(self, taken: TakenImport, reading: FolderReading) -> None:
        batch: list[HadBook] = []
        for found in reading.books():
            batch.append(found)
            if len(batch) >= _BATCH:
                self._add(taken, batch)
                batch = []
        self._add(taken, batch)

    def _add(self, taken: TakenImport, batch: Sequence[HadBook]) -> None:
        with self.database.unit_of_work() as work:
            taken.add(work, batch)

    def _take_wanted(self, taken: TakenImport) -> None:
        root = _folder_of(taken.path)
        while True:
            self._check()
            with self.database.statement() as work:
                wanted = taken.next_wanted(work)
            if wanted is None:
                with self.database.statement() as work:
                    taken.rest(work)
                return
            try:
                self._take_one(taken, wanted, root)
            except (LeaseLost, Postponed):
                raise
            except (OhdioError, OSError) as error:
                require_there(root)
                said = error.sentence if isinstance(error, OhdioError) else _cannot_be_read(error)
                log.info("a book cannot be taken", place=wanted.found.place, reason=said.text)
                with self.database.statement() as work:
                    taken.note_refused(work, wanted, said)

    def _take_one(self, taken: TakenImport, wanted: WantedBook, root: Path) -> None:
        found = wanted.found
        files = [root / name for name in (*found.files, *found.others)]
        _require_unlinked(root, files)
        identity = self._identity(found)
        folder, is_in_place = self._filed(found, root, identity.details, identity.owner_id)
        with self.database.unit_of_work() as work:
            record_library(work, self.library)
            book = identity.known
            if book is None:
                described = {**_described(found), "library_path": str(folder)}
                book = insert_own(work, identity.owner_id.current.partition(":")[2], described)
            make_had(work, book, identity.site_key)
            taken.note_taken(work, wanted, book)
        if taken.is_moved and not is_in_place:
            _remove(root, files)
        log.info("a book was taken", book=book, place=found.place, folder=str(folder))

    def _identity(self, found: HadBook) -> _Identity:
        """Return which book it is.

        Raises:
            PermanentError: It is a known one that is not described yet.
        """
        if found.audiobook_id is not None:
            with self.database.statement() as work:
                known = load_book(work, found.audiobook_id)
            if not known.details.parts:
                raise PermanentError(
                    sentence("own.not_described_yet", "This book is not described yet; try it again once it is.")
                )
            return _Identity(
                known.id, known.details, known.owner_id, urlsplit(known.ref.url).hostname or known.ref.source
            )
        owner = str(found.facts.get("owner") or "")
        external_id = owner.partition(":")[2] if owner.startswith(f"{OWN}:") else _external_id(found)
        parts = tuple(Part(index, name) for index, name in enumerate(found.files))
        details = BookDetails(found.title or found.place, tuple(found.authors), parts=parts)
        return _Identity(None, details, owner_of(BookRef(OWN, f"{OWN}:{external_id}", external_id)), OWN)

    def _filed(self, found: HadBook, root: Path, details: BookDetails, owner_id: OwnerId) -> tuple[PurePosixPath, bool]:
        """Return the folder in the library that has the book now, and whether it was there before."""
        self.library.require_mounted()
        place = root / found.place
        within = _within(place, self.library.folder)
        if within is not None and (episode := self.library.sounds.episode_at(within)) is not None:
            if episode[1] not in owner_id.ids:
                raise PermanentError(sentence("own.of_another_episode", "The file is marked as that of another book."))
            return episode[0], True
        is_flat = all(Path(name).parent == Path(found.place) for name in found.files)
        if within is not None and place.is_dir() and is_flat:
            if not self.library.sounds.claim(within, owner_id, parts=len(details.parts), seconds=found.seconds):
                raise PermanentError(sentence("own.of_another", "The folder is marked as that of another book."))
            return within, True
        self._stage(found, root)
        placed = self.library.place(
            self._scratch,
            details,
            owner_id,
            seconds=found.seconds,
            keep_free=self._keep_free(),
            look=self._check,
            check=self._check,
        )
        return placed, False

    def _stage(self, found: HadBook, root: Path) -> None:
        """Copy what is filed into a flat directory."""
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir()
        for name in (*found.files, *found.others):
            source, target = root / name, self._scratch / _flat_name(found, name)
            room = copying(target, source.stat().st_size, keep_free=self._keep_free())
            with room, source.open("rb") as reading, target.open("wb") as writing:
                while chunk := reading.read(_CHUNK):
                    self._check()
                    writing.write(chunk)


def _folder_of(path: str) -> Path:
    root = Path(path)
    require_there(root)
    if not root.is_absolute() or not root.is_dir():
        raise PermanentError(_no_folder(path))
    try:
        next(root.iterdir(), None)
    except OSError as error:
        raise PermanentError(_cannot_be_read(error)) from error
    return root


def _no_folder(path: str) -> Sentence:
    said = sentence("own.no_folder", "There is no folder {path} where ohdio runs.", path=path)
    if not is_of_an_image():
        return said
    return together(
        said,
        sentence("own.mounted", "A container sees only what is mounted in it: its library is /library."),
    )


def _cannot_be_read(error: OSError) -> Sentence:
    return sentence("own.cannot_be_read", "It cannot be read: {reason}.", reason=reason_in_sentence(error))


def _require_unlinked(root: Path, files: Sequence[Path]) -> None:
    """Return if files are where they were read, and none leads out of the folder.

    Raises:
        PermanentError: One does, or is gone.
    """
    real = root.resolve()
    for file in files:
        if not file.is_file() or file.is_symlink() or not file.resolve().is_relative_to(real):
            raise PermanentError(
                sentence("own.gone", "{file} is gone, or has become a link; read the folder again.", file=str(file))
            )


def _within(place: Path, library: Path | None) -> PurePosixPath | None:
    """Return a folder below the library; None for one that is somewhere else."""
    if library is None:
        return None
    with suppress(ValueError):
        below = place.resolve().relative_to(library.resolve())
        return PurePosixPath(below) if below.parts else None
    return None


def _flat_name(found: HadBook, name: str) -> str:
    """Return the name that a file gets; that of a disc's folder goes before it."""
    below = PurePosixPath(name)
    if name == found.place:
        return below.name
    return " - ".join(below.relative_to(found.place).parts) if below.is_relative_to(found.place) else below.name


def _remove(root: Path, files: Sequence[Path]) -> None:
    """Remove files that were taken, and folders that are empty then."""
    for file in files:
        file.unlink(missing_ok=True)
    for folder in sorted({file.parent for file in files}, key=lambda each: -len(each.parts)):
        each = folder
        while each not in {root, root.parent} and each.is_relative_to(root):
            try:
                each.rmdir()
            except OSError:
                break
            each = each.parent


def _external_id(found: HadBook) -> str:
    """Return what names a book of a person's own: the same wherever it is found again."""
    told = [found.title or "", *found.authors, str(found.bytes), str(len(found.files))]
    return hashlib.sha256("\0".join(told).encode()).hexdigest()[:16]


def _described(found: HadBook) -> dict[str, Any]:
    """Return what is stored of a book of a person's own."""
    parts = [{"index": index, "name": name, "title": Path(name).stem} for index, name in enumerate(found.files)]
    facts = {name: value for name, value in found.facts.items() if name != "owner"}
    return {
        **facts,
        "title": found.title,
        "authors": found.authors,
        "seconds": found.seconds,
        "bytes": found.bytes,
        "parts": parts,
    }
