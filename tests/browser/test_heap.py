"""Pages that stay open over busy downloads keep nothing of what has gone. ``OHDIO_SOAK_SECONDS`` makes it shorter."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from itertools import cycle

import pytest
from playwright.sync_api import CDPSession, Page
from sqlalchemy import text

from ohdio_core.work.claim import Claim
from ohdio_core.work.outcome import Done
from ohdio_core.work.stages import DOWNLOADS
from tests.browser.announcing import announce
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors

SECONDS = float(os.environ.get("OHDIO_SOAK_SECONDS", "1800"))
RUNNING = 16
SIZE = 96_000_000  # bytes of a book
#: Of a book in one step, so that one ends about every two seconds, as on a fast network with small books.
STEPS = 64
WANDERED = ("Library", "Following", "Sources", "Settings", "Home")
GROWTH = 256 * 1024  # bytes
NODES = 300  # those of a few rows: the page never shows quite the same twice
_FURTHER = """
    UPDATE queue_items SET stage = 'downloading', progress = :done, bytes_total = :size, bytes_per_second = :speed,
        lease_until = clock_timestamp() + interval '1 min' WHERE id = :id
"""


class Measured:
    """A page, and what it holds after each collection of garbage."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.heaps: list[float] = []
        self.nodes: list[float] = []
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._session.send("Performance.enable")

    def look(self) -> None:
        """Collect the garbage, and write down what is left."""
        self._session.send("HeapProfiler.collectGarbage")
        metrics = {one["name"]: one["value"] for one in self._session.send("Performance.getMetrics")["metrics"]}
        self.heaps.append(metrics["JSHeapUsedSize"])
        self.nodes.append(metrics["Nodes"])

    def growth(self) -> tuple[float, float]:
        """Return by how many bytes and nodes the last quarter holds more than the second."""
        return _growth(self.heaps), _growth(self.nodes)

    def __str__(self) -> str:
        heap, nodes = self.growth()
        return (
            f"{min(self.heaps) / 2**20:.2f} to {max(self.heaps) / 2**20:.2f} MiB ({heap / 1024:+.0f} KiB), "
            f"{min(self.nodes):.0f} to {max(self.nodes):.0f} nodes ({nodes:+.0f}), {len(self.heaps)} readings"
        )


def _growth(readings: list[float]) -> float:
    quarter = len(readings) // 4
    # The least of each: a page that is being read anew at the time is there twice.
    return min(readings[-quarter:]) - min(readings[quarter : 2 * quarter])


class BusyDownloads:
    """Sixteen books that are always on their way: whichever is complete is replaced by one that is added."""

    def __init__(self, api: Api) -> None:
        self._api = api
        api.engine.worker(RUNNING)
        api.engine.execute("UPDATE queue_control SET max_concurrent_downloads = :limit", limit=RUNNING)
        self._added = 0
        self._runs: list[Claim] = []
        self._done: dict[int, int] = {}
        for _ in range(100):
            self._add()

    def step(self, seconds: float) -> None:
        """Advance every book a little, and announce it as the beat of a downloader does."""
        engine, speed = self._api.engine, round(SIZE / STEPS / seconds)
        engine.keep_workers_alive()
        while len(self._runs) < RUNNING:
            self._begin()
        for run in list(self._runs):
            self._done[run.id] += SIZE // STEPS
            if self._done[run.id] < SIZE:
                continue
            self._runs.remove(run)
            assert engine.finish(run, Done())
            self._add()
        with engine.database.unit_of_work() as work:
            for run in self._runs:
                work.execute(text(_FURTHER), {"id": run.id, "done": self._done[run.id], "size": SIZE, "speed": speed})
                work.changed(DOWNLOADS.topic, run.id)
        announce(self._api)

    def _begin(self) -> None:
        for number in self._api.engine.admit() or ():
            run = self._api.engine.claim(number)
            assert run is not None
            # Each begins where the others are not, so that they end one by one.
            self._done[run.id] = SIZE * len(self._runs) // RUNNING if self._added <= 100 else 0
            self._runs.append(run)

    def _add(self) -> None:
        self._added += 1
        self._api.engine.titled(f"Book {self._added}")
        self._api.engine.execute(
            "DELETE FROM audiobooks WHERE id IN (SELECT audiobook_id FROM queue_items WHERE status = 'completed' "
            "ORDER BY finished_at DESC OFFSET 50)"
        )


@pytest.mark.soak
@pytest.mark.timeout(SECONDS + 300)
def test_stays_as_large_as_it_was_for_half_an_hour(
    visitors: Visitors, api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    downloads = BusyDownloads(api)
    resting, wandering = Measured(visitors.page(api.url)), Measured(visitors.page(api.url))
    ways: Iterator[str] = cycle(WANDERED)
    for measured in (resting, wandering):
        measured.page.goto("/")
    ends_at, looked_at = time.monotonic() + SECONDS, time.monotonic()
    while (now := time.monotonic()) < ends_at:
        downloads.step(0.5)
        wandering.page.get_by_role("navigation", name="Pages").get_by_role("link", name=next(ways), exact=True).click()
        resting.page.wait_for_timeout(max(0.0, 500 - 1000 * (time.monotonic() - now)))
        if now > looked_at + SECONDS / 60 and wandering.page.url.rstrip("/") == api.url:
            looked_at = now
            resting.look()
            wandering.look()
    with capsys.disabled():
        print(f"\nafter {SECONDS:.0f} s: that stays {resting}; that wanders {wandering}")
    for measured in (resting, wandering):
        heap, nodes = measured.growth()
        assert heap < GROWTH
        assert nodes < NODES
