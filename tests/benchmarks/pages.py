"""What pages, lists and streams cost at a million books.

    python -m tests.benchmarks.pages [BOOKS]

A gateway in a process of its own, PostgreSQL beside it; requests come one after the other. Prints in Markdown how long
answers take, what many watchers of events cost, and what a browser sees of the first page.
"""

from __future__ import annotations

import json
import queue
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
from playwright.sync_api import sync_playwright
from sqlalchemy import Connection, create_engine, text

from devservers.postgres import PostgresServer
from ohdio_api.collection_pauses import shorten_pauses
from ohdio_core.db.migrate import upgrade
from ohdio_core.db.notify import CHANNEL, encode
from ohdio_core.logging import configure_logging
from ohdio_core.work.stages import DOWNLOADS
from tests.fixtures.api import serve

_RUNNING = 16
_WATCHERS = 200
_CONNECTIONS = 16
_REQUESTS = 200
_PAGES = {
    "Home": "/",
    "Home, page 2 by title": "/?sort=title&status=queued",
    "numbers": "/api/v1/queue/stats",
    "search, many found": "/?q=editeur",
    "search, none found": "/?q=no+such+words",
    "Library": "/library",
    "Library, search": "/library?q=editeur+996",
    "health": "/api/v1/health",
}
_FILL = (
    """
    INSERT INTO audiobooks (url, source, external_id, title, authors, library_path, duration_seconds, file_size)
    SELECT 'https://stories.example/' || n, 'stories', n::text, 'Night ' || n || ' of ' || md5(n::text),
           ARRAY['Éditeur ' || n % 997], CASE WHEN n % 5 = 0 THEN 'E/' || n END, 3600, 29000000
    FROM generate_series(1, :books) AS n
    """,
    """
    INSERT INTO queue_items (audiobook_id, politeness_key, priority, progress, bytes_total, status, wait_reason)
    SELECT id, 'site-' || id % 7, id % 10, CASE WHEN id % 5 = 0 THEN 29000000 ELSE 0 END, 29000000,
           CASE WHEN id % 1000 = 1 THEN 'failed' WHEN id % 500 = 2 THEN 'paused' WHEN id % 5 = 0 THEN 'completed'
                ELSE 'queued' END,
           CASE WHEN id % 500 = 2 THEN 'there is no room' END
    FROM audiobooks
    """,
)
#: Made anew after the rows: a tenth of the time that each row takes otherwise.
_INDEXES = """
    SELECT format('DROP INDEX %I', indexname) AS dropping, indexdef AS making FROM pg_indexes
    WHERE tablename IN ('audiobooks', 'queue_items') AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""
_RUN = """
    UPDATE queue_items SET status = 'processing', lease_token = gen_random_uuid(), stage = 'downloading',
           lease_until = now() + interval '1 day', admitted_at = now(), bytes_per_second = 900000, parts_total = 4
    WHERE id IN (SELECT id FROM queue_items WHERE status = 'queued' ORDER BY id LIMIT :running)
