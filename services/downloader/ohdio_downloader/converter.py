"""Converts books of the library beside the downloads, one at a time: a thread of low priority."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ohdio_core.away import log_failure
from ohdio_core.collection.books import StoredBook, load_book
from ohdio_core.collection.conversions import TakenConversion, find_ordered, is_speed_wanted, note_speed
from ohdio_core.collection.lease_lost import LeaseLost
from ohdio_core.current import Current
from ohdio_core.db.session import Database
from ohdio_core.errors import UNEXPECTED, OhdioError, PermanentError, Postponed
from ohdio_core.library import Library
from ohdio_core.library.name_limit import name_bytes
from ohdio_core.library.unreadable import FileUnreadable, cannot_be_read
from ohdio_core.sentences import Sentence, sentence
from ohdio_downloader.disk import disk_error, write_whole
from ohdio_downloader.filed_book import FiledBook, record_filed
from ohdio_downloader.filed_files import FiledFile, as_filed, files_as_json, files_from_json, stored_files
from ohdio_downloader.leased_work import LeasedWork
from ohdio_downloader.opf import describe
from ohdio_downloader.workdir import WorkDir

if TYPE_CHECKING:
    from ohdio_downloader.packaging import Packaged

log = structlog.get_logger(__name__)

_NICE = 10
_RENEWS_EVERY = 1.0  # seconds: who pauses it sees it pause
_MOST_ATTEMPTS = 5
_PREFIX = "convert-"
_MADE = "made.json"
_LOOKS_FOR_LEFT = 60.0  # seconds
#: The lease is seldom renewed while a file comes into the library, which may be a slow disk of the network.
_FILED_WITHIN, _FILED_WITHIN_A_MEGABYTE = timedelta(seconds=60), timedelta(seconds=1)


class Converter(LeasedWork):
    """Takes the conversion that was ordered first, and carries it out; ``Beside``.

    Args:
        library: Whose books they are.
        work_dir: For copies, and what is encoded, which outlives the process.
        keep_free: Returns the bytes that must stay free on the disks of both.
        host: Names this machine.
    """

    def __init__(
        self,
        database: Database,
        library: Library,
        work_dir: Path,
        *,
        keep_free: Current[int],
        host: str | None = None,
    ) -> None:
        super().__init__(database, work_dir, "converting", nice=_NICE, renews_every=_RENEWS_EVERY)
        self.library = library
        self._work_dir = work_dir
        self._keep_free = keep_free
        self._host = host or socket.gethostname()
        self._looks_for_left_at = 0.0
        self._interrupted: TakenConversion | None = None  #: by the database

    def step(self) -> bool:
        """Carry out one conversion; return False where there is none to be done."""
        self._leave_interrupted()
        self._look_for_left()
        with self.database.statement() as work:
            taken = TakenConversion.take(work, self._holder)
            is_measured = taken is None and is_speed_wanted(work, self._host)
        if taken is None:
            if is_measured:
                self._measure()
            return False
        with self._at(taken):
            self._carry_out(taken)
        return True

    def measured(self, speed: float) -> None:
        """Remember how many seconds of sound were encoded in a second."""
        with self.database.statement() as work:
            note_speed(work, self._host, speed)

    def _carry_out(self, taken: TakenConversion) -> None:
        try:
            self._convert(taken)
        except LeaseLost:
            with suppress(OhdioError), self.database.statement() as work:
                taken.release(work)
            raise
        except SQLAlchemyError as error:
            log_failure(log, "the database gave an error", error, book=taken.book)
            self._interrupted = taken
            raise
        except OhdioError as error:
            self._end(taken, error)
        except FileUnreadable as error:
            self._end(taken, cannot_be_read(self.library.location, error))
        except OSError as error:
            log_failure(log, "the disk gave an error", error, book=taken.book)
            self._end(taken, disk_error(error, self._work_dir))

    def _leave_interrupted(self) -> None:
        """Leave for later what the database kept from going on, now that it answers: no process has died."""
        if self._interrupted is not None:
            with self.database.statement() as work:
                self._interrupted.wait(work, UNEXPECTED)
            self._interrupted = None

    def _end(self, taken: TakenConversion, error: OhdioError) -> None:
        with self.database.unit_of_work() as work:
            if isinstance(error, Postponed):
                log.info("a book is converted later", book=taken.book, reason=error.sentence.text)
                taken.wait(work, error.sentence)
            else:
                log.info("a book cannot be converted", book=taken.book, reason=error.sentence.text)
                taken.fail(work, error.sentence)

    def _convert(self, taken: TakenConversion) -> None:
        if taken.attempts > _MOST_ATTEMPTS:
            raise PermanentError(
                sentence(
                    "form.worker_died",
                    "Given up after {attempts} attempts: the process died each time while it converted this.",
                    attempts=_MOST_ATTEMPTS,
                )
            )
        with self.database.statement() as work:
            book = load_book(work, taken.book)
        self.library.require_mounted()
        folder = self._folder(book)
        with WorkDir(self._work_dir, f"{_PREFIX}{book.id}") as work_dir:
            try:
                self._make_and_file(taken, book, folder, work_dir)
            except PermanentError:
                work_dir.remove()  # nobody goes on with it
                raise
            work_dir.remove()

    def _make_and_file(
        self, taken: TakenConversion, book: StoredBook, folder: PurePosixPath, work_dir: WorkDir
    ) -> None:
        made = self._made(taken, book, folder, work_dir)
        if isinstance(made, Sentence):
            raise PermanentError(made)
        if made is not None:
            self._file(taken, book, made, work_dir)
        else:
            self._note_done(taken, book, folder, work_dir)

    def _folder(self, book: StoredBook) -> PurePosixPath:
        """Return where a book is.

        Raises:
            PermanentError: It is not in the library any more.
        """
        if book.library_path is not None:
            self.library.bring_back(PurePosixPath(book.library_path), book.owner_id)
            if (folder := self.library.locate(book.library_path, book.owner_id, self._check)) is not None:
                # Where people have moved it, what a killed process had replaced is known by that place.
                self.library.bring_back(folder, book.owner_id)
                return folder
        raise PermanentError(
            sentence("form.book_gone", "Its files are not in the library any more, so it is not converted.")
        )

    def _made(
        self, taken: TakenConversion, book: StoredBook, folder: PurePosixPath, work_dir: WorkDir
    ) -> Packaged | Sentence | None:
        from ohdio_downloader.converting import Conversion  # with what reads media, once it is needed

        known = {file.name: file.duration_seconds for file in stored_files(self.database, book.id)}
        conversion = Conversion(
            self.library,
            work_dir,
            _Told(self, taken),
            name_bytes=min(self.library.name_bytes(), name_bytes(self._work_dir)),
            check=self._check,
            keep_free=self._keep_free(),
        )
        return conversion.make(book, folder, taken.form, known)

    def _file(self, taken: TakenConversion, book: StoredBook, made: Packaged, work_dir: WorkDir) -> None:
        """File what was made in the place of the old files, which go to the trash, and record that in one step."""
        write_whole(work_dir.path / _MADE, files_as_json(made.files).encode())
        home = PurePosixPath(book.library_path or "")
        home_now = self.library.locate(str(home), book.owner_id, self._check)
        describe(self.library, made.directory, book, home_now)
        self._check()
        with self.database.statement() as work:
            taken.renew(work, _FILED_WITHIN + _FILED_WITHIN_A_MEGABYTE * (_size(made.files) / 1_000_000))
        seconds = [file.duration_seconds for file in made.files]
        with self.database.unit_of_work() as work, ExitStack() as held:

            def hold() -> None:
                """From the move to the commit, keep everybody else from changing the book."""
                taken.hold(work, book)
                held.enter_context(work.seeing_to_files())

            folder = self.library.place(
                made.directory,
                book.details,
                book.owner_id,
                home=home_now,
                seconds=None if None in seconds else sum(filter(None, seconds)),
                keep_free=self._keep_free(),
                keeps_old=True,
                look=self._check,
                check=hold,
            )
            names = [file.name for file in stored_files(self.database, book.id)]
            replaced = self.library.trash.find_replaced(book.owner_id, names)
            taken.complete(work, replaced)
            files = as_filed(self.library, folder, book.owner_id, made.files)
            record_filed(work, book, FiledBook(folder, files, None, is_known=True), _size(files))
        log.info("a book was converted", book=book.id, form=taken.form.value, folder=str(folder))

    def _note_done(self, taken: TakenConversion, book: StoredBook, folder: PurePosixPath, work_dir: WorkDir) -> None:
        """Record what is so already: by itself, or as a process has died that had just filed it."""
        try:
            made = files_from_json((work_dir.path / _MADE).read_text(encoding="utf-8"))
            files = as_filed(self.library, folder, book.owner_id, made)
        except (FileNotFoundError, ValueError, TypeError):
            files = ()
        is_there = all(self._has(self.library.file_of(folder, file.name), file.size) for file in files)
        with self.database.unit_of_work() as work, work.seeing_to_files():
            taken.hold(work, book)
            if not files or not is_there:
                taken.complete(work, None)
                return
            names = [file.name for file in stored_files(self.database, book.id)]
            taken.complete(work, self.library.trash.find_replaced(book.owner_id, names))
            record_filed(work, book, FiledBook(folder, files, None, is_known=True), _size(files))

    def _has(self, name: PurePosixPath, size: int) -> bool:
        file = self.library.file(name)
        return file is not None and file.size == size

    def _look_for_left(self) -> None:
        """Remove now and then what is left of conversions that nobody wants any more."""
        if time.monotonic() < self._looks_for_left_at:
            return
        self._looks_for_left_at = time.monotonic() + _LOOKS_FOR_LEFT
        names = (path.name.removeprefix(_PREFIX) for path in self._work_dir.glob(f"{_PREFIX}*"))
        left = {int(name) for name in names if name.isdecimal()}
        if not left:
            return
        with self.database.statement() as work:
            unwanted = left - find_ordered(work, left)
        for book in unwanted:
            with suppress(Postponed), WorkDir(self._work_dir, f"{_PREFIX}{book}") as work_dir:
                work_dir.remove()

    def _measure(self) -> None:
        from ohdio_downloader.media.aac import measure_encoding

        began_at = time.monotonic()
        seconds = measure_encoding()
        self.measured(seconds / max(0.001, time.monotonic() - began_at))


class _Told:
    """Takes the progress of one conversion: a ``Progress``."""

    def __init__(self, converter: Converter, taken: TakenConversion) -> None:
        self._converter = converter
        self._taken = taken

    def report(self, done: float, total: float, *, has_moved: bool) -> None:
        """Keep how far it is, for the next renewal."""
        self._taken.report(done, total, has_moved=has_moved)

    def measured(self, speed: float) -> None:
        """Remember how fast that was."""
        self._converter.measured(speed)


def _size(files: tuple[FiledFile, ...]) -> int:
    return sum(file.size for file in files)
