"""What we spend on the same books: discovered, described, downloaded, verified, tagged and filed."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import httpx
import psutil

from devservers.ports import free_ports
from devservers.postgres import PostgresServer
from devservers.rabbitmq import RabbitServer
from ohdio_core.db.migrate import upgrade
from tests.benchmarks.books import HOST
from tests.benchmarks.peers import Figure
from tests.fixtures.nginx import Nginx

_PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Shape:
    """Everything started in one shape, and empty."""

    name: str
    api: httpx.Client
    cpu_seconds: Callable[[], float]
    ends: Callable[[], list[float]]  #: when each book was filed, as seconds since the epoch
    processes: Sequence[psutil.Process]  #: ours; their descendants belong to it
    look_every: float = 0.1  #: seconds; to be looked at is work

    def collect(self, count: int) -> tuple[float, float]:
        """Paste the link, wait for every book; return the seconds and the CPU seconds that it took."""
        return self._until_complete(count, self._paste)

    def collect_described(self, count: int) -> None:
        """The same, but no download begins before every book is described."""
        self.api.post("/api/v1/queue/pause").raise_for_status()
        self._paste()
        _wait(lambda: self._described() >= count, "not every book was described")
        self._until_complete(count, lambda: self.api.post("/api/v1/queue/resume").raise_for_status())

    def _paste(self) -> None:
        self.api.post("/api/v1/submissions", json={"urls": [f"http://{HOST}/feed.xml"]}).raise_for_status()

    def _described(self) -> int:
        items, cursor = 0, None
        while True:
            parameters = {"limit": 100, **({"cursor": cursor} if cursor else {})}
            page = self.api.get("/api/v1/queue", params=parameters).json()
            items += sum(1 for item in page["items"] if item["stage"] != "metadata")
            cursor = page["next"]
            if cursor is None:
                return items

    def _until_complete(self, count: int, begin: Callable[[], object]) -> tuple[float, float]:
        spent, started = self.cpu_seconds(), time.monotonic()
        begin()
        _wait(
            lambda: self.api.get("/api/v1/queue/stats").json()["completed"] >= count,
            "not every book was completed",
            every=self.look_every,
        )
        return time.monotonic() - started, self.cpu_seconds() - spent


def standalone(base: Path, nginx: Nginx, count: int, *, limit: int) -> Figure:
    """One process, ``ohdio up``, with its embedded PostgreSQL."""
    return _measure(running_standalone, base, nginx, count, limit)


def services(base: Path, nginx: Nginx, count: int, *, limit: int) -> Figure:
    """Four services over RabbitMQ and PostgreSQL, one process each."""
    return _measure(running_services, base, nginx, count, limit)


def job(base: Path, nginx: Nginx, count: int, *, limit: int) -> Figure:
    """Do the whole job once in one process, from the link to the last filed book."""
    with running_standalone(base, nginx, limit) as running:
        wall, cpu = replace(running, look_every=0.5).collect(count)
        return Figure(running.name, count, wall, cpu)


def _measure(
    shape: Callable[[Path, Nginx, int], AbstractContextManager[Shape]],
    base: Path,
    nginx: Nginx,
    count: int,
    limit: int,
) -> Figure:
    """Measure the whole job, then, with another start and every book described, how fast an end starts the next."""
    with shape(base / "job", nginx, limit) as job:
        name, (wall, cpu) = job.name, job.collect(count)
    with shape(base / "ends", nginx, limit) as ready:
        before = len(nginx.timeline())
        ready.collect_described(count)
        gap = _gap(ready.ends(), nginx, before, limit)
    return Figure(name, count, wall, cpu, f"end → next request {1000 * gap:.0f} ms (median)")


@contextmanager
def running_standalone(base: Path, nginx: Nginx, limit: int) -> Iterator[Shape]:
    (port,) = free_ports(1)
    command = [str(Path(sys.executable).with_name("ohdio")), "up", "--port", str(port), "--data", str(base / "data")]
    with _processes([command], _environment(base, nginx, limit), base) as running:
        api = _ready(port)
        yield Shape(f"ohdio, one process, limit {limit}", api, lambda: _cpu(running), lambda: _api_ends(api), running)


@contextmanager
def running_services(base: Path, nginx: Nginx, limit: int) -> Iterator[Shape]:
    postgres, rabbit = PostgresServer(base / "postgres").start(), RabbitServer(base / "rabbitmq").start()
    try:
        postgres.create_database("bench")
        upgrade(postgres.url("bench"))
        rabbit.create_vhost("bench")
        (port,) = free_ports(1)
        environment = {
            **_environment(base, nginx, limit),
            "DATABASE_URL": postgres.url("bench"),
            "RABBITMQ_URL": rabbit.url("bench"),
            "PORT": str(port),
        }
        modules = ("ohdio_api.app", "ohdio_scraper.worker", "ohdio_metadata.worker", "ohdio_downloader.worker")
        with _processes([[sys.executable, "-m", module] for module in modules], environment, base) as running:
            api = _ready(port)
            _wait(
                lambda: len({worker["pid"] for worker in api.get("/api/v1/workers").json()["items"]}) == 3,
                "the workers did not start",
            )
            yield Shape(
                f"ohdio, services over RabbitMQ, limit {limit}",
                api,
                lambda: _cpu(running) + postgres.cpu_seconds() + rabbit.cpu_seconds(),
                lambda: _api_ends(api),
                running,
            )
    finally:
        rabbit.kill()
        postgres.kill()


def _environment(base: Path, nginx: Nginx, limit: int) -> dict[str, str]:
    return {
        **os.environ,
        "LIBRARY_DIR": str(base / "library"),
        "MAX_CONCURRENT_DOWNLOADS": str(limit),
        "MIN_DISK_SPACE_MB": "10",
        "OHDIO_HOST_OVERRIDES": f"{HOST}={nginx.url}",
        "OHDIO_LOG_LEVEL": "warning",
    }


@contextmanager
def _processes(
    commands: Sequence[Sequence[str]], environment: Mapping[str, str], base: Path
) -> Iterator[list[psutil.Process]]:
    base.mkdir(parents=True, exist_ok=True)
    with (base / "processes.log").open("w") as log:
        started = [subprocess.Popen(command, env=environment, stdout=log, stderr=log) for command in commands]
        try:
            yield [psutil.Process(process.pid) for process in started]
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(timeout=30)


def _cpu(processes: Sequence[psutil.Process]) -> float:
    """CPU seconds of processes and all of their descendants, the reaped ones included."""
    total = 0.0
    for process in processes:
        for each in (process, *process.children(recursive=True)):
            times = each.cpu_times()
            # PostgreSQL ends processes of its own, too.
            total += times.user + times.system + times.children_user + times.children_system
    return total


def _ready(port: int) -> httpx.Client:
    api = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False)

    def answers() -> bool:
        try:
            return api.get("/readyz").status_code == 200
        except httpx.HTTPError:
            return False

    _wait(answers, "the API did not start")
    return api


def _wait(is_so: Callable[[], bool], otherwise: str, *, every: float = 0.1) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise RuntimeError(f"After {_PATIENCE:g} s, {otherwise}.")
        time.sleep(every)


def _api_ends(api: httpx.Client) -> list[float]:
    ends, cursor = [], None
    while True:
        page = api.get("/api/v1/queue", params={"limit": 100, **({"cursor": cursor} if cursor else {})}).json()
        ends += [datetime.fromisoformat(item["updated_at"]).timestamp() for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            return ends


def _gap(ends: Sequence[float], nginx: Nginx, before: int, limit: int) -> float:
    """How long after an end the next request begins: the k-th end makes room for request k + limit."""
    begins = sorted(begin for name, begin in nginx.timeline()[before:] if name.endswith(".mp3"))
    return statistics.median(begin - end for end, begin in zip(sorted(ends), begins[limit:], strict=False))
