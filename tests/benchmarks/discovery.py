"""How fast a catalogue is discovered, written down and made ready for download, with politeness off.

    python -m tests.benchmarks.discovery [BOOKS]

For a listing that carries everything of a book, and for one that needs a request for each book; with the services
over RabbitMQ, and with one process. Nothing is downloaded. Prints a table in Markdown; the memory of the process
that scans is sampled ten times a second.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import httpx
import psutil
import psycopg

from devservers.ports import free_ports
from devservers.postgres import PostgresServer
from devservers.rabbitmq import RabbitServer
from ohdio_core.db.migrate import upgrade
from tests.benchmarks import long_catalogue

_PATIENCE = 600.0
_LOOK = 0.1


@dataclass(frozen=True, slots=True)
class Figure:
    """What discovering a catalogue took."""

    books: int
    wall: float  #: seconds, from the link to the last book that is ready
    cpu: float  #: seconds of our processes
    memory: tuple[int, ...]  #: bytes of the scanning process, while it scanned

    @property
    def books_per_second(self) -> float:
        """The rate."""
        return self.books / self.wall

    @property
    def growth(self) -> int:
        """By how many bytes the scanning process grew after its first second of work."""
        settled = self.memory[: int(1 / _LOOK) + 1]
        return max(self.memory) - max(settled)


class Installation:
    """Running processes, the first of which scans."""

    def __init__(self, processes: Sequence[psutil.Process], api: httpx.Client, database_url: str) -> None:
        self.processes = processes
        self.api = api
        self.database_url = database_url

    def discover(self, url: str, count: int) -> Figure:
        """Add a link; return when so many books are ready for download.

        Raises:
            TimeoutError: They were not in ten minutes.
        """
        return self._measure(url, count, "SELECT count(*) FROM queue_items WHERE is_ready")

    def scan(self, url: str, count: int) -> Figure:
        """Add a link; return when so many books are written down.

        Raises:
            TimeoutError: They were not in ten minutes.
        """
        return self._measure(url, count, "SELECT coalesce(sum(found), 0) FROM scrapes")

    def _measure(self, url: str, count: int, question: LiteralString) -> Figure:
        memory: list[int] = []
        with psycopg.connect(self.database_url, autocommit=True) as connection:

            def is_over() -> bool:
                memory.append(self.processes[0].memory_info().rss)
                row = connection.execute(question).fetchone()
                assert row is not None
                return int(row[0]) >= count

            before, began_at = self._cpu(), time.perf_counter()
            self.api.post("/api/v1/submissions", json={"urls": [url]}).raise_for_status()
            _wait(is_over, f"{count} books were not there")
            return Figure(count, time.perf_counter() - began_at, self._cpu() - before, tuple(memory))

    def _cpu(self) -> float:
        return sum(sum(process.cpu_times()[:2]) for process in self.processes)


@contextmanager
def services(
    base: Path,
    environment: Mapping[str, str],
    database_url: str,
    rabbitmq_url: str,
    workers: Sequence[str] = ("ohdio_scraper.worker", "ohdio_metadata.worker"),
) -> Iterator[Installation]:
    """Run these workers and the gateway, a process each."""
    servers = {"DATABASE_URL": database_url, "RABBITMQ_URL": rabbitmq_url}
    commands = [[sys.executable, "-m", module] for module in (*workers, "ohdio_api.app")]
    with _running(base, commands, {**environment, **servers}, database_url) as installation:
        _wait(
            lambda: (
                len({worker["pid"] for worker in installation.api.get("/api/v1/workers").json()["items"]})
                == len(workers)
            ),
            "the workers did not start",
        )
        yield installation


@contextmanager
def standalone(base: Path, environment: Mapping[str, str], database_url: str) -> Iterator[Installation]:
    """Run everything in one process, with its downloads paused."""
    command = [str(Path(sys.executable).with_name("ohdio")), "up", "--data", str(base / "data")]
    with _running(base, [command], {**environment, "DATABASE_URL": database_url}, database_url) as installation:
        installation.api.post("/api/v1/queue/pause").raise_for_status()
        yield installation


@contextmanager
def _running(
    base: Path, commands: Sequence[Sequence[str]], environment: Mapping[str, str], database_url: str
) -> Iterator[Installation]:
    base.mkdir(parents=True, exist_ok=True)
    (port,) = free_ports(1)
    everything = {
        **os.environ,
        "LIBRARY_DIR": str(base / "library"),
        "OHDIO_LOG_LEVEL": "warning",
        "PORT": str(port),
        **environment,
    }
    with ExitStack() as ends, (base / "processes.log").open("w") as log:
        started = []
        for command in commands:
            process = subprocess.Popen(command, env=everything, stdout=log, stderr=log)
            ends.callback(process.wait, timeout=30)
            ends.callback(process.terminate)
            started.append(psutil.Process(process.pid))
        api = ends.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False))
        _wait(lambda: _answers(api), "the API did not start")
        yield Installation(started, api, database_url)


def _answers(api: httpx.Client) -> bool:
    try:
        return api.get("/readyz").status_code == 200
    except httpx.HTTPError:
        return False


def _wait(is_so: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"After {_PATIENCE:g} s, {otherwise}.")
        time.sleep(_LOOK)


def main() -> None:
    """Measure every shape and listing, one after the other."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print("| shape | listing | books/s | CPU ms a book, ours | the servers' | scanning process, MB at first, peak |")
    print("|---|---|---|---|---|---|", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="ohdio-bench-") as name,
        PostgresServer(Path(name) / "postgres") as postgres,
        RabbitServer(Path(name) / "rabbit") as rabbit,
        long_catalogue.offered(count) as environment,
    ):
        for shape in ("services", "standalone"):
            for listing, url in (("carries all", long_catalogue.LISTED), ("a request a book", long_catalogue.ASKED)):
                label = f"{shape}-{listing.split()[-1]}"
                postgres.create_database(label)
                upgrade(postgres.url(label))
                rabbit.create_vhost(label)
                base, database_url = Path(name) / label, postgres.url(label)
                installation = (
                    services(base, environment, database_url, rabbit.url(label))
                    if shape == "services"
                    else standalone(base, environment, database_url)
                )
                with installation as running:
                    before = postgres.cpu_seconds() + rabbit.cpu_seconds()
                    figure = running.discover(url, count)
                    servers = postgres.cpu_seconds() + rabbit.cpu_seconds() - before
                _show(shape, listing, figure, servers)


def _show(shape: str, listing: str, figure: Figure, servers: float) -> None:
    milliseconds = 1000 / figure.books
    print(
        f"| {shape} | {listing} | {figure.books_per_second:.0f} | {figure.cpu * milliseconds:.2f}"
        f" | {servers * milliseconds:.2f} | {figure.memory[0] / 1e6:.0f}, {max(figure.memory) / 1e6:.0f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
