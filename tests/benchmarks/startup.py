"""How long ``ohdio get`` takes from the shell to its first request, where its database is there already."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

_HOST = "startup.example"
_LINK = f"http://{_HOST}/feed.xml"
_RUNS = 7
_PATIENCE = 60.0  # seconds
_EMPTY_FEED = b"<rss version='2.0'><channel><title>Nothing yet</title></channel></rss>"
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nConnection: close\r\n\r\n" + _EMPTY_FEED


def measure(base: Path) -> str:
    """Return the median seconds, and CPU seconds, of some starts as a row of a Markdown table."""
    with socket.create_server(("127.0.0.1", 0)) as origin:
        origin.settimeout(_PATIENCE)
        environment = {
            # Compiled, as what pip installs is; the first start does it.
            **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
            "PYTHONPYCACHEPREFIX": str(base / "compiled"),
            "LIBRARY_DIR": str(base / "library"),
            "OHDIO_HOST_OVERRIDES": f"{_HOST}=http://127.0.0.1:{origin.getsockname()[1]}",
        }
        _start(origin, base, environment)  # makes the database
        runs = [_start(origin, base, environment) for _ in range(_RUNS)]
    seconds, cpu = (statistics.median(figures) for figures in zip(*runs, strict=True))
    return f"| ohdio get, from the shell to its first request | {seconds:.2f} s | {cpu:.2f} s CPU |"


def _start(origin: socket.socket, base: Path, environment: Mapping[str, str]) -> tuple[float, float]:
    """Return the seconds and CPU seconds until the first request of one run; end the run after it."""
    command = [str(Path(sys.executable).with_name("ohdio")), "get", _LINK, "--data", str(base / "data")]
    begun = time.monotonic()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        connection, _ = origin.accept()
        seconds = time.monotonic() - begun
        cpu = _cpu_seconds(psutil.Process(process.pid))
        with connection:
            connection.recv(65536)
            connection.sendall(_ANSWER)
        process.terminate()
        process.wait(timeout=_PATIENCE)
    return seconds, cpu


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
