"""What a run that was stopped late leaves to the next one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest

from ohdio_core.collection.books import StoredBook
from ohdio_core.domain.audiobook import BookDetails, BookRef, Media, MediaKind, Part
from ohdio_core.domain.queue import DownloadStage, StopReason
from ohdio_core.sources.http import NoPoliteness, SiteClient
from ohdio_core.sources.protocol import Source
from ohdio_core.work.claim import Claim
from ohdio_core.work.outcome import Stopped
from ohdio_core.work.run import Run
from ohdio_downloader import packaging
from ohdio_downloader.book_download import BookDownload, Site
from ohdio_downloader.concurrency import ConcurrencyLimit
from ohdio_downloader.fetch.protocol import FetchLimits
from ohdio_downloader.packaging import FilePerPart
from ohdio_downloader.workdir import WorkDir
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving
from tests.sites.audio import AudioFactory

PART = Part(0, "m-1")
BOOK = StoredBook(
    1,
    BookRef(source="test", external_id="1", url="http://stories.example/1"),
    BookDetails(title="Le gué", parts=(PART,)),
    None,
)


class StopsAt(Run):
    """A run that is asked to stop when a stage begins."""

    def __init__(self, stage: DownloadStage | None) -> None:
        super().__init__(Claim(1, uuid4(), 1, 3, 0, 0), beat_sent_at=0.0)
        self._stage = stage

    def report(self, progress: int | None = None, **columns: Any) -> None:
        super().report(progress, **columns)
        if self._stage is not None and columns.get("stage") == self._stage:
            self.stop(StopReason.PAUSE)


class OneMedium:
    """A source that knows where the one part is."""

    measures_durations = False

    def __init__(self, media: Media) -> None:
        self._media = media

    def resolve(self, *_: object) -> Media:
        return self._media


def run_part(client: SiteClient, url: str, root: Path, stop_at: DownloadStage | None) -> Path:
    run = StopsAt(stop_at)
    source = cast("Source", OneMedium(Media(url, MediaKind.HTTP)))
    site = Site(source, pages=client, media=client, politeness=NoPoliteness())
    with WorkDir(root, "1") as work_dir:
        files = FilePerPart(BOOK.details, work_dir, name_bytes=200, check=run.check, keep_free=0)
        download = BookDownload(
            run, BOOK, site, work_dir, packaging=files, limits=FetchLimits(), computing=ConcurrencyLimit(1)
        )
        (file,) = download.fetch().packaged.directory.iterdir()
        return file


def test_a_part_that_was_assembled_is_verified_and_not_fetched_again(
    client: SiteClient, faulty: FaultyOrigin, audio: AudioFactory, tmp_path: Path
) -> None:
    url = faulty.serve("/1.mp3", Serving(audio.mp3("1", 3)))
    with pytest.raises(Stopped):
        run_part(client, url, tmp_path, DownloadStage.VERIFYING)
    assert run_part(client, url, tmp_path, None).suffix == ".mp3"
    assert len(faulty.requests("/1.mp3")) == 1


class Killed(BaseException):
    """What a kill looks like from within."""


@pytest.fixture(params=["mp3", "m4a"])
def recording(request: pytest.FixtureRequest, audio: AudioFactory) -> bytes:
    return audio.mp3("1", 3) if request.param == "mp3" else audio.mp4("1", 3)


def test_a_part_whose_worker_was_killed_while_it_wrote_tags_is_not_fetched_again(
    client: SiteClient, faulty: FaultyOrigin, recording: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = faulty.serve("/1", Serving(recording))

    def die(path: Path, *_: object, **__: object) -> None:
        with path.open("r+b") as file:
            file.seek(-20, os.SEEK_END)
            file.write(b"half a tag" * 5)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(packaging, "write_details", die)
        with pytest.raises(Killed):
            run_part(client, url, tmp_path, None)
    assert run_part(client, url, tmp_path, None).is_file()
    assert len(faulty.requests("/1")) == 1
