"""The two shapes in which the product runs, each collecting the same links."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from demo.output import say, show
from devservers.ports import free_ports
from devservers.services import running_servers, running_services
from ohdio_client.api.client import Client
from ohdio_client.collection import Collection, Outcome, Wish, submit
from ohdio_client.progress import make_display
from ohdio_client.signals import StopSignal
from ohdio_core.schemas.queue import QueueItemView
from ohdio_core.schemas.scrapes import ScrapeView

_INTERVAL = 0.25  # seconds between two looks


class Interrupted(Exception):
    """A person ended it."""


#: Collects the links once, and gives what came of it; the second time finds everything done.
Collect = Callable[[], Outcome]


@contextmanager
def standalone(
    urls: Sequence[str], directory: Path, settings: Mapping[str, str], stop: StopSignal
) -> Iterator[Collect]:
    """Collect with ``ohdio get``, one command and one process.

    Raises:
        Interrupted: A person ended it.
    """
    command = [str(Path(sys.executable).with_name("ohdio")), "get", *urls, "--data", str(directory / "data"), "--json"]

    def collect() -> Outcome:
        show(" \\\n    ".join(("$ ohdio get", *urls)) + "\n")
        with (
            (directory / "answer.json").open("w+", encoding="utf-8") as output,
            subprocess.Popen(command, env={**os.environ, **settings}, stdout=output) as process,
        ):
            _wait(process, stop)
            output.seek(0)
            answer = json.load(output)
        return Outcome(
            answer["complete"],
            answer["fetched"],
            tuple(map(QueueItemView.model_validate, answer["not_complete"])),
            tuple(map(ScrapeView.model_validate, answer["failed_scans"])),
            answer["skipped"],
            answer["unwanted"],
        )

    yield collect


@contextmanager
def services(urls: Sequence[str], directory: Path, settings: Mapping[str, str], stop: StopSignal) -> Iterator[Collect]:
    """Run PostgreSQL, RabbitMQ and each service as its own process, and follow the links through the API.

    Raises:
        Interrupted: A person ended it.
        ServerUnavailable: A server or a service did not start.
    """
    port = free_ports(1)[0]
    api = f"http://127.0.0.1:{port}"
    listening = {"HOST": "127.0.0.1", "PORT": str(port)}
    say("Starting PostgreSQL and RabbitMQ, which takes about ten seconds, then the services.")
    with (
        (directory / "services.log").open("w", encoding="utf-8") as log,
        running_servers(directory) as servers,
        running_services({**servers, **settings, **listening}, api, lambda line: print(line, file=log)),
        Client(api) as client,
    ):
        for worker in client.workers():
            say(f"  process {worker.pid}: {worker.service}, {worker.threads} threads")
        say("")

        def collect() -> Outcome:
            show("\n    ".join((f"Adding at {api}", *urls)) + "\n")
            return _follow(Collection(client, submit(Wish(urls), client.links.add)), stop)

        yield collect


def _follow(collection: Collection, stop: StopSignal) -> Outcome:
    """Show how far it is, until nothing more happens."""
    with make_display(Console(stderr=True)) as display:
        while not (state := collection.state()).is_over:
            display.show(state)
            if stop.wait(_INTERVAL):
                raise Interrupted
        display.show(state)
    return collection.outcome()


def _wait(command: subprocess.Popen[bytes], stop: StopSignal) -> None:
    """Wait until it ends with an answer, also when some books have failed."""
    while command.poll() is None:
        if stop.wait(_INTERVAL):
            command.send_signal(signal.SIGTERM)
            command.wait()
            raise Interrupted
    if command.returncode not in {0, 1}:
        raise SystemExit(command.returncode)
