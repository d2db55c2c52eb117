"""The checked-in stack, brought up as people do, in a folder with nothing but its compose file."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from devservers.containers.engine import Engine
from devservers.containers.images import BUCKET_COMPOSE_FILE, COMPOSE_FILE
from devservers.ports import free_ports
from tests.fixtures.installation import Installation
from tests.fixtures.rest import Api, wait_for_answer
from tests.sites.client import SimOrigin

#: What each service logs once it is ready.
STARTED = "ohdio started"

_WORKERS = ("scraper", "metadata", "downloader")


#: Seconds within which containers do on a busy machine what takes them a few on a quiet one.
PATIENCE = 180.0


class InContainers(Installation):
    """An installation in containers; what is waited for gets more time than without."""

    def wait_until(self, is_so: Callable[[], object], within: float, what: str, *, every: float = 0.05) -> None:
        """Return as soon as ``is_so()``; fail, with a picture of the queue, when it is not in time."""
        super().wait_until(is_so, max(within, PATIENCE), what, every=every)


class Stack(InContainers):
    """A stack of containers.

    Args:
        directory: Gets the compose file and the library; empty.
        settings: What the shell sets that brings it up; there is no ``.env``.
    """

    def __init__(self, engine: Engine, directory: Path, origin: SimOrigin, settings: Mapping[str, str]) -> None:
        (port,) = free_ports(1)
        self.directory = directory
        self.engine = engine
        self.project = f"ohdio{uuid4().hex[:8]}"
        self.settings = {"PORT": str(port), "OHDIO_HOST_OVERRIDES": origin.overrides(), **settings}
        self._current: tuple[int, dict[str, str]] = (1, {})
        limit = int(settings.get("MAX_CONCURRENT_DOWNLOADS", "3"))
        super().__init__(Api(f"http://127.0.0.1:{port}"), origin, directory / "library", limit=limit)
        shutil.copy(COMPOSE_FILE, directory)
        shutil.copy(BUCKET_COMPOSE_FILE, directory / "bucket.yml")  # which counts where COMPOSE_FILE names it

    def up(self, *, downloaders: int = 1, **settings: str) -> None:
        """Start it, or only what is to be otherwise from now on; return when all works.

        Args:
            settings: What the shell sets beside what it set at the beginning.
        """
        self._current = (downloaders, settings)
        self.compose("up", "--detach", "--no-build", "--scale", f"downloader={downloaders}")
        token = self.compose("exec", "-T", "api", "python", "-m", "ohdio_api.token").strip()
        self.api.close()
        self.api = Api(self.api.url, token)
        self.wait_for_workers()

    def put_right(self) -> None:
        """Restore what it was at first, with an empty queue, for the next test."""
        if self._current != (1, {}):
            self.up()
        self.reset()

    def wait_for_workers(self) -> None:
        """Wait until the gateway answers, and every worker's container has said that it lives."""
        wait_for_answer(self.api, within=PATIENCE)
        hosts = {container[:12] for service in _WORKERS for container in self.containers(service)}
        self.wait_until(
            lambda: {worker["host"] for worker in self.live_workers()} == hosts, 60, f"just {len(hosts)} workers live"
        )

    def down(self) -> None:
        """Remove it, with its volumes; the library stays."""
        self.compose("down", "--volumes", "--timeout", "5")

    def end(self) -> None:
        """Remove all of it, after a look at what its services said."""
        print(self.compose("logs", "--no-color", "--tail", "60", "api", *_WORKERS))  # shown with a test that fails
        self.api.close()
        self.down()

    def compose(self, *arguments: str) -> str:
        """Run a command of docker-compose on it; return what that printed."""
        return self._compose(*arguments).decode()

    def run_once(self, *command: str, given: bytes = b"") -> bytes:
        """Run a command in a new container of the service that migrates; return what it printed.

        Args:
            given: Its standard input.
        """
        return self._compose("run", "--rm", "-T", "migrate", *command, given=given)

    def _compose(self, *arguments: str, given: bytes = b"") -> bytes:
        command = ["docker-compose", "--project-name", self.project, *arguments]
        environment = {**self.engine.environment, **self.settings, **self._current[1]}
        done = subprocess.run(
            command, cwd=self.directory, env=environment, input=given, capture_output=True, check=False
        )
        said = f"{done.stdout[-4000:].decode(errors='replace')}{done.stderr[-4000:].decode(errors='replace')}"
        assert done.returncode == 0, f"{' '.join(command)}:\n{said}"
        return done.stdout

    def keep_secret(self, name: str, secret: str) -> None:
        """Put a file beside the passwords of the stack, as people do."""
        self._compose("run", "--rm", "-T", "prepare", "tee", f"/secrets/{name}", given=secret.encode())

    @property
    def network(self) -> str:
        """The network that its containers share."""
        return f"{self.project}_default"

    def busiest(self, service: str) -> str:
        """Return the container of a service's whose processes have used the most CPU time."""
        return max(self.containers(service), key=self._cpu_ticks)

    def _cpu_ticks(self, container: str) -> int:
        fields = self.engine.run("exec", container, "cat", "/proc/1/stat").rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])  # utime and stime (proc(5))

    def containers(self, service: str) -> list[str]:
        """Return the ids of a service's containers, those that have ended included."""
        of = ("--filter", f"label=com.docker.compose.project={self.project}")
        only = ("--filter", f"label=com.docker.compose.service={service}")
        return self.engine.run("ps", "--all", "--quiet", "--no-trunc", *of, *only).split()

    def container(self, service: str) -> str:
        """Return the id of the one container of a service."""
        (container,) = self.containers(service)
        return container

    def exit_codes(self) -> dict[str, int]:
        """Return how each container that is meant to run for ever has ended, by service."""
        services = ("postgres", "rabbitmq", "api", *_WORKERS)
        states = {name: self.engine.inspect(self.containers(name)[0])["State"] for name in services}
        assert not any(state["Running"] for state in states.values()), states
        return {name: int(state["ExitCode"]) for name, state in states.items()}

    def starts(self, service: str) -> int:
        """Return how many times a service's container has said that it had started."""
        return sum(STARTED in line for line in self.engine.logs(self.container(service)))

    def kill(self, service: str) -> None:
        """Kill one of a service's containers without warning, and start it again, as whoever looks after it would."""
        container = random.choice(self.containers(service))
        self.engine.run("kill", container)
        self.engine.run("start", container)
        self.wait_until(self.api.is_ready, 90, f"the gateway works after {service} was killed", every=0.2)

    def stop(self) -> dict[str, float]:
        """Stop it; return how many seconds each container took from being asked to until it had ended, by service."""
        before = datetime.now(UTC)
        self.compose("stop")
        asked: dict[str, int] = {}
        took: dict[str, float] = {}
        for event in self._events(before):
            service = event["Actor"]["Attributes"]["com.docker.compose.service"]
            if event["Action"] == "kill":
                asked.setdefault(service, event["timeNano"])
            elif event["Action"] == "die":
                took[service] = (event["timeNano"] - asked[service]) / 1e9
        return took

    def seconds_to_start(self, service: str) -> float:
        """Return how long after its container's last start a service said that it had started."""
        container = self.container(service)
        said = [line.partition(" ")[0] for line in self.engine.logs(container) if STARTED in line]
        return (_moment(said[-1]) - _moment(self.engine.inspect(container)["State"]["StartedAt"])).total_seconds()

    def _events(self, since: datetime) -> list[dict[str, Any]]:
        span = ("--since", since.isoformat(), "--until", datetime.now(UTC).isoformat())
        only = ("--filter", f"label=com.docker.compose.project={self.project}", "--format", "{{json .}}")
        return [json.loads(line) for line in self.engine.run("events", *span, *only).splitlines()]


def _moment(text: str) -> datetime:
    """Read a time as Docker writes it, with nanoseconds, which Python does not read."""
    return datetime.fromisoformat(text[:26]).replace(tzinfo=UTC)
