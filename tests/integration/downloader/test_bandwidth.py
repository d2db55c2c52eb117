"""How fast downloads may be: each by its own limit, all together by one that processes share; changed as they run."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from ohdio_core.domain.audiobook import Media, MediaKind, Part
from ohdio_core.domain.queue import StopReason
from ohdio_core.sources.http import SiteClient
from ohdio_core.work.claim import Claim
from ohdio_core.work.outcome import Stopped
from ohdio_core.work.run import Run
from ohdio_core.work.timing import boot_clock
from ohdio_downloader.bandwidth import Bandwidth
from ohdio_downloader.book_pace import BookPace
from ohdio_downloader.control import BookProgress, PartControl
from ohdio_downloader.fetch.media import fetch
from ohdio_downloader.fetch.protocol import FetchLimits
from tests.fixtures.effort import Pace
from tests.fixtures.engine import Engine
from tests.fixtures.workers import wait_until
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving
from tests.integration.downloader.hls import serve_segments

_LEASE = timedelta(seconds=15)
_EXACT = 0.05  #: of a limit may be missing, or more
_STALL = timedelta(seconds=0.5)


class Transfers:
    """Books that come from one origin, in threads, as downloaders of several processes fetch them."""

    def __init__(self, engine: Engine, client: SiteClient, url: str, folder: Path) -> None:
        self.limit: int | None = None
        self.runs: list[Run] = []
        self.errors: list[BaseException] = []
        self._engine = engine
        self._client = client
        self._media = Media(url, MediaKind.HTTP)
        self._folder = folder

    @contextmanager
    def process(self) -> Iterator[Bandwidth]:
        """Yield the part that a process has of the limit."""
        bandwidth = Bandwidth(self._engine.database, lambda: self.limit, _LEASE)
        bandwidth.start()
        try:
            yield bandwidth
        finally:
            bandwidth.end()

    @contextmanager
    def book(self, bandwidth: Bandwidth | None, own: int | None = None, media: Media | None = None) -> Iterator[Run]:
        """Fetch a book while inside, without an end of its own unless it is another than the usual one."""
        run = Run(Claim(len(self.runs) + 1, uuid4(), 1, 3, 0, 0), beat_sent_at=boot_clock())
        self.runs.append(run)
        run.speed_limit = own
        thread = threading.Thread(target=self._fetch, args=(run, BookPace(run, bandwidth), media or self._media))
        thread.start()
        try:
            yield run
        finally:
            run.stop(StopReason.SHUTDOWN)
            thread.join(timeout=10)

    def target(self, run: Run) -> Path:
        """Return where the file of a book is once it has come whole."""
        return self._folder / f"part-{run.claim.id}"

    def _fetch(self, run: Run, pace: BookPace, media: Media) -> None:
        part = Part(index=0, external_id="m")
        control = PartControl(run, BookProgress(run, (part,), {}), part, pace, patience=60)
        try:
            with pace.fetching():
                fetch(media, self.target(run), self._client, control, FetchLimits(stall=_STALL))
        except BaseException as error:  # noqa: BLE001 # what was asked to stop ends with one
            self.errors.append(error)

    def require_speed(self, limit: float, seconds: float) -> None:
        """Make sure that so many bytes a second come of all books, measured over so many seconds."""
        with Pace() as pace:
            began_at, began_with = time.monotonic(), self._received()
            target = limit * seconds
            wait_until(lambda: self._received() - began_with >= target, 3 * seconds, "the bytes came")
            took, came = time.monotonic() - began_at, self._received() - began_with
        require_rate(came / took, limit, pace)

    def _received(self) -> int:
        return sum(run.progress for run in self.runs)


def require_rate(rate: float, limit: float, pace: Pace) -> None:
    """Make sure that bytes came as fast as a limit allows, or slower by as much as this machine is."""
    assert rate < limit * (1 + _EXACT)
    assert rate > limit * (1 - _EXACT) / pace.stretched(1.0)


@pytest.fixture
def transfers(engine: Engine, client: SiteClient, faulty: FaultyOrigin, tmp_path: Path) -> Transfers:
    sound = b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(4_000_000)
    return Transfers(engine, client, faulty.serve("/long.mp3", Serving(sound)), tmp_path)


def test_a_book_comes_as_fast_as_its_own_limit_allows_and_has_not_stalled(transfers: Transfers) -> None:
    with transfers.book(None, own=200_000) as run:
        wait_until(lambda: run.progress, 10, "it begins")
        transfers.require_speed(200_000, 2)
        assert run.snapshot()[1]["limited_by"] == "book"
        run.speed_limit = 500_000
        wait_until(lambda: run.progress > 600_000, 10, "it is faster")
        transfers.require_speed(500_000, 1.5)
    assert all(isinstance(error, Stopped) for error in transfers.errors)


def test_all_processes_together_keep_to_the_limit_and_hear_of_another(transfers: Transfers) -> None:
    transfers.limit = 300_000
    with transfers.process() as one, transfers.process() as other, transfers.book(one), transfers.book(one):
        wait_until(lambda: one.bytes_per_second == 300_000, 10, "the one that downloads has all of it")
        with transfers.book(other) as run:
            wait_until(lambda: other.bytes_per_second == pytest.approx(100_000), 10, "the other has its third")
            wait_until(lambda: run.progress, 10, "its book begins")
            transfers.require_speed(300_000, 3)
            assert run.snapshot()[1]["limited_by"] == "all"
            transfers.limit = 600_000
            transfers.require_speed(600_000, 2)
        wait_until(lambda: one.bytes_per_second == 600_000, 10, "what nobody uses any more is given back")
    assert all(isinstance(error, Stopped) for error in transfers.errors)


@pytest.mark.parametrize("is_its_own", [True, False], ids=["its own", "that of all"])
def test_segments_that_come_side_by_side_keep_to_a_limit_together(
    transfers: Transfers, faulty: FaultyOrigin, *, is_its_own: bool
) -> None:
    segments = [b"G" + random.Random(number).randbytes(24_999) for number in range(40)]
    media = Media(serve_segments(faulty, segments), MediaKind.HLS)
    transfers.limit = None if is_its_own else 400_000
    with transfers.process() as one, one.transferring():
        wait_until(lambda: one.bytes_per_second == transfers.limit, 10, "it has all of the limit")
        began_at = time.monotonic()
        with Pace() as pace, transfers.book(one, 400_000 if is_its_own else None, media) as run:
            wait_until(transfers.target(run).exists, 60, "all of it came")
        took = time.monotonic() - began_at
    assert transfers.errors == []
    assert transfers.target(run).read_bytes() == b"".join(segments)
    given = sum(faulty.requests(f"/{number}.ts")[0].sent for number in range(40))
    assert sum(len(faulty.requests(f"/{number}.ts")) for number in range(40)) == 40
    require_rate(given / took, 400_000, pace)
    assert run.snapshot()[1]["limited_by"] == ("book" if is_its_own else "all")


def test_a_book_that_comes_slowly_by_itself_leaves_the_rest_to_others(transfers: Transfers) -> None:
    transfers.limit = 1_000_000
    with (
        transfers.process() as one,
        transfers.process() as other,
        transfers.book(one, own=100_000),
        transfers.book(other),
    ):
        wait_until(lambda: (other.bytes_per_second or 0) > 800_000, 10, "the other may use what is left")
        assert (one.bytes_per_second or 0) + (other.bytes_per_second or 0) <= 1_000_001


def test_without_a_limit_nobody_asks_the_database(transfers: Transfers, engine: Engine) -> None:
    with transfers.process() as one, transfers.book(one) as run:
        wait_until(lambda: run.progress > 4_000_000, 10, "it has come")
    assert engine.rows("SELECT * FROM transfer_shares") == []
    transfers.limit = 10_000_000
    with transfers.process() as one, transfers.book(one):
        wait_until(lambda: engine.rows("SELECT * FROM transfer_shares"), 10, "it has its part")
    wait_until(lambda: not engine.rows("SELECT * FROM transfer_shares"), 10, "it has given it back")
