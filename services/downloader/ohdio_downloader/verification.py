"""Verifies the library: every file against its checksum, slowly, beside the downloads, by one process at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path, PurePosixPath

import structlog

from ohdio_core.collection.latest_filed import look_for_latest
from ohdio_core.collection.verification import (
    BookToVerify,
    KnownFile,
    TakenVerification,
    adopt,
    begin_if_due,
    clear_fault,
    note_fault,
)
from ohdio_core.current import Current
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.domain.file_fault import FaultKind
from ohdio_core.errors import NeedsPerson, Postponed
from ohdio_core.library import Library
from ohdio_core.sentences import sentence
from ohdio_downloader.leased_work import LeasedWork

log = structlog.get_logger(__name__)

#: So slow that a disk has most of its time for downloads and players, and so fast that a terabyte takes half a day.
_BYTES_PER_SECOND = 24 * 1024 * 1024
_NICE = 10


class Verifier(LeasedWork):
    """Takes the verification that is under way, and goes on with it, in a thread of its own.

    Args:
        library: Whose files they are.
        work_dir: For the copy of a file that is listened to.
        every: Returns how often all is verified by itself; None for never.
        keep_free: Returns the bytes that must stay free on the disk of ``work_dir``.
        bytes_per_second: That are read at most.
    """

    def __init__(
        self,
        database: Database,
        library: Library,
        work_dir: Path,
        *,
        every: Current[timedelta | None],
        keep_free: Current[int],
        bytes_per_second: int = _BYTES_PER_SECOND,
    ) -> None:
        super().__init__(database, work_dir, "verifying", nice=_NICE)
        self.library = library
        self._every = every
        self._keep_free = keep_free
        self._seconds_per_byte = 1 / bytes_per_second
        self._reads_again_at = 0.0

    def begin_if_due(self, work: UnitOfWork) -> None:
        """Begin to verify all, where a person wants that now and then, and it is time."""
        if (every := self._every()) is not None and begin_if_due(work, every):
            log.info("the library is verified, as it is so often", days=every / timedelta(days=1))

    def step(self) -> bool:
        """Go on with the verification that is under way to its end; return False where there is nothing to be done."""
        with self.database.statement() as work:
            taken = TakenVerification.take(work, self._holder)
        if taken is None:
            return False
        with self._at(taken):
            try:
                self._verify(taken)
            except Postponed as error:
                log.info("the library is verified later", reason=str(error))
                with self.database.statement() as work:
                    taken.wait(work, error.sentence)
        return True

    def _verify(self, taken: TakenVerification) -> None:
        while True:
            self._check()
            with self.database.statement() as work:
                book = taken.next_book(work)
            if book is None:
                with self.database.statement() as work:
                    taken.complete(work)
                return
            self._verify_book(taken, book)

    def _verify_book(self, taken: TakenVerification, book: BookToVerify) -> None:
        self.library.require_mounted()
        folder = self.library.locate(book.folder, book.owner_id, self._check)
        if folder is None and book.files:
            self._require_the_library()
        for file in book.files:
            self._check()
            self._verify_file(taken, book, file, folder)
        with self.database.unit_of_work() as work:
            taken.note_book(work, book)

    def _verify_file(
        self, taken: TakenVerification, book: BookToVerify, file: KnownFile, folder: PurePosixPath | None
    ) -> None:
        from ohdio_downloader.file_check import FileCheck, Finding  # with what reads media: a quarter of a start's time
        from ohdio_downloader.heard import Listening

        finding = Finding(FaultKind.LOST)
        if folder is not None:
            self._scratch.mkdir(exist_ok=True)
            listening = Listening(self.library, self._scratch, self._check, self._keep_free())
            files = FileCheck(self.library, listening, paced=self._paced, check=self._check)
            finding = files.look_at(self.library.file_of(folder, file.name), file, book.filed_at)
        if finding.fault is not None:
            self.library.require_mounted()  # its disk may have gone meanwhile
        is_replaced = finding.fault is FaultKind.LOST and self.library.is_there(
            str(folder or book.folder), book.owner_id
        )
        with self.database.unit_of_work() as work:
            taken.note_file(work, book, file, size=file.size, is_edited=finding.is_edited)
            if finding.fault is None or is_replaced:
                clear_fault(work, book, file)
            else:
                note_fault(work, book, file, finding.fault)
            if finding.now is not None:
                adopt(work, book, file, finding.now)
        if finding.fault is not None and not is_replaced:
            log.warning("a file is not as it was filed", book=book.id, file=file.name, fault=finding.fault.value)

    def _require_the_library(self) -> None:
        """Return if what is there may be the library, though a book is not.

        Raises:
            NeedsPerson: So many of the books that were filed last are missing that it may not.
        """
        with self.database.reading() as session:
            latest = look_for_latest(session, self.library)
        if latest.is_library_doubtful:
            raise NeedsPerson(
                sentence(
                    "verify.library_doubtful",
                    "{missing} of the {filed} books that were filed last are not in {library}, as if its disk, or a "
                    "folder of it, were not mounted. It goes on by itself once they are there; those that are gone for "
                    'good are under "Missing books".',
                    missing=latest.missing,
                    filed=latest.filed,
                    library=self.library.location,
                )
            )

    def _paced(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            yield chunk
            now = time.monotonic()
            self._reads_again_at = max(now, self._reads_again_at) + len(chunk) * self._seconds_per_byte
            self._is_ending.wait(self._reads_again_at - now)
