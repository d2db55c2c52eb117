"""The API as its own process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from devservers.ports import free_ports
from ohdio_api.settings import ApiSettings
from ohdio_core.pacing.politeness import LONGEST_WAIT
from ohdio_core.settings import settings_or_exit
from ohdio_core.work.stages import METADATA
from tests.fixtures.api import EventReader
from tests.fixtures.engine import Engine
from tests.fixtures.workers import wait_until


def answers(http: httpx.Client) -> bool:
    try:
        return http.get("/readyz").status_code == 200
    except httpx.ConnectError:
        return False


#: Of this machine's own ohdio, if it has one.
_ELSEWHERE = {"DATABASE_URL", "RABBITMQ_URL", "LIBRARY_DIR", "HOST", "PORT"}


def is_of_ours(name: str) -> bool:
    return name in _ELSEWHERE or name.startswith("OHDIO_")


@contextmanager
def process(**environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run the API with this environment, and nothing of ours besides."""
    inherited = {name: value for name, value in os.environ.items() if not is_of_ours(name)}
    with subprocess.Popen(
        [sys.executable, "-m", "ohdio_api.app"], env={**inherited, **environment}, stderr=subprocess.PIPE, text=True
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def last_words(**environment: str) -> str:
    """Run it; it must end with code 2 and one line, which is returned."""
    with process(**environment) as ended:
        _, errors = ended.communicate(timeout=30)
    assert ended.returncode == 2
    (line,) = errors.splitlines()
    return line


def test_it_serves_until_it_is_told_to_stop_even_with_a_watcher(
    database_url: str, vhost_url: str, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    environment = {
        "DATABASE_URL": database_url,
        "RABBITMQ_URL": vhost_url,
        "LIBRARY_DIR": str(tmp_path / "library"),
        "PORT": str(port),
    }
    with (
        process(**environment) as running,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as http,
    ):
        wait_until(lambda: answers(http), 20, "the API is ready")
        with http.stream("GET", "/api/v1/events") as response:
            events = EventReader(response)
            events.until("snapshot")
            running.send_signal(signal.SIGTERM)
            assert list(events.rest()) == []
        assert running.wait(timeout=10) == 0


def test_it_admits_no_more_page_requests_to_one_site_than_workers_do(
    engine: Engine, vhost_url: str, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    metadata = engine.at(METADATA)
    environment = {
        "DATABASE_URL": engine.url,
        "RABBITMQ_URL": vhost_url,
        "LIBRARY_DIR": str(tmp_path / "library"),
        "PORT": str(port),
        "OHDIO_PAGE_INTERVAL_SECONDS": "1",
    }
    with process(**environment), httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as http:
        wait_until(lambda: answers(http), 20, "the API is ready")
        metadata.worker(threads=10)
        books = [f"https://ici.radio-canada.ca/ohdio/livres-audio/{number}/livre" for number in range(81_101, 81_111)]
        assert http.post("/api/v1/submissions", json={"urls": books}).status_code == 202
        wait_until(lambda: metadata.held() > 0, 10, "descriptions are admitted")
        assert metadata.held() == LONGEST_WAIT.total_seconds()


def test_beyond_this_machine_it_makes_a_token_keeps_it_and_asks_everybody_for_it(
    database_url: str, vhost_url: str, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    environment = {
        "DATABASE_URL": database_url,
        "RABBITMQ_URL": vhost_url,
        "LIBRARY_DIR": str(tmp_path / "library"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "HOST": "0.0.0.0",
        "PORT": str(port),
    }
    with process(**environment), httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as http:
        wait_until(lambda: answers(http), 20, "the API is ready")
        assert http.get("/api/v1/queue").status_code == 401
        printed = subprocess.run(
            [sys.executable, "-m", "ohdio_api.token"],
            env={**os.environ, "XDG_DATA_HOME": environment["XDG_DATA_HOME"], "OHDIO_API_TOKEN": ""},
            capture_output=True,
            text=True,
            check=True,
        )
        token = printed.stdout.strip()
        assert http.get("/api/v1/queue", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert (tmp_path / "data" / "ohdio" / "token").read_text().strip() == token


class TestWrongSettings:
    @pytest.fixture
    def refusal(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
        """Reads settings as the process begins to, where it must end with code 2 and one line, which is returned."""

        def read(**environment: str) -> str:
            for name in filter(is_of_ours, list(os.environ)):
                monkeypatch.delenv(name)
            for name, value in environment.items():
                monkeypatch.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                settings_or_exit(ApiSettings)
            assert ended.value.code == 2
            (line,) = capsys.readouterr().err.splitlines()
            return str(line)

        return read

    def test_that_are_missing_are_named(self, refusal: Callable[..., str], tmp_path: Path) -> None:
        line = refusal(RABBITMQ_URL="amqp://127.0.0.1:1/", LIBRARY_DIR=str(tmp_path))
        assert line.startswith("DATABASE_URL is not set.")

    @pytest.mark.full  # e2e/test_command_get.py shows the same of `ohdio get`
    def test_of_an_unwritable_library(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        line = last_words(
            DATABASE_URL="postgresql://127.0.0.1:1/x",
            RABBITMQ_URL="amqp://127.0.0.1:1/",
            LIBRARY_DIR=str(tmp_path / "file"),
        )
        assert line.startswith("LIBRARY_DIR is wrong")

    def test_of_a_broker_that_is_not_there(self, tmp_path: Path) -> None:
        line = last_words(
            DATABASE_URL="postgresql://127.0.0.1:1/x", RABBITMQ_URL="amqp://127.0.0.1:1/", LIBRARY_DIR=str(tmp_path)
        )
        assert line.startswith("RABBITMQ_URL is wrong, or RabbitMQ is not running")

    def test_of_a_database_that_is_not_there(self, vhost_url: str, tmp_path: Path) -> None:
        line = last_words(DATABASE_URL="postgresql://127.0.0.1:1/x", RABBITMQ_URL=vhost_url, LIBRARY_DIR=str(tmp_path))
        assert line.startswith("DATABASE_URL is wrong, or PostgreSQL is not running")

    def test_of_a_port_that_is_taken(self, database_url: str, vhost_url: str, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            line = last_words(
                DATABASE_URL=database_url,
                RABBITMQ_URL=vhost_url,
                LIBRARY_DIR=str(tmp_path),
                PORT=str(taken.getsockname()[1]),
            )
        assert "PORT" in line
        assert "in use" in line

    def test_of_a_token_that_could_be_guessed(self, refusal: Callable[..., str], tmp_path: Path) -> None:
        line = refusal(
            DATABASE_URL="postgresql://127.0.0.1:1/x",
            RABBITMQ_URL="amqp://127.0.0.1:1/",
            LIBRARY_DIR=str(tmp_path),
            OHDIO_API_TOKEN="12345",
        )
        assert line.startswith("OHDIO_API_TOKEN is wrong")
        assert "12345" not in line

    def test_of_a_token_that_cannot_be_kept(self, database_url: str, vhost_url: str, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        line = last_words(
            DATABASE_URL=database_url,
            RABBITMQ_URL=vhost_url,
            LIBRARY_DIR=str(tmp_path / "library"),
            XDG_DATA_HOME=str(tmp_path / "file"),
            HOST="0.0.0.0",
        )
        assert line.startswith("OHDIO_API_TOKEN is not set, and a token of our own cannot be kept in ")

    def test_of_an_address_does_not_show_its_password(self, refusal: Callable[..., str], tmp_path: Path) -> None:
        line = refusal(
            DATABASE_URL="mysql://ohdio:hunter2@127.0.0.1/x",
            RABBITMQ_URL="amqp://127.0.0.1:1/",
            LIBRARY_DIR=str(tmp_path),
        )
        assert line.startswith("DATABASE_URL is wrong")
        assert "hunter2" not in line
