"""Whole downloads by the service, on a real database and against a site that misbehaves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ohdio_core.domain.book_form import BookForm
from ohdio_core.library import Library
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.library.known import recall_library
from ohdio_core.pacing.politeness import SharedPoliteness
from ohdio_core.sources.http import HttpClientFactory
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.work.claim import Claim
from ohdio_core.work.run import Run
from ohdio_core.work.timing import boot_clock
from ohdio_downloader.fetch.protocol import FetchLimits
from ohdio_downloader.service import DownloadService
from tests.fixtures.engine import Engine

MEDIUM = "/one.mp3"


class Killed(BaseException):
    """What a kill looks like from within."""


class Downloads:
    """One book of a feed, due for download, and the service that downloads it."""

    def __init__(
        self,
        engine: Engine,
        http: HttpClientFactory,
        root: Path,
        url: str,
        library: Callable[[], Library] | None = None,
    ) -> None:
        self.engine = engine
        self.library = library or (lambda: FolderLibrary(self.library_dir))
        self.http = http
        self.limits = FetchLimits(free_space_floor=0)
        self.form = BookForm.ORIGINAL
        self.work_dir = root / "work"
        self.work_dir.mkdir()
        self.library_dir = root / "library"
        self.library_dir.mkdir()
        (self.item,) = engine.items(1)
        self.book = int(engine.row(self.item).audiobook_id)
        engine.execute("UPDATE audiobooks SET source = 'rss', title = 'Le talus'")
        engine.execute(
            "INSERT INTO book_parts (audiobook_id, index, external_id, url) VALUES (:id, 0, 'm-1', :url)",
            id=self.book,
            url=url,
        )
        engine.worker()
        self.service = self.started()

    def started(self) -> DownloadService:
        """Return the service as a process that has just started has it."""
        library = self.library()
        recall_library(self.engine.database, library)
        return DownloadService(
            self.engine.database,
            SourceRegistry(),
            pages=self.http,
            media=self.http,
            politeness=SharedPoliteness(self.engine.database, self.engine.timing.tick),
            library=library,
            work_dir=self.work_dir,
            limits=lambda: self.limits,
            form=lambda: self.form,
        )

    def begin(self) -> tuple[Claim, Run]:
        self.engine.execute("UPDATE queue_items SET next_attempt_at = NULL")
        claimed = self.engine.admit_and_start()
        return claimed, Run(claimed, beat_sent_at=boot_clock())

    def download(self) -> None:
        """Do what the message asks for, from admission to the end of the run."""
        claimed, run = self.begin()
        assert self.engine.finish(claimed, self.service.download(run))

    def download_until_killed(self) -> None:
        """Do the same, but die before the run is over, and let its lease end."""
        claimed, run = self.begin()
        with pytest.raises(Killed):
            self.service.download(run)
        self.engine.die(claimed)
        self.engine.sweep()

    def checksums(self) -> list[tuple[str, int, str]]:
        """The files of the book as the database knows them: name, bytes, SHA-256."""
        return [tuple(row) for row in self.engine.rows("SELECT name, size, sha256 FROM book_files ORDER BY index")]

    def files(self) -> list[Path]:
        return sorted(self.library_dir.glob("*/*/*.mp3"))
