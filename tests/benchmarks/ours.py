"""What we spend on the same books: discovered, described, downloaded, verified, tagged and filed."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx
import psutil
from sqlalchemy import create_engine, text

from devservers.ports import free_ports
from devservers.postgres import PostgresServer
from devservers.rabbitmq import RabbitServer
from ohdio_core.db.migrate import upgrade
from ohdio_core.db.session import sqlalchemy_url
from tests.benchmarks.books import HOST
from tests.benchmarks.peers import Figure
from tests.fixtures.nginx import Nginx

_PATIENCE = 300.0


def standalone(base: Path, nginx: Nginx, count: int, *, limit: int) -> Figure:
    """One process, ``ohdio up``, with its embedded PostgreSQL."""
    (port,) = free_ports(1)
    command = [str(Path(sys.executable).with_name("ohdio")), "up", "--port", str(port), "--data", str(base / "data")]
    before = _log_lines(nginx)
    with _processes([command], _environment(base, nginx, limit), base) as running:
        api = _ready(port)
        figure = _collect(f"ohdio, one process, limit {limit}", api, count, lambda: _cpu(running))
        return _with_gap(figure, _api_ends(api), nginx, before, limit)


def services(base: Path, nginx: Nginx, count: int, *, limit: int) -> Figure:
    """Four services over RabbitMQ and PostgreSQL, one process each."""
    postgres, rabbit = PostgresServer(base / "postgres").start(), RabbitServer(base / "rabbitmq").start()
    before = _log_lines(nginx)
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
            _wait(lambda: len(api.get("/api/v1/workers").json()["items"]) >= 3, "the workers did not start")
            figure = _collect(
                f"ohdio, services over RabbitMQ, limit {limit}",
                api,
                count,
                lambda: _cpu(running) + postgres.cpu_seconds() + rabbit.cpu_seconds(),
            )
        return _with_gap(figure, _database_ends(postgres.url("bench")), nginx, before, limit)
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
            total += times.user + times.system
            if each is process:
                total += times.children_user + times.children_system
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


def _collect(name: str, api: httpx.Client, count: int, cpu: object) -> Figure:
    assert callable(cpu)
    spent, started = cpu(), time.monotonic()
    api.post("/api/v1/submissions", json={"urls": [f"http://{HOST}/feed.xml"]}).raise_for_status()
    _wait(lambda: api.get("/api/v1/queue/stats").json()["completed"] >= count, "not every book was completed")
    return Figure(name, count, time.monotonic() - started, cpu() - spent)


def _wait(is_so: object, otherwise: str) -> None:
    assert callable(is_so)
    deadline = time.monotonic() + _PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise RuntimeError(f"After {_PATIENCE:g} s, {otherwise}.")
        time.sleep(0.1)


def _api_ends(api: httpx.Client) -> list[float]:
    ends, cursor = [], None
    while True:
        page = api.get("/api/v1/queue", params={"limit": 100, **({"cursor": cursor} if cursor else {})}).json()
        ends += [datetime.fromisoformat(item["updated_at"]).timestamp() for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            return ends


def _database_ends(url: str) -> list[float]:
    with create_engine(sqlalchemy_url(url)).connect() as connection:
        return [
            float(end)
            for end in connection.execute(text("SELECT extract(epoch FROM finished_at) FROM queue_items")).scalars()
        ]


def _log_lines(nginx: Nginx) -> int:
    return len(nginx.timeline())


def _with_gap(figure: Figure, ends: Sequence[float], nginx: Nginx, before: int, limit: int) -> Figure:
    """Add how long after an end the next request begins: the k-th end makes room for request k + limit."""
    begins = sorted(begin for name, begin in nginx.timeline()[before:] if name.endswith(".mp3"))
    gaps = [begin - end for end, begin in zip(sorted(ends), begins[limit:], strict=False)]
    note = f"end → next request {1000 * statistics.median(gaps):.0f} ms (median)" if gaps else ""
    return Figure(figure.name, figure.books, figure.wall, figure.cpu, note)
