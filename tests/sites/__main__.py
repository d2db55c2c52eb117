"""``python -m tests.sites``: the simulated sites as a process of their own.

Prints the port once it listens. With ``--until-stdin-ends`` it ends with the process that holds the
other end of its standard input, however that one ended.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import sys
from pathlib import Path

from tests.sites.audio import AudioFactory
from tests.sites.demo import CATALOGUE
from tests.sites.origin import Origin


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.sites", description="Simulated audiobook sites on 127.0.0.1."
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    parser.add_argument("--cache", type=Path, required=True, help="where encoded recordings are kept")
    parser.add_argument("--demo", action="store_true", help="offer the demonstration; nothing unless given")
    parser.add_argument("--until-stdin-ends", action="store_true", help="stop when standard input ends")
    arguments = parser.parse_args()
    origin = Origin(AudioFactory(arguments.cache))
    if arguments.demo:
        origin.offer(CATALOGUE)
    with socket.create_server((arguments.host, arguments.port), backlog=1024) as listener:
        print(listener.getsockname()[1], flush=True)
        asyncio.run(_serve(origin, listener, until_stdin_ends=arguments.until_stdin_ends))


async def _serve(origin: Origin, listener: socket.socket, *, until_stdin_ends: bool) -> None:
    serving = asyncio.ensure_future(origin.serve(listener))
    if until_stdin_ends:
        asyncio.get_running_loop().add_reader(sys.stdin, serving.cancel)
    try:
        await serving
    except asyncio.CancelledError:
        return


if __name__ == "__main__":
    main()
