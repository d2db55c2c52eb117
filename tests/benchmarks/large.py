"""``python -m tests.benchmarks.large``: three books of 500 MB each from a local nginx, beside curl and aria2c."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from ohdio_downloader.media.mp3_tags import sound_span
from tests.benchmarks import ours, peers
from tests.benchmarks.books import offer_files
from tests.fixtures.nginx import Nginx
from tests.sites.audio import AudioFactory

_COUNT = 3
_MEGABYTES = 500
_SECONDS = 60.0  #: of sound, again and again


def main() -> None:
    """Measure everybody, one after the other, and print a table in Markdown."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else _MEGABYTES
    with tempfile.TemporaryDirectory(prefix="ohdio-bench-", ignore_cleanup_errors=True) as name:
        base = Path(name)
        base.chmod(0o755)
        (base / "nginx").mkdir()
        with Nginx(base / "nginx").running() as nginx:
            data, seconds = _long(base, megabytes * 1_000_000)
            urls = offer_files(nginx, [(data, seconds)] * _COUNT)
            del data
            print(f"| who, {_COUNT} books of {megabytes} MB | s | CPU s |\n|---|---|---|", flush=True)
            everybody: list[Callable[[], peers.Figure]] = [
                lambda: peers.curl(urls, base / "peer", at_once=_COUNT),
                lambda: peers.programs(urls, base / "peer", at_once=_COUNT),
                lambda: peers.aria2(urls, base / "peer", at_once=_COUNT),
                lambda: ours.job(base / "ours", nginx, _COUNT, limit=_COUNT),
            ]
            for measure in everybody:
                os.sync()  # what others have written is not to be waited for
                figure = measure()
                print(f"| {figure.name} | {figure.wall:.1f} | {figure.cpu:.1f} |", flush=True)


def _long(base: Path, size: int) -> tuple[bytes, float]:
    """Return an MP3 of at least so many bytes, and how many seconds it lasts."""
    path = base / "short.mp3"
    path.write_bytes(AudioFactory(base / "recordings").mp3("large", _SECONDS))
    short, span = path.read_bytes(), sound_span(path)
    assert span is not None
    times = size // (span.end - span.start) + 1
    return short[: span.start] + short[span.start : span.end] * times, times * _SECONDS


if __name__ == "__main__":
    main()
