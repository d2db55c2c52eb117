"""``python -m tests.benchmarks [COUNT]``: the table of docs/benchmarks.md, measured anew."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.benchmarks import ours, peers, startup
from tests.benchmarks.books import offer
from tests.benchmarks.peers import Figure
from tests.fixtures.nginx import Nginx


def main() -> None:
    """Measure everybody, one after the other, and print a table in Markdown."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory(prefix="ohdio-bench-", ignore_cleanup_errors=True) as name:
        base = Path(name)
        base.chmod(0o755)
        (base / "nginx").mkdir()
        with Nginx(base / "nginx").running() as nginx:
            print(startup.measure(base / "startup"), flush=True)
            urls = offer(nginx, base / "recordings", count)
            print("| who | books/s | CPU ms a book | |\n|---|---|---|---|", flush=True)
            few = urls[: max(1, count // 10)]
            for limit in (3, 16):
                _show(peers.curl(urls, base / "peer", at_once=limit))
                _show(peers.aria2(urls, base / "peer", at_once=limit))
                _show(peers.ytdlp(few, base / "peer", at_once=limit))
                _show(ours.standalone(base / f"standalone-{limit}", nginx, count, limit=limit))
                _show(ours.services(base / f"services-{limit}", nginx, count, limit=limit))


def _show(figure: Figure) -> None:
    print(f"| {figure.name} | {figure.books_per_second:.1f} | {figure.cpu_per_book:.0f} | {figure.note} |", flush=True)


if __name__ == "__main__":
    main()
