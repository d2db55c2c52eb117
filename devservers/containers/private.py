"""``python -m devservers.containers.private DIRECTORY COMMAND…``: run a command beside a private daemon.

Run by ``python -m devservers.containers``, which prepares what the daemon needs of the file system. It has our images.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from devservers.containers.bases import PYTHON, SERVERS, make_bases
from devservers.containers.daemon import Network, PrivateDaemon
from devservers.containers.engine import Engine
from devservers.containers.images import build_images
from devservers.errors import ServerUnavailable


def main() -> None:
    """Make what is missing, then run the command in the daemon's network; end with its code."""
    data_dir, command = Path(sys.argv[1]), sys.argv[2:]
    try:
        with PrivateDaemon(data_dir, Network.MACHINE) as builder:
            _timed("Base image of Debian", lambda: make_bases(builder.engine, PYTHON))
            _timed("Images of the services, and of servers", lambda: _build_all(builder.engine))
        with PrivateDaemon(data_dir, Network.OWN) as daemon:
            ended = subprocess.run(daemon.inside(command), env=daemon.engine.environment, check=False)
    except ServerUnavailable as problem:
        sys.exit(str(problem))
    sys.exit(ended.returncode)


def _build_all(engine: Engine) -> None:
    with ThreadPoolExecutor() as pool:
        for build in (pool.submit(make_bases, engine, *SERVERS), pool.submit(build_images, engine)):
            build.result()


def _timed(what: str, make: Callable[[], None]) -> None:
    began = time.monotonic()
    make()
    sys.stdout.write(f"{what}: {time.monotonic() - began:.0f} s\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
