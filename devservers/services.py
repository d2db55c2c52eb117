"""``python -m devservers.services``: PostgreSQL, RabbitMQ and every service as its own process, until Ctrl-C.

The services are started by the commands that the images use; their words come out with their names before them.
Data lie in ``.run/`` of the working directory and stay for the next run.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import httpx

from devservers.errors import ServerUnavailable
from devservers.postgres import PostgresServer
from devservers.rabbitmq import RabbitServer
from devservers.waiting import wait_until
from ohdio_core.prepare import keep_password

COMMANDS = {
    "api": ("-m", "ohdio_api.app"),
    "scraper": ("-m", "ohdio_scraper.worker"),
    "metadata": ("-m", "ohdio_metadata.worker"),
    "downloader-1": ("-m", "ohdio_downloader.worker"),
    "downloader-2": ("-m", "ohdio_downloader.worker"),
}
_MIGRATE = ("-m", "ohdio_core.migrate")
_GRACE = timedelta(seconds=15)
_READY_WITHIN = timedelta(seconds=30)
_BETWEEN_STARTS = timedelta(seconds=5)  #: of one service that ends again and again

#: Takes one line that a process wrote.
Say = Callable[[str], None]


class Service:
    """One service's process; what it writes goes to ``say``, a line at a time, with its name before it."""

    def __init__(self, name: str, environment: Mapping[str, str], say: Say) -> None:
        self.name = name
        self._environment = dict(environment)
        self._say = say
        self._begin()

    def _begin(self) -> None:
        self._begun_at = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, *COMMANDS[self.name]],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # Ctrl-C is for us, who then end all of them in order
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def has_ended(self) -> bool:
        """Return whether it has ended, by itself or not."""
        return self._process.poll() is not None

    def revive(self) -> None:
        """Start it again if it has ended, but no sooner than a while after it was started last."""
        if self.has_ended() and time.monotonic() - self._begun_at >= _BETWEEN_STARTS.total_seconds():
            self._reader.join(timeout=5)
            self._say(f"{self.name:<12} | Ended by itself (code {self._process.returncode}); started again.")
            self._begin()

    def ask_to_end(self) -> None:
        """Send SIGTERM."""
        self._process.send_signal(signal.SIGTERM)

    def end(self) -> None:
        """Wait until it has ended; kill it when that takes too long."""
        try:
            self._process.wait(timeout=_GRACE.total_seconds())
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(timeout=5)

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._say(f"{self.name:<12} | {line.rstrip()}")


@contextmanager
def running_servers(directory: Path) -> Iterator[dict[str, str]]:
    """Run PostgreSQL and RabbitMQ; give the environment that leads services to them, with the schema in place.

    Args:
        directory: Holds their data and logs.

    Raises:
        ServerUnavailable: One of them is not installed, or did not start.
    """
    with ExitStack() as ends:
        postgres, rabbitmq = PostgresServer(directory / "postgres"), RabbitServer(directory / "rabbitmq")
        ends.callback(_together, postgres.stop, rabbitmq.stop)
        _together(postgres.start, rabbitmq.start)
        keep_password(directory / "key", "")
        environment = {
            "DATABASE_URL": postgres.url("postgres"),
            "RABBITMQ_URL": rabbitmq.url("/"),
            "OHDIO_SECRET_KEY_FILE": str((directory / "key").absolute()),
        }
        subprocess.run([sys.executable, *_MIGRATE], env={**os.environ, **environment}, check=True)
        yield environment


@contextmanager
def running_services(environment: Mapping[str, str], api_url: str, say: Say) -> Iterator[list[Service]]:
    """Run every service.

    Args:
        environment: Added to ours.
        api_url: Where that environment lets the API listen.

    Raises:
        ServerUnavailable: One of them ended, or the API did not get ready in time.
    """
    services: list[Service] = []
    try:
        services.extend(Service(name, {**os.environ, **environment}, say) for name in COMMANDS)

        def is_ready() -> bool:
            if ended := [service.name for service in services if service.has_ended()]:
                raise ServerUnavailable(f"Ended at once: {', '.join(ended)}. Its own words are above.")
            return _answers(f"{api_url}/readyz")

        wait_until(is_ready, _READY_WITHIN, lambda: f"The API at {api_url} did not get ready in time.")
        yield services
    finally:
        for service in services:
            service.ask_to_end()
        for service in services:
            service.end()


def main() -> None:
    """Run everything until Ctrl-C or SIGTERM."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    url = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    _print("Starting PostgreSQL and RabbitMQ, which takes about ten seconds.")
    try:
        with running_servers(Path(".run")) as environment, running_services(environment, url, _print) as services:
            _print(f"The API is at {url}, its documentation at {url}/docs. Ctrl-C ends everything.")
            while not ended.wait(0.5):
                for service in services:
                    service.revive()
            _print("Ending.")
    except ServerUnavailable as error:
        sys.exit(str(error))


def _together(*calls: Callable[[], object]) -> None:
    with ThreadPoolExecutor(len(calls)) as pool:
        for done in [pool.submit(call) for call in calls]:
            done.result()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
