"""``python -m tests.benchmarks.streams [MINUTES...]``: a book that is one HLS stream, ours beside ffmpeg and yt-dlp.

Each is fetched from nginx on this machine, a short one also from 50 ms away. Ours is the work of the downloader without
its start: fetched, joined, verified and tagged; of its memory, what it grows by.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from ohdio_core.domain.audiobook import Media, MediaKind
from ohdio_core.sources.http import ClientSettings, HttpClientFactory
from ohdio_downloader.fetch.protocol import FetchLimits
from tests.benchmarks.far_away import far_away
from tests.fixtures.nginx import Nginx
from tests.integration.downloader.shelf import collect
from tests.sites.audio import AudioFactory, HlsVariant

_ROUND_TRIP = 0.05  # seconds
_SHORT = 60  # minutes; a longer one is not worth waiting for from far away
_OURS = "ours"


def main() -> None:
    """Measure everybody, one after the other, and print a table in Markdown."""
    lengths = [int(minutes) for minutes in sys.argv[1:]] or [30, 600]
    with tempfile.TemporaryDirectory(prefix="ohdio-bench-") as name:
        base = Path(name)
        (base / "nginx").mkdir()
        with Nginx(base / "nginx").running() as nginx, far_away(nginx.url, _ROUND_TRIP) as far:
            print("| stream | who | s | CPU s | memory, MB |\n|---|---|---|---|---|", flush=True)
            for minutes in lengths:
                path = _offer(nginx, base / "recordings", minutes)
                if minutes <= _SHORT:
                    _show(f"{minutes} min, 50 ms away", f"{far}/{path}", base / "far")
                _show(f"{minutes} min", f"{nginx.url}/{path}", base / f"near-{minutes}")


def _offer(nginx: Nginx, recordings: Path, minutes: int) -> str:
    """Put a stream on nginx; return the path of its playlist."""
    stream = AudioFactory(recordings).hls("stream", 60.0 * minutes, HlsVariant.PLAIN)
    (nginx.www / str(minutes)).mkdir()
    for name, data in stream.files.items():
        nginx.put(f"{minutes}/{name}", data)
    return f"{minutes}/{stream.master}"


def _show(stream: str, url: str, base: Path) -> None:
    ytdlp = [sys.executable, "-m", "yt_dlp", "-q", "--no-warnings", "--fixup", "never", "-o", "book.mp4", url]
    everybody: dict[str, Sequence[str]] = {
        "ffmpeg -c copy": ["ffmpeg", "-v", "error", "-i", url, "-c", "copy", "book.m4a"],
        "yt-dlp": ytdlp,
        "yt-dlp -N 4": [*ytdlp, "-N", "4"],
        "ohdio, one segment at a time": [sys.executable, "-m", "tests.benchmarks.streams", _OURS, "1", url],
        "ohdio": [sys.executable, "-m", "tests.benchmarks.streams", _OURS, "4", url],
    }
    for number, (who, command) in enumerate(everybody.items()):
        folder = base / str(number)
        folder.mkdir(parents=True)
        wall, cpu, memory = measure(command, folder)
        print(f"| {stream} | {who} | {wall:.1f} | {cpu:.1f} | {memory:.0f} |", flush=True)


def measure(command: Sequence[str], folder: Path) -> tuple[float, float, float]:
    """Run a command; return its seconds, its seconds of the processor, and the most memory it had, in MB."""
    began = time.monotonic()
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    with psutil.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE) as process:
        cpu, memory = 0.0, 0
        while process.poll() is None:
            with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                each = [process, *process.children(recursive=True)]
                cpu = max(cpu, sum(sum(one.cpu_times()[:4]) for one in each))
                memory = max(memory, sum(one.memory_info().rss for one in each))
            time.sleep(0.02)
        wall = time.monotonic() - began
        said = process.stdout.read()
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}.")
    if _OURS in command:
        wall, cpu, before = json.loads(said)
        return wall, cpu, memory / 1e6 - before
    return wall, cpu, memory / 1e6


def _ours(at_once: int, url: str) -> tuple[float, float, float]:
    """Collect a stream; return its seconds, those of the processor, and the memory of this process before, in MB."""
    factory = HttpClientFactory(ClientSettings(allow_private_addresses=True))
    client = factory.site("bench")
    began, spent = time.monotonic(), time.process_time()
    before = psutil.Process().memory_info().rss / 1e6
    collect(Media(url, MediaKind.HLS), Path("work"), client, FetchLimits(segments_at_once=at_once))
    return time.monotonic() - began, time.process_time() - spent, before


if __name__ == "__main__":
    if sys.argv[1:2] == [_OURS]:
        print(json.dumps(_ours(int(sys.argv[2]), sys.argv[3])))
    else:
        main()