"""
#: As the beat of a worker does it.
_MOVE = "UPDATE queue_items SET progress = progress + 450000 WHERE status = 'processing' RETURNING id"


def fill(connection: Connection, books: int) -> None:
    """Insert so many books with their items, some of which run."""
    indexes = connection.execute(text(_INDEXES)).all()
    for index in indexes:
        connection.execute(text(index.dropping))
    for statement in _FILL:
        connection.execute(text(statement), {"books": books})
    for index in indexes:
        connection.execute(text(index.making))
    connection.execute(text(_RUN), {"running": _RUNNING})


def _gateway(database_url: str, directory: str, told: Pipe) -> None:
    configure_logging(level="warning")
    with serve(database_url, Path(directory)) as api:
        shorten_pauses()  # as a gateway's own start does
        told.send(api.url)
        told.recv()


@contextmanager
def _running(database_url: str, directory: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Run a gateway for the length of the block; yields its address and its process."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_gateway, args=(database_url, str(directory), there))
    process.start()
    assert process.pid is not None
    try:
        yield here.recv(), psutil.Process(process.pid)
    finally:
        here.send(None)
        process.join()


def _spread(measured: list[float]) -> str:
    ordered = sorted(1000 * seconds for seconds in measured)
    return f"{statistics.median(ordered):.1f} | {ordered[int(len(ordered) * 0.99) - 1]:.1f}"


def _times(count: int, act: Callable[[int], httpx.Response]) -> list[float]:
    measured = []
    for number in range(count):
        begun = time.perf_counter()
        act(number).raise_for_status()
        measured.append(time.perf_counter() - begun)
    return measured


def _answers(client: httpx.Client) -> None:
    print("| request | ms, median | ms, p99 |\n|---|---|---|", flush=True)
    for name, path in _PAGES.items():
        _times(5, lambda _, path=path: client.get(path))  # type: ignore[misc]
        print(f"| {name} | {_spread(_times(_REQUESTS, lambda _, path=path: client.get(path)))} |", flush=True)  # type: ignore[misc]

    def add(number: int) -> httpx.Response:
        return client.post("/api/v1/submissions", json={"urls": [f"https://librivox.org/book-{number}-by-nobody/"]})

    print(f"| `POST /submissions`, a new book | {_spread(_times(5 * _REQUESTS, add))} |", flush=True)


def _at_rate(url: str, rate: int, seconds: int = 10) -> None:
    """Add books at a steady rate, whether they are answered or not; each waits from when it was due."""
    due: queue.SimpleQueue[tuple[int, float]] = queue.SimpleQueue()
    took: list[float] = []

    def add() -> None:
        # The barest client, as what it needs itself would be taken from the gateway beside it.
        client = HTTPConnection(urlsplit(url).netloc, timeout=60)
        while (job := due.get())[0] >= 0:
            links = json.dumps({"urls": [f"https://librivox.org/steady-{rate}-{job[0]}-by-nobody/"]})
            client.request("POST", "/api/v1/submissions", links, {"Content-Type": "application/json"})
            answer = client.getresponse()
            answer.read()
            assert answer.status < HTTPStatus.BAD_REQUEST, answer.status
            took.append(time.perf_counter() - job[1])
        client.close()

    threads = [threading.Thread(target=add) for _ in range(_CONNECTIONS)]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    for number in range(rate * seconds):
        moment = began + number / rate
        time.sleep(max(0.0, moment - time.perf_counter()))
        due.put((number, moment))
    for _ in threads:
        due.put((-1, 0.0))
    for thread in threads:
        thread.join()
    reached = len(took) / (time.perf_counter() - began)
    print(f"| the same, {rate} a second ({reached:.0f} reached) | {_spread(took)} |", flush=True)


def _watch(url: str, stop: threading.Event, counted: list[int]) -> None:
    with httpx.Client(timeout=60, trust_env=False) as client, client.stream("GET", f"{url}/api/v1/events") as answer:
        for chunk in answer.iter_raw():
            counted[0] += len(chunk)
            if stop.is_set():
                return


def _watchers(url: str, process: psutil.Process, database_url: str, seconds: float = 20) -> None:
    stop, counted = threading.Event(), [0]
    threads = [threading.Thread(target=_watch, args=(url, stop, counted), daemon=True) for _ in range(_WATCHERS)]
    for thread in threads:
        thread.start()
    engine = create_engine(database_url)
    time.sleep(5)
    before, memory, begun = process.cpu_times(), process.memory_info().rss, time.monotonic()
    counted[0] = 0
    while time.monotonic() - begun < seconds:
        with engine.begin() as connection:
            moved = connection.execute(text(_MOVE)).scalars().all()
            connection.execute(
                text("SELECT pg_notify(:channel, :changes)"),
                {"channel": CHANNEL, "changes": encode((DOWNLOADS.topic.name, item) for item in moved)},
            )
        time.sleep(0.5)
    after, lasted = process.cpu_times(), time.monotonic() - begun
    cpu = after.user + after.system - before.user - before.system
    grown = process.memory_info().rss - memory
    stop.set()
    print(
        f"{_WATCHERS} watchers, {_RUNNING} running downloads, {lasted:.0f} s: {100 * cpu / lasted:.0f} % of a core, "
        f"{counted[0] / lasted / _WATCHERS / 1000:.1f} kB a second each, {grown / 2**20:+.1f} MiB",
        flush=True,
    )
    engine.dispose()


def _first_paint(url: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        paints, shifts, sizes = [], [], []
        for _ in range(9):
            page = browser.new_context(base_url=url, viewport={"width": 1280, "height": 900}).new_page()
            page.add_init_script(
                "window.shifted = 0; new PerformanceObserver((list) => { for (const each of list.getEntries())"
                " if (!each.hadRecentInput) window.shifted += each.value; })"
                ".observe({ type: 'layout-shift', buffered: true });"
            )
            page.goto("/", wait_until="load")
            page.wait_for_timeout(500)
            paints.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
            shifts.append(page.evaluate("window.shifted"))
            sizes.append(
                page.evaluate(
                    "['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type))"
                    ".reduce((sum, each) => sum + each.transferSize, 0)"
                )
            )
            page.context.close()
        browser.close()
    print(
        f"first paint {statistics.median(paints):.0f} ms (the slowest of nine {max(paints):.0f}), "
        f"{statistics.median(sizes) / 1000:.0f} kB with an empty cache, layout shift {max(shifts):.3f}",
        flush=True,
    )


def main() -> None:
    """Measure, and print what docs/benchmarks.md says."""
    books = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="ohdio-pages-", ignore_cleanup_errors=True) as name:
        base = Path(name)
        base.chmod(0o755)
        with PostgresServer(base / "postgres") as postgres:
            postgres.create_database("bench")
            database_url = postgres.url("bench")
            upgrade(database_url)
            engine = create_engine(database_url)
            with engine.begin() as connection:
                fill(connection, books)
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
            engine.dispose()
            (base / "api").mkdir()
            with _running(database_url, base / "api") as (url, process):
                with httpx.Client(base_url=url, headers={"Accept": "text/html"}, timeout=60, trust_env=False) as client:
                    _answers(client)
                for rate in (100, 200):
                    _at_rate(url, rate)
                _watchers(url, process, database_url)
                _first_paint(url)


if __name__ == "__main__":
    main()
