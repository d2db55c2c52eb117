"""One download: every part of a book resolved, fetched, verified and tagged, then filed as one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import structlog

from ohdio_core.collection.books import BookToDownload, StoredBook, load_book, load_queued_book
from ohdio_core.collection.edits import find_old_tags, write_tags
from ohdio_core.collection.removals import forget_removals
from ohdio_core.current import Current, current
from ohdio_core.db.session import Database
from ohdio_core.db.sql import sql
from ohdio_core.domain.book_form import BookForm, wanted_form
from ohdio_core.domain.queue import StopReason
from ohdio_core.errors import Postponed
from ohdio_core.library import Library
from ohdio_core.library.known import recall_library
from ohdio_core.library.name_limit import name_bytes
from ohdio_core.library.unreadable import FileUnreadable, cannot_be_read
from ohdio_core.sentences import sentence
from ohdio_core.sources.http import Abort, HttpClientFactory, Politeness
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.work.claim import is_held
from ohdio_core.work.outcome import Done, Stopped
from ohdio_core.work.run import Run
from ohdio_core.work.run_log import log_begin
from ohdio_core.work.stages import DOWNLOADS
from ohdio_downloader.asked_files import AskedFiles
from ohdio_downloader.bandwidth import Bandwidth
from ohdio_downloader.book_pace import BookPace
from ohdio_downloader.concurrency import ConcurrencyLimit
from ohdio_downloader.disk import disk_error
from ohdio_downloader.fetch.protocol import FetchLimits
from ohdio_downloader.filed_book import FiledBook, record_filed
from ohdio_downloader.filed_files import FiledFile, as_filed, media_of, read_files, stored_files
from ohdio_downloader.opf import describe
from ohdio_downloader.room import DiskRoom, ReadFree, free_bytes
from ohdio_downloader.unfinished import find_wanted, forget_unwanted
from ohdio_downloader.workdir import WorkDir

if TYPE_CHECKING:
    from ohdio_downloader.book_download import Package  # imported with the first book
    from ohdio_downloader.packaging import Packaged

log = structlog.get_logger(__name__)

#: Books that are verified and tagged at once. Threads that compute take the interpreter from one another and from those
#: that only have to send their next request; a second one works while the first waits for the disk.
_AT_ONCE = 2

_IS_FETCHED = sql("UPDATE queue_items SET is_refetch = false WHERE id = :id AND lease_token = :token")


class DownloadService:
    """Downloads books.

    Args:
        pages: Clients for the site's own questions, paced.
        media: Clients for media, not paced.
        form: What books are filed as.
        bandwidth: How fast all downloads together may be; no bound, if None.
        read_free: Returns the free bytes of the disk that a folder is on.
    """

    def __init__(
        self,
        database: Database,
        registry: SourceRegistry,
        *,
        pages: HttpClientFactory,
        media: HttpClientFactory,
        politeness: Politeness,
        library: Library,
        work_dir: Path,
        limits: FetchLimits | Current[FetchLimits],
        form: BookForm | Current[BookForm] = BookForm.ORIGINAL,
        bandwidth: Bandwidth | None = None,
        read_free: ReadFree = free_bytes,
    ) -> None:
        self.database = database
        self.registry = registry
        self.pages = pages
        self.media = media
        self.politeness = politeness
        self.library = library
        self.work_dir = work_dir
        self._limits = current(limits)
        self._form = current(form)
        self._bandwidth = bandwidth
        self.room = DiskRoom(library, work_dir, self._keep_free, read_free, self._form)
        self._computing = ConcurrencyLimit(_AT_ONCE)
        self._asked = AskedFiles()
        self._tags_seen = 0  #: the id of the book at which the last look for old tags ended
        self._longest: int | None = None  #: bytes of the names of files; found out with the first book

    def download(self, run: Run) -> Done:
        """Fetch what is missing of a book, and file it.

        A crash between the move into the library and the end of the run is recognised here: the
        book is there, marked as ours, and nothing is fetched again.

        Raises:
            OhdioError: What went wrong, in the three verbs of ``ohdio_core.errors``.
            Stopped: The run was asked to stop; what was fetched is kept, unless the book was deleted.
        """
        with self.database.statement() as work:
            queued = load_queued_book(work, run.claim.id, self._form())
        book, is_refetch, run.speed_limit = queued.book, queued.is_refetch, queued.speed_limit
        run.add_facts(title=book.details.title, link=book.ref.url)
        log_begin(DOWNLOADS, run)
        self.library.require_mounted()
        abort = Abort()
        with run.guard(abort.trigger), WorkDir(self.work_dir, str(book.id)) as work_dir:
            note = becomes = None
            stored = [] if book.library_path is None else stored_files(self.database, book.id)
            known = {file.name: file.duration_seconds for file in stored}
            # What is fetched again as it was found damaged keeps the files that are whole.
            kept = [] if is_refetch and not queued.has_faults else stored
            filed = None if is_refetch else self._filed(run, book, work_dir, known, stored)
            is_known = filed is not None
            if filed is not None and book.revision > book.files_revision:
                filed, files = self._retag(run, book, filed, work_dir, known)
            elif filed is not None:
                files = read_files(self.library, filed, book.owner_id, known, run.check)
            else:
                if book.library_path is None:
                    self.library.require_place(book.details, book.owner_id)
                self.room.require(queued.room, run)
                try:
                    with self._noticing_loss(work_dir):
                        package = self._fetch(run, queued, abort, work_dir, kept)
                        note, files, becomes = package.note, package.packaged.files, package.packaged.becomes
                        filed = self._file(run, book, package.packaged, media_of(files, book), is_refetch=is_refetch)
                        files = as_filed(self.library, filed, book.owner_id, files)
                finally:
                    if run.stop_reason is StopReason.DELETE and not find_wanted(self.database, [book.id]):
                        work_dir.remove()
            work_dir.remove()
        return self._done(run, book, FiledBook(filed, files, note, is_known, becomes))

    @contextlib.contextmanager
    def _noticing_loss(self, work_dir: WorkDir) -> Iterator[None]:
        """Turn errors of the block into a wait for a person, where folders or the disk are to blame.

        Raises:
            NeedsPerson: The library is gone or cannot be read, or the disk of the work directory cannot be used.
            Postponed: The book's work directory is gone.
        """
        try:
            yield
        except Stopped:
            raise
        except Exception as error:
            self.library.require_mounted()
            if not work_dir.is_there():
                raise Postponed(
                    sentence(
                        "work_dir.moved",
                        "What was downloaded of this book, in {folder}, was moved or deleted meanwhile. "
                        "Bring it back, or the book is downloaded again from its start.",
                        folder=str(self.work_dir),
                    )
                ) from error
            if isinstance(error, FileUnreadable):
                raise cannot_be_read(self.library.location, error) from error
            if isinstance(error, OSError):
                told = disk_error(error, self.work_dir)
                if not isinstance(told, Postponed):  # whose sentence says all there is to know
                    log.warning("the disk gave an error", book=work_dir.path.name, exc_info=True)
                raise told from error
            raise

    def _fetch(
        self, run: Run, queued: BookToDownload, abort: Abort, work_dir: WorkDir, stored: Sequence[FiledFile]
    ) -> Package:
        """Fetch what is missing, and return what is to be filed.

        Args:
            stored: Files in the library of which what is left need not be fetched.
        """
        # Imported with the first book: the libraries that read media take a quarter of a start's time.
        from ohdio_downloader.book_download import BookDownload, Site
        from ohdio_downloader.kept_parts import KeptParts
        from ohdio_downloader.packagings import packaging_for

        book = queued.book
        site = Site(
            self.registry.by_name(book.ref.source),
            self.pages.site(run.claim.site_key, abort),
            self.media.site(run.claim.site_key, abort),
            self.politeness,
        )
        packaging = packaging_for(
            wanted_form(book.form, self._form()),
            book.details,
            work_dir,
            name_bytes=self._name_bytes(),
            check=run.check,
            keep_free=self._keep_free,
        )
        if stored:
            with self._computing.slot(run.check):
                kept = KeptParts(self.library, work_dir, check=run.check, keep_free=self._keep_free())
                kept.take(book, stored, packaging)
        return BookDownload(
            run,
            book,
            site,
            work_dir,
            packaging=packaging,
            limits=self._limits,
            computing=self._computing,
            pace=BookPace(run, self._bandwidth),
            is_kept_anyway=queued.is_kept_anyway,
        ).fetch()

    def _keep_free(self) -> int:
        """Return how many bytes must stay free on the disk."""
        return self._limits().free_space_floor

    def _filed(
        self,
        run: Run,
        book: StoredBook,
        work_dir: WorkDir,
        known: dict[str, float | None],
        stored: Sequence[FiledFile],
    ) -> PurePosixPath | None:
        """Where the book is already, or is again; None when it is to be fetched, or what was fetched is to be filed.

        Args:
            known: Lengths of its files; what is measured here is added.
            stored: Its files as they were filed.
        """
        if all(work_dir.finished(part) is not None for part in book.details.parts):
            return None
        if book.library_path is not None:
            self.library.bring_back(PurePosixPath(book.library_path), book.owner_id)
        there = self.library.find(book.details, book.owner_id, book.library_path)
        return (
            there
            or self.library.find_moved(book.details, book.owner_id, run.check, was_filed=bool(book.library_path))
            or self._in_other_files(run, book, work_dir, known, stored)
            or self._restored(book)
        )

    def _in_other_files(
        self,
        run: Run,
        book: StoredBook,
        work_dir: WorkDir,
        known: dict[str, float | None],
        stored: Sequence[FiledFile],
    ) -> PurePosixPath | None:
        """Return where a book is whole in other files than those that were filed, as players make them; else None."""
        sounds = self.library.sounds.find(book.details, book.owner_id, book.library_path, run.check)
        if not sounds:
            return None
        from ohdio_downloader.replaced import ReplacedFiles

        with self._noticing_loss(work_dir), self._computing.slot(run.check):
            replaced = ReplacedFiles(
                self.library, self._asked, work_dir.path, check=run.check, keep_free=self._keep_free()
            )
            found = replaced.find(book, sounds, known, stored)
        known |= replaced.durations
        return found

    def _restored(self, book: StoredBook) -> PurePosixPath | None:
        """Return where a book is again that was in the trash; None without one, and where the trash cannot be read.

        Raises:
            Postponed: It is there, and cannot come back.
        """
        trash = self.library.trash
        try:
            is_there = bool(trash.keys()(book.owner_id))
        except Postponed:
            return None  # it is fetched: what keeps the trash from being read is no fault of the book
        return trash.restore(book.details, book.owner_id, parts=len(book.details.parts)) if is_there else None

    def _retag(
        self,
        run: Run,
        book: StoredBook,
        filed: PurePosixPath,
        work_dir: WorkDir,
        known: Mapping[str, float | None],
    ) -> tuple[PurePosixPath, tuple[FiledFile, ...]]:
        """Write what a person has said of a book into its files; return where they are, and what is known of them."""
        from ohdio_downloader.retagging import Retagging

        media = self.library.sounds.media(filed, book.owner_id)
        with self._noticing_loss(work_dir), self._computing.slot(run.check):
            retagging = Retagging(self.library, work_dir, check=run.check, keep_free=self._keep_free())
            packaged = retagging.copy(filed, book.owner_id, book.details, known)
            place = self._file(run, book, packaged, media, is_refetch=False)
            return place, as_filed(self.library, place, book.owner_id, packaged.files)

    def _name_bytes(self) -> int:
        """Return what the names of files may have; found out once."""
        if self._longest is None:
            self._longest = min(self.library.name_bytes(), name_bytes(self.work_dir))
        return self._longest

    def write_tags(self) -> None:
        """Queue books for their tags that were edited while a run was at them, of those whose files are there.

        A look begins after what the one before has seen, so that books without files keep none from its turn.
        """
        with self.database.statement() as work:
            found = find_old_tags(work, beyond=self._tags_seen) or find_old_tags(work)
            books = [load_book(work, book) for book in found]
        self._tags_seen = found[-1] if found else 0
        if there := [book.id for book in books if self._is_there(book)]:
            with self.database.unit_of_work() as work:
                write_tags(work, there)

    def _is_there(self, book: StoredBook) -> bool:
        return book.library_path is not None and self.library.may_hold(book.library_path, book.owner_id)

    def keep_up(self) -> None:
        """Do what is to be done now and then."""
        recall_library(self.database, self.library)
        with self.database.unit_of_work() as work:
            forget_removals(work)
        forget_unwanted(self.database, self.work_dir)

    def _file(
        self,
        run: Run,
        book: StoredBook,
        package: Packaged,
        media: Mapping[str, str],
        *,
        is_refetch: bool,
    ) -> PurePosixPath:
        """Move the finished book into the library, if it is still ours to move.

        Args:
            media: Which medium of the site each file was made of, by their names.
            is_refetch: It was to be fetched though it was there.
        """

        def check() -> None:
            with self.database.statement() as work:
                if not is_held(work, DOWNLOADS, run.claim):
                    raise Stopped(StopReason.LEASE_LOST)
                run.check()
                if is_refetch:
                    # From here on a crash leaves the new files, in the work directory or in the library, so that
                    # whatever is found in the library afterwards, with the work directory empty, is new.
                    work.execute(_IS_FETCHED, {"id": run.claim.id, "token": run.claim.token})

        was_at = book.library_path
        home = None if was_at is None else self.library.locate(was_at, book.owner_id, run.check)
        describe(self.library, package.directory, book, home)
        lengths = [file.duration_seconds for file in package.files]
        return self.library.place(
            package.directory,
            book.details,
            book.owner_id,
            home=home,
            seconds=None if None in lengths else sum(filter(None, lengths)),
            media=media,
            keep_free=self._keep_free(),
            look=run.check,
            check=check,
        )

    def _done(self, run: Run, book: StoredBook, filed: FiledBook) -> Done:
        """Return the end of a book that is filed; what was noted of one that had been filed before stays.

        A note on its files follows what its source tells.
        """
        size = sum(file.size for file in filed.files)
        run.add_facts(bytes=size, folder=str(filed.folder))
        library = self.library.location if self.library.is_marked() else None
        return Done(lambda work: record_filed(work, book, filed, size, library=library))
