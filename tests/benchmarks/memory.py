"""``python -m tests.benchmarks.memory [MINUTES]``: what both shapes hold, idle and with sixteen books on their way.

Memory is the proportional set size of processes, with their descendants. So that of one process has its PostgreSQL; the
servers that services stand on are not counted. Growth is that of the second half, and of what is no page of a file: of
those, more counts as soon as another process on the machine ends that had them, too.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

from tests.benchmarks import ours
from tests.benchmarks.books import HOST, offer
from tests.fixtures.nginx import Nginx

_LIMIT = 16
_KILOBYTES = 60  #: a second, of each book: it takes 17 s
_A_MINUTE = 57  #: books
_EVERY = 5.0  #: seconds
_SETTLED = 30.0  #: seconds


def main() -> None:
    """Measure both shapes, one after the other, and print a table in Markdown."""
    minutes = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    with tempfile.TemporaryDirectory(prefix="ohdio-bench-", ignore_cleanup_errors=True) as name:
        base = Path(name)
        base.chmod(0o755)
        (base / "nginx").mkdir()
        with Nginx(base / "nginx").running() as nginx:
            offer(nginx, base / "recordings", (minutes + 1) * _A_MINUTE)
            print("| who | idle, MB | running, MB | the most | growth, MB an hour |\n|---|---|---|---|---|", flush=True)
            for shape, start in (("one process", ours.running_standalone), ("services", ours.running_services)):
                with start(base / shape.replace(" ", "-"), nginx, _LIMIT) as running:
                    time.sleep(_SETTLED)
                    idle = _held(running.processes)
                    paste = {"urls": [f"http://{HOST}/feed.xml"], "speed_limit_kb": _KILOBYTES}
                    running.api.post("/api/v1/submissions", json=paste).raise_for_status()
                    time.sleep(_SETTLED)
                    seen = list(_watched(running.processes, minutes * 60))
                    later = [(second, own) for second, _, own in seen if second > minutes * 30]
                    slope = statistics.linear_regression(*zip(*later, strict=True)).slope * 3600
                    sizes = [size for _, size, _ in seen]
                    print(
                        f"| {shape} | {idle:.0f} | {statistics.median(sizes):.0f} | {max(sizes):.0f} | {slope:+.0f} |",
                        *_by_process(running.processes),
                        sep="\n",
                        flush=True,
                    )


def _watched(processes: Sequence[psutil.Process], seconds: float) -> Iterator[tuple[float, float, float]]:
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        yield passed, _held(processes), _held(processes) - _held(processes, "Pss_File")
        time.sleep(_EVERY)


def _held(processes: Sequence[psutil.Process], kind: str = "Pss") -> float:
    """Return the megabytes that processes and their descendants hold."""
    every = (each for process in processes for each in (process, *process.children(recursive=True)))
    return sum(_megabytes(each, kind) for each in every)


def _by_process(processes: Sequence[psutil.Process]) -> Iterator[str]:
    """Yield what each process holds, and its descendants together."""
    for process in processes:
        children = sum(map(_megabytes, process.children(recursive=True)))
        name, own = " ".join(process.cmdline()[1:3]), _megabytes(process)
        yield f"- {name}: {own:.0f} MB, what it has started {children:.0f} MB"


def _megabytes(process: psutil.Process, kind: str = "Pss") -> float:
    try:
        text = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:  # it has ended
        return 0.0
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith(f"{kind}:")) * 1024 / 1e6


if __name__ == "__main__":
    main()
