"""``python -m demo.pages``: the demonstration in the pages, until Ctrl-C."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demo.output import say
from ohdio_client.signals import StopSignal
from tests.sites.client import SimOrigin
from tests.sites.demo import CATALOGUE, LINKS

_PORT = 8000
#: Slow enough that there is something to watch.
_BYTES_PER_SECOND = 60_000
_ENDS_WITHIN = 20.0  # seconds


@contextmanager
def running(directory: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run everything in one process, which it yields, with the demonstration's links, while the block runs.

    Args:
        directory: Books and data go below it.
        port: Of the pages, on this machine.
    """
    library = directory / "library"
    library.mkdir()
    command = [str(Path(sys.executable).with_name("ohdio")), "up", *LINKS, "--port", str(port)]
    with SimOrigin.start(directory / "recordings", CATALOGUE) as sites:
        sites.limit_rate(_BYTES_PER_SECOND)
        settings = {
            "OHDIO_HOST_OVERRIDES": sites.overrides(),
            "LIBRARY_DIR": str(library),
            "MIN_DISK_SPACE_MB": "50",
        }
        with subprocess.Popen(
            [*command, "--data", str(directory / "data")], env={**os.environ, **settings}, stdout=subprocess.PIPE
        ) as up:
            assert up.stdout is not None
            if not up.stdout.readline():  # the first line says that it runs
                raise SystemExit(up.wait())
            try:
                yield up
            finally:
                up.terminate()
                up.wait(timeout=_ENDS_WITHIN)


def wait_for_end(stop: StopSignal, up: subprocess.Popen[bytes]) -> None:
    """Wait until a person ends it.

    Raises:
        SystemExit: What runs has ended by itself; it is said.
    """
    while not stop.wait(1.0):
        if (code := up.poll()) is not None:
            say(f"`ohdio up` has ended by itself ({_how(code)}), so the demonstration ends, too.")
            raise SystemExit(1)


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"code {code}"


def main() -> None:
    """Run until a person ends it, or what runs has ended; the books go with it."""
    stop = StopSignal()
    with tempfile.TemporaryDirectory(prefix="ohdio-demo-") as directory, running(Path(directory), _PORT) as up:
        say(
            f"The pages are on http://localhost:{_PORT}. Seventeen invented books arrive from sites that this machine "
            "simulates, slowly enough to be watched. Ctrl-C ends it, and deletes them.\n"
            f"The command talks to it, too: .venv/bin/ohdio queue --api http://localhost:{_PORT}"
        )
        wait_for_end(stop, up)


if __name__ == "__main__":
    main()
