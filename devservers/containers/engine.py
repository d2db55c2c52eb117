"""A Docker engine as its command sees it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from devservers.errors import ServerUnavailable


class Engine:
    """An engine that answers at a URL.

    Args:
        url: What ``DOCKER_HOST`` is for it; None for that of the environment, or Docker's own default.
    """

    def __init__(self, url: str | None = None) -> None:
        self.url = url

    @property
    def environment(self) -> dict[str, str]:
        """The environment that leads Docker's commands to it."""
        # BuildKit is no part of Debian's packages.
        return {**os.environ, "DOCKER_BUILDKIT": "0", **({} if self.url is None else {"DOCKER_HOST": self.url})}

    def is_answering(self) -> bool:
        """Return whether it answers."""
        try:
            return self._run("version", timeout=10).returncode == 0
        except (FileNotFoundError, subprocess.TimeoutExpired):
            return False

    def run(self, *arguments: str) -> str:
        """Run a command of ``docker``; return what it printed.

        Raises:
            ServerUnavailable: The command failed; with its words.
        """
        done = self._run(*arguments)
        if done.returncode != 0:
            raise ServerUnavailable(f"docker {' '.join(arguments)} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
        return done.stdout

    def logs(self, container: str) -> list[str]:
        """Return what a container has said, on both of its outputs, each line with its time before it.

        Raises:
            ServerUnavailable: There is no such container.
        """
        command = ["docker", "logs", "--timestamps", container]
        said = subprocess.run(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        if said.returncode != 0:
            raise ServerUnavailable(said.stdout)
        return said.stdout.splitlines()

    def inspect(self, thing: str) -> dict[str, Any]:
        """Return what the engine knows of an image, a container or a volume.

        Raises:
            ServerUnavailable: There is no such thing.
        """
        found: list[dict[str, Any]] = json.loads(self.run("inspect", thing))
        return found[0]

    def has_image(self, tag: str) -> bool:
        """Return whether there is an image of this name."""
        return bool(self.run("images", "--quiet", tag).strip())

    def build(self, context: Path, tag: str, *, dockerfile: Path | None = None, **arguments: str) -> None:
        """Build an image.

        Args:
            dockerfile: Within the context; None for its ``Dockerfile``.
            arguments: Values of the Dockerfile's ARGs.

        Raises:
            ServerUnavailable: It could not be built; with the last words of the build.
        """
        options = ["--file", str(dockerfile)] if dockerfile is not None else []
        for name, value in arguments.items():
            options += ["--build-arg", f"{name}={value}"]
        self.run("build", "--network", "host", "--tag", tag, *options, str(context))

    def _run(self, *arguments: str, timeout: float | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["docker", *arguments], env=self.environment, capture_output=True, text=True, timeout=timeout, check=False
        )
