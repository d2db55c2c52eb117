"""A Docker daemon from Debian's packages, private: no service manager, and a network that nobody else sees."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Self

from devservers.containers.engine import Engine
from devservers.errors import ServerUnavailable
from devservers.guarded import GuardedProcess

_PROGRAMS = ("dockerd", "containerd", "runc", "iptables", "ip", "unshare", "nsenter", "docker-compose", "mmdebstrap")


class Network(Enum):
    """Which network a daemon is in."""

    #: The machine's, without a bridge: builds with ``--network host`` reach the package indexes.
    MACHINE = "the machine's"
    #: One of its own, with bridges and rules that meet neither the machine's nor those of another daemon.
    OWN = "its own"


class PrivateDaemon:
    """A daemon that ends, with all its containers, when the process that started it ends.

    Args:
        data_dir: Holds images and volumes, also for the next daemon of this directory; on a file system that can hold
            layers.
        network: Where it is.

    Raises:
        ServerUnavailable: A program that it needs is not installed, or this user is not root.
    """

    def __init__(self, data_dir: Path, network: Network) -> None:
        if missing := [program for program in _PROGRAMS if shutil.which(program) is None]:
            raise ServerUnavailable(
                f"Not installed: {', '.join(missing)}. `make container-servers` installs it, as root."
            )
        if os.geteuid() != 0:
            raise ServerUnavailable("Only root can start a Docker daemon.")
        self._data_dir = data_dir
        self._network = network
        # Short, as the path of a socket has 107 bytes at most.
        self._run_dir = Path(tempfile.mkdtemp(prefix="ohdio-docker-"))
        self._process: GuardedProcess | None = None
        self.engine = Engine(f"unix://{self._run_dir}/docker.sock")

    def start(self) -> Self:
        """Start it; return when it answers.

        Raises:
            ServerUnavailable: It did not start within half a minute.
        """
        daemon = [
            *("dockerd", f"--host={self.engine.url}", f"--pidfile={self._run_dir}/docker.pid"),
            *(f"--data-root={self._data_dir}", f"--exec-root={self._run_dir}/exec", "--storage-driver=overlay2"),
        ]
        if self._network is Network.MACHINE:
            daemon += ["--bridge=none", "--iptables=false", "--ip6tables=false"]
        else:
            daemon = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "-", *daemon]
        self._process = GuardedProcess(
            daemon,
            environment=os.environ,
            log=self._run_dir / "daemon.log",
            stop_signal=signal.SIGTERM,
            grace=timedelta(seconds=30),
        )
        self._process.wait_until_ready(self.engine.is_answering, timedelta(seconds=30), "The Docker daemon")
        return self

    def inside(self, command: Sequence[str]) -> list[str]:
        """Return the command that runs ``command`` in the daemon's network, where containers can be reached."""
        pid = (self._run_dir / "docker.pid").read_text(encoding="utf-8").strip()
        return ["nsenter", f"--net=/proc/{pid}/ns/net", "--", *command]

    def stop(self) -> None:
        """Stop it and its containers."""
        if self._process is not None:
            self._process.stop()
        # The networks of containers, which the daemon leaves mounted.
        for network in self._run_dir.glob("exec/netns/*"):
            subprocess.run(["umount", "--lazy", network], capture_output=True, check=False)
        shutil.rmtree(self._run_dir, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
