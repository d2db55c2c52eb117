"""``python -m tests.benchmarks.joining [HOURS]``: one M4B of forty parts, ours beside FFmpeg's concat.

Ours also writes chapters and tags, and adds up the checksum of the file; of its memory, all that the process has.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.domain.book_form import BookForm
from ohdio_downloader.media.verify import verify
from ohdio_downloader.packaging import VerifiedPart
from ohdio_downloader.packagings import packaging_for
from ohdio_downloader.workdir import WorkDir
from tests.benchmarks.streams import measure
from tests.sites.audio import AudioFactory

_PARTS = 40
_OURS = "ours"


def main() -> None:
    """Measure both, one after the other, and print a table in Markdown."""
    hours = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    with tempfile.TemporaryDirectory(prefix="ohdio-bench-") as name:
        base = Path(name)
        part = AudioFactory(base / "recordings").mp4("part", hours * 3600 / _PARTS)
        length = _prepare(base, part)
        listed = "".join(f"file '{number}.m4a'\n" for number in range(_PARTS))
        (base / "list.txt").write_text(listed, encoding="utf-8")
        command = ["ffmpeg", "-v", "error", "-f", "concat", "-i", "list.txt", "-c", "copy", "-y", "book.m4b"]
        print("| 40 parts, one M4B | s | CPU s | memory, MB |\n|---|---|---|---|", flush=True)
        print(f"| ffmpeg -f concat -c copy | {_row(*measure(command, base))} |", flush=True)
        ours = [sys.executable, "-m", "tests.benchmarks.joining", _OURS, str(base), str(length)]
        said = json.loads(subprocess.run(ours, check=True, stdout=subprocess.PIPE).stdout)
        print(f"| ohdio | {_row(*said)} |", flush=True)


def _row(wall: float, cpu: float, memory: float) -> str:
    return f"{wall:.1f} | {cpu:.1f} | {memory:.0f}"


def _book() -> BookDetails:
    return BookDetails(title="Book", authors=("A",), parts=tuple(Part(n, f"m-{n}", f"{n}") for n in range(_PARTS)))


def _prepare(base: Path, part: bytes) -> float:
    """Write the parts; return how long each lasts."""
    for number in range(_PARTS):
        (base / f"{number}.m4a").write_bytes(part)
    return verify(base / "0.m4a", is_whole=True, check=lambda: None).duration.total_seconds()


def _ours(base: Path, length: float) -> tuple[float, float, float]:
    book = _book()
    with WorkDir(base / "work", "1") as work_dir:
        files = packaging_for(BookForm.M4B, book, work_dir, name_bytes=200, check=lambda: None, keep_free=0)
        for part in book.parts:
            path = work_dir.fetch_path(part).with_suffix(".m4a")
            path.write_bytes((base / f"{part.index}.m4a").read_bytes())
            files.add(VerifiedPart(part, path, timedelta(seconds=length), (), None))
        began, spent = time.monotonic(), time.process_time()
        files.close()
        wall, cpu = time.monotonic() - began, time.process_time() - spent
    return wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


if __name__ == "__main__":
    if sys.argv[1:2] == [_OURS]:
        print(json.dumps(_ours(Path(sys.argv[2]), float(sys.argv[3]))))
    else:
        main()
