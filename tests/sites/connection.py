"""One HTTP/1.1 connection on a bare socket: requests in, exact byte counts out, and an eye on the peer.

A transport would buffer what it is given; here each ``send`` returns what the kernel took, so that the
witness counts what really left, and stops when the client does.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass

_CHUNK = 256 * 1024
_MAX_HEAD = 64 * 1024
_MAX_BODY = 64 * 1024 * 1024


class PeerClosed(Exception):
    """The client has closed the connection."""


class BadRequest(Exception):
    """What came is not a request that this server understands."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names are lower-case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """What follows the question mark."""
        return self.target.partition("?")[2]

    @property
    def host(self) -> str:
        """The Host header without its port."""
        return self.headers.get("host", "").partition(":")[0].lower()

    @property
    def wants_close(self) -> bool:
        """Return whether the client wants no further request on this connection."""
        return self.headers.get("connection", "").lower() == "close"


class Connection:
    """One accepted socket, used by one task."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # A large send buffer would swallow whole books, and nothing would ever be seen in flight.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _CHUNK)
        self._sock = sock
        self._loop = asyncio.get_running_loop()
        self._received = bytearray()

    async def read_request(self) -> Request:
        """Wait for the next request.

        Raises:
            PeerClosed: There will be none.
            BadRequest: It makes no sense.
        """
        while (end := self._received.find(b"\r\n\r\n")) < 0:
            if len(self._received) > _MAX_HEAD:
                raise BadRequest
            await self._receive()
        head = self._received[:end].decode("latin-1")
        del self._received[: end + 4]
        first, *lines = head.split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        try:
            method, target, _ = first.split(" ")
            length = int(headers.get("content-length", "0"))
        except ValueError as error:
            raise BadRequest from error
        if length > _MAX_BODY or "transfer-encoding" in headers:
            raise BadRequest
        while len(self._received) < length:
            await self._receive()
        body = bytes(self._received[:length])
        del self._received[:length]
        return Request(method, target, headers, body)

    async def send(self, data: bytes | memoryview, on_sent: Callable[[int], None] | None = None) -> None:
        """Hand all of it to the kernel; ``on_sent`` hears of each piece.

        Raises:
            PeerClosed: The client does not want the rest.
        """
        view = memoryview(data)
        while view:
            try:
                count = self._sock.send(view[:_CHUNK])
            except BlockingIOError:
                await self._writable()
                continue
            except OSError as error:
                raise PeerClosed from error
            view = view[count:]
            if on_sent is not None:
                on_sent(count)
            if view:
                await asyncio.sleep(0)

    async def pause(self, seconds: float) -> None:
        """Wait for some seconds.

        Raises:
            PeerClosed: The client left meanwhile.
        """
        done = self._loop.create_future()
        handle = self._loop.call_later(seconds, _resolve, done)
        try:
            await self.wait(done)
        finally:
            handle.cancel()

    async def wait(self, done: asyncio.Future[None]) -> None:
        """Wait for the future, or for the client to leave.

        Raises:
            PeerClosed: The client left first.
        """

        def look() -> None:
            if self.is_peer_gone():
                if not done.done():
                    done.set_exception(PeerClosed())
            else:
                # A further request waits to be read; it would wake us for ever.
                self._loop.remove_reader(self._sock)

        self._loop.add_reader(self._sock, look)
        try:
            await done
        finally:
            self._loop.remove_reader(self._sock)

    def is_peer_gone(self) -> bool:
        """Return whether the client has closed or reset the connection."""
        try:
            return not self._sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def close(self) -> None:
        """Close the socket."""
        self._sock.close()

    async def _receive(self) -> None:
        try:
            data = await self._loop.sock_recv(self._sock, _MAX_HEAD)
        except OSError as error:
            raise PeerClosed from error
        if not data:
            raise PeerClosed
        self._received += data

    async def _writable(self) -> None:
        ready = self._loop.create_future()
        self._loop.add_writer(self._sock, _resolve, ready)
        try:
            await ready
        finally:
            self._loop.remove_writer(self._sock)


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
