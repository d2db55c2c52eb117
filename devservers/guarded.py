"""A server process under a guardian, as its owner sees it."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import psutil

from devservers import guardian
from devservers.errors import ServerUnavailable
from devservers.waiting import wait_until


class GuardedProcess:
    """A running server that ends with its owner, however the owner ends.

    Args:
        command: What to run; found on PATH.
        environment: The whole environment of the server.
        log: File that gets its output, appended.
        stop_signal: What asks the server to end politely.
        grace: How long it may take over it before it is killed.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        log: Path,
        stop_signal: signal.Signals,
        grace: timedelta,
    ) -> None:
        self._log = log
        options = (str(stop_signal.value), str(grace.total_seconds()))
        with log.open("ab") as output:
            self._guardian = subprocess.Popen(
                # -I and -S: the guardian needs nothing but the standard library, and starts faster so.
                [sys.executable, "-I", "-S", guardian.__file__, *options, *command],
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Neither Ctrl-C nor a kill of the owner's whole group may reach it before it has done its work.
                start_new_session=True,
            )

    def is_running(self) -> bool:
        """Return whether the server has not ended yet."""
        return self._guardian.poll() is None

    def wait_until_ready(self, is_ready: Callable[[], bool], within: timedelta, name: str) -> None:
        """Return when the server is ready; nothing of it is left when it did not get there.

        Args:
            is_ready: Asked again and again.
            within: The deadline from now.
            name: The server's name, for the error.

        Raises:
            ServerUnavailable: It ended, or was not ready in time; with the last lines of its log.
        """
        try:
            wait_until(
                lambda: is_ready() or not self.is_running(),
                within,
                otherwise=lambda: f"{name} did not get ready in time:\n{self.log_tail()}",
            )
        except BaseException:
            self.kill()
            raise
        if not self.is_running():
            self.kill()
            raise ServerUnavailable(f"{name} ended while starting:\n{self.log_tail()}")

    def processes(self) -> list[psutil.Process]:
        """Return every process of the server, without its guardian."""
        try:
            return psutil.Process(self._guardian.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to every process of the server."""
        for process in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):  # ended meanwhile
                process.send_signal(number)

    def cpu_seconds(self) -> float:
        """Return the CPU time, user and system, of its processes and of those of theirs that have ended."""
        total = 0.0
        for process in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):  # ended meanwhile: its parent has its time
                total += sum(process.cpu_times()[:4])
        return total

    def stop(self) -> None:
        """End it politely; return when no process of it is left. Harmless when it has ended."""
        self._finish(b"")

    def kill(self) -> None:
        """Kill all of it at once with SIGKILL; return when no process of it is left. Harmless when it has ended."""
        self._finish(b"k")

    def log_tail(self) -> str:
        """Return the last lines that the server wrote, for error messages."""
        return "\n".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])

    def _finish(self, order: bytes) -> None:
        pipe = self._guardian.stdin
        if pipe is not None and not pipe.closed:
            with contextlib.suppress(BrokenPipeError):  # it has ended by itself
                pipe.write(order)
                pipe.close()
        self._guardian.wait()
