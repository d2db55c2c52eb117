"""Bodies of unknown length that do not end, over real HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ohdio_core.collection import control
from ohdio_core.domain.audiobook import Media, MediaKind
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.pacing.politeness import SharedPoliteness
from ohdio_core.sources.http import HttpClientFactory, SiteClient
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.work.admit import Admission
from ohdio_core.work.beat import Heartbeat, WorkerIdentity
from ohdio_core.work.runner import Runner
from ohdio_core.work.stages import DOWNLOADS
from ohdio_core.work.sweep import sweep
from ohdio_core.work.timing import Timing
from ohdio_downloader.fetch.endless import Allowance, Endless
from ohdio_downloader.fetch.media import fetch
from ohdio_downloader.fetch.protocol import FetchLimits
from ohdio_downloader.service import DownloadService
from tests.fakes.download_control import FakeControl, Stopped
from tests.fixtures.engine import Engine
from tests.fixtures.workers import wait_until
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving
from tests.integration.downloader.hls import playlist
from tests.sites.audio import AudioFactory

SOUND = b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(range(256)) * 400
#: 192 kB.
ONE_SECOND = FetchLimits(unannounced=Allowance(setting=timedelta(seconds=1)))
QUICK = Timing(beat=timedelta(seconds=0.1))


class TestSize:
    def test_a_body_that_never_ends_is_refused_and_nothing_of_it_is_kept(
        self, client: SiteClient, faulty: FaultyOrigin, target: Path
    ) -> None:
        url = faulty.serve("/a.mp3", Serving(SOUND, has_length=False, is_endless=True))

        with pytest.raises(Endless, match="OHDIO_LONGEST_PART_HOURS"):
            fetch(Media(url, MediaKind.HTTP), target, client, FakeControl(), ONE_SECOND)

        assert list(target.parent.iterdir()) == []

    def test_a_segment_that_never_ends_is_refused_too(
        self, client: SiteClient, faulty: FaultyOrigin, target: Path
    ) -> None:
        faulty.serve("/0.ts", Serving(b"G" + bytes(1000), content_type="video/mp2t"))
        faulty.serve("/1.ts", Serving(b"G" + SOUND, content_type="video/mp2t", has_length=False, is_endless=True))
        url = faulty.serve("/list.m3u8", playlist("#EXTINF:0.1,", "0.ts", "#EXTINF:0.1,", "1.ts"))
        control = FakeControl()

        with pytest.raises(Endless, match="OHDIO_LONGEST_PART_HOURS"):
            fetch(Media(url, MediaKind.HLS), target, client, control, ONE_SECOND)

        assert control.are_lengths_known == [True, False]
        assert list(target.parent.iterdir()) == []

    def test_what_a_playlist_announces_may_come(self, client: SiteClient, faulty: FaultyOrigin, target: Path) -> None:
        for number in range(3):
            faulty.serve(f"/{number}.ts", Serving(b"G" + SOUND, content_type="video/mp2t", has_length=False))
        lines = [line for number in range(3) for line in ("#EXTINF:1.0,", f"{number}.ts")]
        url = faulty.serve("/list.m3u8", playlist(*lines))

        assert fetch(Media(url, MediaKind.HLS), target, client, FakeControl(), ONE_SECOND).size == 3 * len(SOUND) + 3

    def test_a_length_that_is_announced_is_the_only_limit(
        self, client: SiteClient, faulty: FaultyOrigin, target: Path
    ) -> None:
        control = FakeControl()
        url = faulty.serve("/a.mp3", Serving(SOUND * 4))

        assert fetch(Media(url, MediaKind.HTTP), target, client, control, ONE_SECOND).size == 4 * len(SOUND)
        assert control.are_lengths_known == [True]

    def test_a_length_that_is_announced_at_the_second_request_frees_from_the_limit(
        self, client: SiteClient, faulty: FaultyOrigin, target: Path
    ) -> None:
        whole = Serving(SOUND * 4, etag=None)
        url = faulty.serve("/a.mp3", whole.but(has_length=False, is_silent_after=150_000), whole)
        control = FakeControl()
        control.stop_at = 100_000
        with pytest.raises(Stopped):
            fetch(Media(url, MediaKind.HTTP), target, client, control, ONE_SECOND)

        assert fetch(Media(url, MediaKind.HTTP), target, client, FakeControl(), ONE_SECOND).size == 4 * len(SOUND)


class Shop:
    """A downloader of three threads, all in this process, and books of one part each."""

    def __init__(self, engine: Engine, http: HttpClientFactory, root: Path, limits: FetchLimits) -> None:
        for name in ("work", "library"):
            (root / name).mkdir()
        self.engine = engine
        self.work_dir = root / "work"
        self.library = root / "library"
        service = DownloadService(
            engine.database,
            SourceRegistry(),
            pages=http,
            media=http,
            politeness=SharedPoliteness(engine.database, engine.timing.tick),
            library=FolderLibrary(self.library),
            work_dir=self.work_dir,
            limits=limits,
        )
        self._heartbeat = Heartbeat(engine.database, DOWNLOADS, WorkerIdentity("downloader", 3), QUICK)
        self._runner = Runner(engine.database, DOWNLOADS, self._heartbeat, QUICK, service.download)
        self._admission = Admission(DOWNLOADS, QUICK)
        self._threads = ThreadPoolExecutor(3)

    @contextmanager
    def open(self) -> Iterator[None]:
        self._heartbeat.start()
        try:
            yield
        finally:
            self._runner.shut_down()
            self._threads.shutdown()
            self._heartbeat.end()

    def add(self, name: str, url: str, *, seconds: float | None) -> int:
        """Queue a book whose one part is said to be so long."""
        (item,) = self.engine.items(1)
        book = self.engine.row(item).audiobook_id
        self.engine.execute("UPDATE audiobooks SET source = 'rss', title = :name WHERE id = :id", name=name, id=book)
        self.engine.execute(
            "INSERT INTO book_parts (audiobook_id, index, external_id, url, duration_seconds) "
            "VALUES (:id, 0, :name, :url, :seconds)",
            id=book,
            name=name,
            url=url,
            seconds=seconds,
        )
        return item

    def tick(self) -> None:
        """Do what the dispatcher of a worker does now and then."""
        with self.engine.database.unit_of_work() as work:
            sweep(work, DOWNLOADS, QUICK)
        self._admission.run(self.engine.database)
        for row in self.engine.bus.take_ids():
            self._threads.submit(self._runner.handle, row)

    def wait(self, items: list[int], status: str) -> list[Any]:
        """Work until these items have that status, and return their rows."""

        self.wait_until(lambda: all(self.engine.status(item) == status for item in items), f"{items} are {status}")
        return [self.engine.row(item) for item in items]

    def wait_until(self, is_so: Callable[[], bool], what: str) -> None:
        """Work until something is so."""

        def is_so_after_a_tick() -> bool:
            self.tick()
            return is_so()

        wait_until(is_so_after_a_tick, 30, what)


def held_back(engine: Engine) -> list[Any]:
    """Return the rows that wait until fewer like them run."""
    return engine.rows("SELECT * FROM queue_items WHERE status = 'queued' AND wait_reason LIKE '%like it are running'")


@pytest.fixture
def radio(faulty: FaultyOrigin, audio: AudioFactory) -> str:
    """Where sound comes from without an end, at 320 kB a second."""
    body = Serving(audio.mp3("radio", 3), has_length=False, is_endless=True, drip=0.05, piece=16_000)
    return faulty.serve("/radio", body)


@pytest.fixture
def tale(faulty: FaultyOrigin, audio: AudioFactory) -> str:
    """Where a file of three seconds is."""
    return faulty.serve("/tale.mp3", Serving(audio.mp3("tale", 3)))


class TestSlots:
    def test_books_are_completed_though_more_broadcasts_than_slots_are_before_them(
        self, engine: Engine, http: HttpClientFactory, tmp_path: Path, radio: str, tale: str
    ) -> None:
        shop = Shop(engine, http, tmp_path, FetchLimits())
        with shop.open():
            broadcasts = [shop.add(f"Radio {number}", radio, seconds=0.3) for number in range(4)]
            books = [shop.add(f"Tale {number}", tale, seconds=3) for number in range(4)]

            shop.wait(books, "completed")
            shop.wait_until(lambda: len(held_back(engine)) == 3, "all broadcasts but one are held back")
            stopped = held_back(engine)
            (running,) = set(broadcasts) - {row.id for row in stopped}

            for row in stopped:
                assert (row.status, row.attempts, row.error) == ("queued", 0, None)
                assert "does not tell how long it is" in row.wait_reason
            assert not engine.value("SELECT bool_or(is_overlong) FROM queue_items WHERE status = 'completed'")

            engine.order(control.delete, [running])
            shop.wait_until(lambda: len(held_back(engine)) == 2, "another goes on")

    def test_a_broadcast_fails_once_it_is_larger_than_any_such_book(
        self, engine: Engine, http: HttpClientFactory, tmp_path: Path, radio: str, tale: str
    ) -> None:
        shop = Shop(engine, http, tmp_path, ONE_SECOND)
        with shop.open():
            broadcasts = [shop.add(f"Radio {number}", radio, seconds=None) for number in range(4)]
            book = shop.add("Tale", tale, seconds=3)

            shop.wait([book], "completed")
            for row in shop.wait(broadcasts, "failed"):
                assert "it is taken for a broadcast that never ends" in row.error
                assert "OHDIO_LONGEST_PART_HOURS" in row.error
                assert row.attempts == 1
        assert not [path for path in shop.work_dir.rglob("fetching/*") if path.stat().st_size]

    def test_slow_files_whose_length_is_announced_are_left_alone(
        self, engine: Engine, http: HttpClientFactory, faulty: FaultyOrigin, audio: AudioFactory, tmp_path: Path
    ) -> None:
        file = Serving(audio.mp3("slow", 6), drip=0.05, piece=1200)
        urls = [faulty.serve(f"/slow-{number}.mp3", file) for number in range(3)]
        began = time.monotonic()
        shop = Shop(engine, http, tmp_path, replace(ONE_SECOND, unannounced=Allowance()))
        with shop.open():
            books = [shop.add(f"Tale {number}", url, seconds=0.2) for number, url in enumerate(urls)]

            assert {row.attempts for row in shop.wait(books, "completed")} == {1}
        assert time.monotonic() - began > 3 * 0.2
        assert len(faulty.seen) == 3
