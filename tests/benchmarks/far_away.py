"""A server that is far away: everything takes a while to come and to go."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from devservers.ports import free_ports


@contextmanager
def far_away(url: str, round_trip: float) -> Iterator[str]:
    """Yield an address at which everything of ``url`` is, ``round_trip`` seconds away."""
    (port,) = free_ports(1)
    target = urlsplit(url).port
    assert target is not None
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(_serve(port, target, round_trip / 2), loop).result(timeout=10)
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


async def _serve(port: int, target: int, delay: float) -> None:
    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2 * delay)  # a connection takes a round trip before anything is sent
        there, back = await asyncio.open_connection("127.0.0.1", target)
        await asyncio.gather(_carry(reader, back, delay), _carry(there, writer, delay))

    await asyncio.start_server(connect, "127.0.0.1", port)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
    """Write what is read, each piece after a while and in order; as much as comes is on its way at once."""
    loop = asyncio.get_running_loop()
    with suppress(OSError):
        while data := await reader.read(256 * 1024):
            loop.call_later(delay, writer.write, data)
    loop.call_later(delay, writer.close)
