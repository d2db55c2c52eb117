"""One download: every part of a book resolved, fetched, verified and tagged, then filed as one."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath

import structlog
from sqlalchemy import text

from ohdio_core.db.books import StoredBook, load_queued_book
from ohdio_core.db.libraries import recall_library
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.audiobook import Chapter, Part
from ohdio_core.domain.naming import part_name
from ohdio_core.domain.queue import DownloadStage, StopReason
from ohdio_core.errors import OhdioError, Postponed, Throttled
from ohdio_core.library import Library
from ohdio_core.sources.http import Abort, HttpClientFactory, Politeness, SiteClient
from ohdio_core.sources.protocol import Source
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.work.claim import is_held
from ohdio_core.work.outcome import Done, Stopped
from ohdio_core.work.run import Run
from ohdio_core.work.stages import DOWNLOADS
from ohdio_downloader.control import BookProgress, PartControl
from ohdio_downloader.disk import write_whole
from ohdio_downloader.fetch.media import fetch
from ohdio_downloader.fetch.protocol import Fetched, FetchLimits
from ohdio_downloader.fetch.refusal import AccessRefused
from ohdio_downloader.media.assemble import assemble, assembled_of, suffix_of
from ohdio_downloader.media.chapters import MAX_BYTES as MAX_CHAPTERS_BYTES
from ohdio_downloader.media.chapters import read_chapters, spans
from ohdio_downloader.media.cover import MAX_BYTES as MAX_COVER_BYTES
from ohdio_downloader.media.cover import Cover, read_cover
from ohdio_downloader.media.probe import DamagedAudio, probe
from ohdio_downloader.media.tag import Track, tag, tags_size
from ohdio_downloader.media.taggable import taggable
from ohdio_downloader.media.transcript import MAX_BYTES as MAX_TRANSCRIPT_BYTES
from ohdio_downloader.media.transcript import Transcript, read_transcript, transcripts_beside
from ohdio_downloader.media.verify import verify
from ohdio_downloader.workdir import WorkDir

log = structlog.get_logger(__name__)

_PAUSE_WHEN_NOT_TOLD = timedelta(seconds=30)

#: Books that are verified and tagged at once. Threads that compute take the interpreter from one another and from those
#: that only have to send their next request; a second one works while the first waits for the disk.
_AT_ONCE = 2
_LOOK_EVERY = 0.25  # seconds

_IS_FETCHED = sql("UPDATE queue_items SET is_refetch = false WHERE id = :id AND lease_token = :token")


@dataclass(frozen=True, slots=True)
class _Download:
    """One run: the book, and the hands to fetch it with."""

    run: Run
    book: StoredBook
    is_refetch: bool
    source: Source
    pages: SiteClient  #: paced, for asking where the media is
    media: SiteClient  #: not paced


class DownloadService:
    """Downloads books.

    Args:
        pages: Clients for the site's own questions, paced.
        media: Clients for media, not paced.
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
        limits: FetchLimits,
    ) -> None:
        self.database = database
        self.registry = registry
        self.pages = pages
        self.media = media
        self.politeness = politeness
        self.library = library
        self.work_dir = work_dir
        self.limits = limits
        self._computing = threading.BoundedSemaphore(_AT_ONCE)

    def download(self, run: Run) -> Done:
        """Fetch what is missing of a book, and file it.

        A crash between the move into the library and the end of the run is recognised here: the
        book is there, marked as ours, and nothing is fetched again.

        Raises:
            OhdioError: What went wrong, in the three verbs of ``ohdio_core.errors``.
            Stopped: The run was asked to stop; what was fetched is kept, unless the book was deleted.
        """
        with self.database.statement() as work:
            book, is_refetch = load_queued_book(work, run.claim.id)
        self.library.require_mounted()
        abort = Abort()
        with run.guard(abort.trigger), WorkDir(self.work_dir, str(book.id)) as work_dir:
            filed = None if is_refetch else self._filed(book, work_dir)
            if filed is None:
                download = _Download(
                    run,
                    book,
                    is_refetch,
                    self.registry.by_name(book.ref.source),
                    self.pages.site(run.claim.politeness_key, abort),
                    self.media.site(run.claim.politeness_key, abort),
                )
                try:
                    with self._noticing_loss(work_dir):
                        self._fetch_parts(download, work_dir)
                        filed = self._file(download, work_dir)
                finally:
                    if run.stop_reason is StopReason.DELETE:
                        work_dir.remove()
            work_dir.remove()
        return self._done(book, filed)

    @contextlib.contextmanager
    def _turn(self, check: Callable[[], None]) -> Iterator[None]:
        """Wait for one's turn to compute; what ``check`` raises ends the waiting."""
        while not self._computing.acquire(timeout=_LOOK_EVERY):
            check()
        try:
            yield
        finally:
            self._computing.release()

    @contextlib.contextmanager
    def _noticing_loss(self, work_dir: WorkDir) -> Iterator[None]:
        """Let what goes wrong in the block wait, when it does because a person took the folders away meanwhile.

        Raises:
            Postponed: The library or the work directory is gone.
        """
        try:
            yield
        except Stopped:
            raise
        except Exception as error:
            self.library.require_mounted()
            if work_dir.is_there():
                raise
            raise Postponed(
                f"The folder {work_dir.path}, with what was downloaded of this book, was moved or deleted meanwhile. "
                "Bring it back, or the book is downloaded again from its start."
            ) from error

    def _filed(self, book: StoredBook, work_dir: WorkDir) -> PurePosixPath | None:
        """Where the book is already; None when it is to be fetched, or what was fetched is to be filed."""
        is_fetched = all(work_dir.finished(part) is not None for part in book.details.parts)
        return None if is_fetched else self.library.find(book.details, book.owner_id)

    def keep_up(self) -> None:
        """Do what is to be done now and then."""
        recall_library(self.database, self.library)
        self.forget_unwanted()

    def forget_unwanted(self) -> None:
        """Remove what is left of books that are no longer in the queue; another worker's are left alone."""
        left = {int(path.name): path.name for path in self.work_dir.iterdir() if path.name.isdecimal()}
        unwanted = left.keys() - self._wanted(list(left)) if left else set()
        for book_id in unwanted:
            with contextlib.suppress(Postponed), WorkDir(self.work_dir, left[book_id]) as work_dir:
                # It may have been added again since; now that it is locked, no download of it can begin.
                if not self._wanted([book_id]):
                    work_dir.remove()

    def _wanted(self, book_ids: list[int]) -> set[int]:
        """Return those of these books whose downloads are still to be completed."""
        with self.database.reading() as session:
            return set(
                session.execute(
                    text(
                        "SELECT audiobook_id FROM queue_items WHERE audiobook_id = ANY(:ids) AND status <> 'completed'"
                    ),
                    {"ids": book_ids},
                ).scalars()
            )

    def _fetch_parts(self, download: _Download, work_dir: WorkDir) -> None:
        parts = download.book.details.parts
        sizes = {part.index: path.stat().st_size for part in parts if (path := work_dir.finished(part)) is not None}
        progress = BookProgress(download.run, parts, sizes)
        progress.begin(DownloadStage.STARTING)
        names = set()
        cover = self._cover(download) if len(sizes) < len(parts) else None
        if cover is not None:
            # Before the parts: when all of them are finished, it is not fetched again.
            write_whole(work_dir.book / f"cover{cover.suffix}", cover.data)
        for part in parts:
            finished = work_dir.finished(part)
            if finished is None:
                finished = self._fetch_part(download, work_dir, part, progress, cover)
            names |= {finished.name, *transcripts_beside(finished)}
        if cover is not None:
            names.add(f"cover{cover.suffix}")
        else:
            names |= {path.name for path in work_dir.book.glob("cover.*")}
        work_dir.keep_only(names)

    def _fetch_part(
        self, download: _Download, work_dir: WorkDir, part: Part, progress: BookProgress, cover: Cover | None
    ) -> Path:
        check = download.run.check
        details = download.book.details
        path = work_dir.fetch_path(part)
        try:
            kept = None if work_dir.was_empty else assembled_of(path)
            assembled = kept or self._assembled(download, work_dir, part, progress)
            chapters = self._chapters(download, part)
            transcript = self._transcript(download, part)
            name = part_name(details.title, part.index, len(details.parts), part.title, assembled.suffix)
            with self._turn(check):
                progress.begin(DownloadStage.VERIFYING)
                duration = verify(assembled, promised=part.duration, check=check)
                track = Track(part.index + 1, len(details.parts), part.title, part.narrators, spans(chapters, duration))
                room, keep_free = tags_size(details, track, cover), self.limits.free_space_floor
                with taggable(assembled, room=room, check=check, keep_free=keep_free) as tagged:
                    tag(tagged, details, track, cover, keep_free=keep_free)
                    if transcript is not None:
                        # Before the part is recorded as finished: what is finished is complete.
                        transcript.write_beside(work_dir.book / name)
                    finished = work_dir.record(part, tagged, name)
        except DamagedAudio:
            # Fetched again from the start: nothing of it can be trusted.
            for left in path.parent.glob(f"{path.name}*"):
                left.unlink(missing_ok=True)
            raise
        progress.finish(part, finished.stat().st_size)
        return finished

    def _assembled(self, download: _Download, work_dir: WorkDir, part: Part, progress: BookProgress) -> Path:
        progress.begin(DownloadStage.DOWNLOADING)
        fetched = self._fetch(download, work_dir, part, PartControl(download.run, progress, part))
        info = probe(fetched.path)
        assembled = fetched.path.with_name(fetched.path.name + suffix_of(info))
        progress.begin(DownloadStage.ASSEMBLING)
        keep_free = self.limits.free_space_floor
        assemble(fetched.path, assembled, info, download.run.check, keep_free=keep_free)
        return assembled

    def _fetch(self, download: _Download, work_dir: WorkDir, part: Part, control: PartControl) -> Fetched:
        """Resolve just before fetching; once more when the address was refused, as signed ones expire."""
        path = work_dir.fetch_path(part)
        for is_last in (False, True):
            try:
                media = download.source.resolve(download.book.ref, part, download.pages)
                return fetch(media, path, download.media, control, self.limits)
            except AccessRefused:
                if is_last:
                    raise
            except Throttled as error:
                pause = error.retry_after or _PAUSE_WHEN_NOT_TOLD
                self.politeness.close(download.run.claim.politeness_key, pause, str(error))
                raise
        raise AssertionError("unreachable")

    def _cover(self, download: _Download) -> Cover | None:
        """Fetch the cover; a book without one is a book all the same."""
        data = self._extra(download, "cover", download.book.details.cover_url, MAX_COVER_BYTES)
        return None if data is None else read_cover(data)

    def _chapters(self, download: _Download, part: Part) -> tuple[Chapter, ...]:
        """Give the part's chapters; those that the source listed, or those of its chapters file."""
        data = self._extra(download, "chapters", None if part.chapters else part.chapters_url, MAX_CHAPTERS_BYTES)
        return part.chapters if data is None else read_chapters(data)

    def _transcript(self, download: _Download, part: Part) -> Transcript | None:
        data = self._extra(download, "transcript", part.transcript_url, MAX_TRANSCRIPT_BYTES)
        return None if data is None else read_transcript(data)

    def _extra(self, download: _Download, what: str, url: str | None, max_bytes: int) -> bytes | None:
        """Fetch what is worth having and never worth failing for: a book without it is a book all the same."""
        if url is None:
            return None
        try:
            return download.media.get(url, max_bytes=max_bytes).body
        except OhdioError as error:
            download.run.check()
            log.info("left out", what=what, audiobook=download.book.id, reason=str(error))
            return None

    def _file(self, download: _Download, work_dir: WorkDir) -> PurePosixPath:
        """Move the finished book into the library, if it is still ours to move."""
        run = download.run

        def check() -> None:
            with self.database.statement() as work:
                if not is_held(work, DOWNLOADS, run.claim):
                    raise Stopped(StopReason.LEASE_LOST)
                run.check()
                if download.is_refetch:
                    # From here on a crash leaves the new files, in the work directory or in the library, so that
                    # whatever is found in the library afterwards, with the work directory empty, is new.
                    work.execute(_IS_FETCHED, {"id": run.claim.id, "token": run.claim.token})

        return self.library.place(
            work_dir.book,
            download.book.details,
            download.book.owner_id,
            keep_free=self.limits.free_space_floor,
            check=check,
        )

    def _done(self, book: StoredBook, filed: PurePosixPath) -> Done:
        size = sum(path.stat().st_size for path in self.library.audio_files(filed))

        def effect(work: UnitOfWork) -> None:
            work.execute(
                sql(
                    """
                    WITH filed AS (
                        UPDATE queue_items
                        SET stage = 'done', is_refetch = false, bytes_total = progress,
                            parts_done = coalesce(parts_total, parts_done)
                        WHERE audiobook_id = :id
                    )
                    UPDATE audiobooks SET library_path = :path, file_size = :size, updated_at = now() WHERE id = :id
                    """
                ),
                {"path": str(filed), "size": size, "id": book.id},
            )
            work.changed("audiobook", book.id)

        return Done(effect)
