"""The origin: one single-threaded server for all simulated hosts, told apart by their Host header.

It answers right unless a fault is armed, as fast as the client reads unless a rate is set, and shows
its witness everything. Control requests (``/_sim/…``) are neither counted nor spoiled.
"""

from __future__ import annotations

import asyncio
import contextlib
import http
import socket
import time

from tests.sites.answers import Answer, content
from tests.sites.audio import AudioFactory
from tests.sites.catalogue import Catalogue
from tests.sites.connection import BadRequest, Connection, PeerClosed, Request
from tests.sites.control import PREFIX, control
from tests.sites.faults import ArmedFaults, RequestKind
from tests.sites.gate import Gate
from tests.sites.site import Route, Site
from tests.sites.spoil import spoiled
from tests.sites.witness import Exchange, Witness

_PIECE = 256 * 1024
#: A limited rate is kept by sending this many seconds' worth at a time.
_TURN = 0.04


class Origin:
    """All simulated sites behind one listening socket."""

    def __init__(self, factory: AudioFactory) -> None:
        self._factory = factory
        self._tasks: set[asyncio.Task[None]] = set()
        self.gate = Gate()
        self.faults = ArmedFaults()
        self.offer(Catalogue())

    def offer(self, catalogue: Catalogue) -> None:
        """Offer another catalogue from now on, and reset everything else."""
        self.site = Site(catalogue, self._factory)
        self.reset()

    def reset(self) -> None:
        """Start anew: a fresh witness, nothing held, the catalogue's own rate and its books' own faults."""
        self.witness = Witness()
        self.rate = self.site.catalogue.rate  #: bytes a second of each media answer
        self.gate.release(None)
        self.faults.clear()
        for book in self.site.catalogue.books:
            for fault in book.faults:
                self.faults.arm(book.id, fault)

    async def serve(self, listener: socket.socket) -> None:
        """Accept connections until cancelled."""
        loop = asyncio.get_running_loop()
        listener.setblocking(False)
        while True:
            sock, _ = await loop.sock_accept(listener)
            task = asyncio.create_task(self._talk(Connection(sock)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _talk(self, connection: Connection) -> None:
        with contextlib.closing(connection), contextlib.suppress(PeerClosed):
            is_open = True
            while is_open:
                try:
                    request = await connection.read_request()
                except BadRequest:
                    await _send_head(connection, content(b"bad request\n", "text/plain", status=400))
                    return
                is_open = await self._reply(connection, request) and not request.wants_close

    async def _reply(self, connection: Connection, request: Request) -> bool:
        """Answer one request; say whether the connection is still good."""
        if request.path.startswith(PREFIX):
            answer = control(self, request)
            await _send_head(connection, answer)
            await connection.send(answer.body)
            return True
        route = self.site.route(request)
        witness = self.witness
        exchange = witness.begin(
            method=request.method,
            host=request.host,
            target=request.target,
            kind=route.kind,
            book=route.book.id if route.book else None,
            part=route.part,
            range_header=request.headers.get("range"),
            user_agent=request.headers.get("user-agent"),
            is_peer_gone=connection.is_peer_gone,
        )
        is_complete = False
        try:
            answer = self._answer(route, request)
            exchange.status = None if answer.is_silent else answer.status
            is_complete = await self._deliver(connection, request, answer, exchange, witness)
        finally:
            witness.end(exchange, is_complete=is_complete)
        return is_complete

    def _answer(self, route: Route, request: Request) -> Answer:
        book = route.book.id if route.book else None
        fault = self.faults.take(route.kind, book, request.target, is_ranged="range" in request.headers)
        return spoiled(fault, route, request, self.site) if fault else route.answer()

    async def _deliver(
        self, connection: Connection, request: Request, answer: Answer, exchange: Exchange, witness: Witness
    ) -> bool:
        """Send the answer at its pace; say whether all of it went out."""
        if answer.is_silent:
            await connection.wait(asyncio.get_running_loop().create_future())
        await _send_head(connection, answer)
        if request.method == "HEAD":
            return True
        body = memoryview(answer.body)
        end = len(body) if answer.cut_after is None else min(answer.cut_after, len(body))
        held_book = exchange.book if exchange.kind is RequestKind.MEDIA else None
        position = 0
        due = time.monotonic()
        while position < end:
            stop = min(position + _PIECE, end)
            if held_book is not None and self.gate.is_holding(held_book):
                if position >= self.gate.after_bytes:
                    await connection.wait(self.gate.next_release())
                    due = time.monotonic()
                    continue
                stop = min(stop, self.gate.after_bytes)
            rate = answer.rate or (self.rate if exchange.kind is RequestKind.MEDIA else None)
            if rate:
                stop = min(stop, position + max(1, int(rate * _TURN)))
            await connection.send(body[position:stop], lambda count: witness.sent(exchange, count))
            if rate and stop < end:
                due += (stop - position) / rate
                await connection.pause(max(0.0, due - time.monotonic()))
            position = stop
        return end == len(body)


async def _send_head(connection: Connection, answer: Answer) -> None:
    phrase = http.HTTPStatus(answer.status).phrase
    lines = [f"HTTP/1.1 {answer.status} {phrase}", f"Content-Length: {len(answer.body)}"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    await connection.send(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
