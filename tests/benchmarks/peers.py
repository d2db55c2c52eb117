"""What others spend on the same files: download only, without metadata, tags, queue or library."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

#: By the library that Python's hashing uses, too.
_CHECKSUM = ["openssl", "dgst", "-sha256"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    name: str
    books: int
    wall: float  #: seconds
    cpu: float  #: seconds, user and system, of every process that took part but nginx
    note: str = ""

    @property
    def books_per_second(self) -> float:
        """Throughput."""
        return self.books / self.wall

    @property
    def cpu_per_book(self) -> float:
        """Milliseconds."""
        return 1000 * self.cpu / self.books


def curl(urls: Sequence[str], into: Path, *, at_once: int) -> Figure:
    """``curl -Z``: one process, parallel transfers."""
    command = ["curl", "-sS", "-Z", "--parallel-max", str(at_once), "--remote-name-all", *urls]
    return _measure(f"curl -Z --parallel-max {at_once}", len(urls), into, lambda folder: _run(command, folder))


def aria2(urls: Sequence[str], into: Path, *, at_once: int) -> Figure:
    """``aria2c``: one process, parallel transfers."""
    command = [_program("aria2c"), "-q", f"-j{at_once}", "-i", "-"]
    return _measure(f"aria2c -j{at_once}", len(urls), into, lambda folder: _run(command, folder, "\n".join(urls)))


def programs(urls: Sequence[str], into: Path, *, at_once: int) -> Figure:
    """``curl -Z``, then two checksums of each file and a copy on the disk by programs of their own.

    What a book is promised, whoever does it: the least that all of ours is to be compared with.
    """

    def fetch_and_keep(folder: Path) -> None:
        _run(["curl", "-sS", "-Z", "--parallel-max", str(at_once), "--remote-name-all", *urls], folder)
        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(lambda path: _keep(path, folder), list(folder.iterdir())))

    name = "curl, then a checksum of the file, one of its sound, and sync"
    return _measure(name, len(urls), into, fetch_and_keep)


def ytdlp(urls: Sequence[str], into: Path, *, at_once: int) -> Figure:
    """One ``yt-dlp`` process a file, as the original does."""

    def fetch_all(folder: Path) -> None:
        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(lambda url: _run([sys.executable, "-m", "yt_dlp", "-q", "--no-warnings", url], folder), urls))

    return _measure(f"yt-dlp, a process a file, {at_once} at once", len(urls), into, fetch_all)


def _measure(name: str, count: int, into: Path, work: object) -> Figure:
    into.mkdir(parents=True)
    before, started = os.times(), time.monotonic()
    assert callable(work)
    work(into)
    wall, after = time.monotonic() - started, os.times()
    cpu = after.children_user - before.children_user + after.children_system - before.children_system
    found = len(list(into.iterdir()))
    if found != count:
        raise RuntimeError(f"{name} fetched {found} of {count} files.")
    shutil.rmtree(into)
    return Figure(name, count, wall, cpu)


def _keep(path: Path, folder: Path) -> None:
    for command in (_CHECKSUM, _CHECKSUM, ["sync"]):
        _run([*command, path.name], folder)


def _run(command: Sequence[str], folder: Path, given: str | None = None) -> None:
    subprocess.run(command, cwd=folder, input=given, text=True, check=True, stdout=subprocess.DEVNULL)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(f"{name} is not installed; `make bench` installs it where apt allows.")
    return found
