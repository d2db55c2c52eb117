"""A small HTTP server that does wrong exactly what a test asks for, and counts what it sent."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle

from tests.fixtures.effort import patience


@dataclass(frozen=True, slots=True)
class Serving:
    """How one request for a file is answered."""

    data: bytes = b""
    status: int = 200
    content_type: str = "audio/mpeg"
    etag: str | None = '"one"'
    last_modified: str | None = None
    has_ranges: bool = True
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None  #: bytes of the body, then the connection is reset
    is_silent_after: int | None = None  #: bytes of the body, then nothing, until the client goes
    drip: float | None = None  #: seconds between pieces
    piece: int = 1  #: bytes of a piece of a drip
    is_endless: bool = False  #: the body comes again and again, until the client goes
    range_shift: int = 0  #: how far Content-Range lies
    is_416: bool = False  #: any range is refused
    has_length: bool = True
    extra: bytes = b""  #: sent after the announced body
    gate: threading.Event | None = None  #: nothing is answered before it is set

    def but(self, **changes: object) -> Serving:
        return replace(self, **changes)  # type: ignore[arg-type]  # the fields above, by name


@dataclass(slots=True)
class Seen:
    """A request that came."""

    path: str
    range: str | None
    if_range: str | None
    written: int = 0  #: bytes of the body, so far
    is_answered: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Note that the answer has ended when the block does."""
        try:
            yield
        finally:
            self.is_answered.set()

    @property
    def sent(self) -> int:
        """Return the bytes of the body, once the answer has ended: who reads it may be done before they are counted."""
        assert self.is_answered.wait(patience(5))
        return self.written


class FaultyOrigin:
    """Answers the n-th request for a path with its n-th serving; the last one is repeated."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.is_over = threading.Event()
        self._plans: dict[str, list[Serving]] = {}
        self._server = _Server(("127.0.0.1", 0), self._handler())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def serve(self, path: str, *servings: Serving) -> str:
        """Set what a path answers from now on; gives its URL."""
        self._plans[path] = list(servings)
        return self.url + path

    def serving(self, path: str) -> Serving:
        """What the next request for a path gets."""
        return self._plans[path][0]

    def sent(self) -> int:
        """All bytes of all bodies."""
        return sum(seen.sent for seen in self.seen)

    def requests(self, path: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.path == path]

    @contextmanager
    def running(self) -> Iterator[FaultyOrigin]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.is_over.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def _next(self, path: str) -> Serving:
        plan = self._plans.get(path)
        if plan is None:
            return Serving(status=404)
        return plan.pop(0) if len(plan) > 1 else plan[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        origin = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                seen = Seen(path, self.headers["Range"], self.headers["If-Range"])
                origin.seen.append(seen)
                serving = origin._next(path)
                if serving.gate is not None:
                    serving.gate.wait()
                with suppress(OSError), seen.answering():  # the client may go at any time: that is what is tested
                    _answer(self, serving, seen, origin.is_over)

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                """Stay silent."""

        return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False


def _answer(handler: BaseHTTPRequestHandler, serving: Serving, seen: Seen, is_over: threading.Event) -> None:
    start, body, status = 0, serving.data, serving.status
    wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", seen.range or "")
    is_current = seen.if_range in {None, serving.etag, serving.last_modified}
    if wanted and serving.has_ranges and is_current and status == 200:
        start = int(wanted[1])
        end = int(wanted[2]) + 1 if wanted[2] else len(body)
        status, body = (206, body[start:end]) if start < len(body) and not serving.is_416 else (416, b"")
    handler.send_response(status)
    if status == 206:
        first = start + serving.range_shift
        handler.send_header("Content-Range", f"bytes {first}-{first + len(body) - 1}/{len(serving.data)}")
    if status == 416:
        handler.send_header("Content-Range", f"bytes */{len(serving.data)}")
    handler.send_header("Content-Type", serving.content_type)
    if serving.etag:
        handler.send_header("ETag", serving.etag)
    if serving.last_modified:
        handler.send_header("Last-Modified", serving.last_modified)
    if serving.has_length:
        handler.send_header("Content-Length", str(len(body)))
    else:
        handler.send_header("Connection", "close")
        handler.close_connection = True
    for name, value in serving.headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    _send_body(handler, serving, body, seen, is_over)


def _send_body(
    handler: BaseHTTPRequestHandler, serving: Serving, body: bytes, seen: Seen, is_over: threading.Event
) -> None:
    limit = len(body)
    if serving.cut_after is not None:
        limit = serving.cut_after
    if serving.is_silent_after is not None:
        limit = serving.is_silent_after
    step = serving.piece if serving.drip else 16 * 1024
    positions = range(0, min(limit, len(body)), step)
    for position in cycle(positions) if serving.is_endless else positions:
        if is_over.is_set():
            return
        piece = body[position : min(position + step, limit)]
        handler.wfile.write(piece)
        seen.written += len(piece)
        if serving.drip:
            is_over.wait(serving.drip)
    handler.wfile.write(serving.extra)
    if serving.is_silent_after is not None:
        handler.connection.recv(1)
    if serving.cut_after is not None or serving.is_silent_after is not None:
        handler.close_connection = True
        handler.connection.shutdown(socket.SHUT_RDWR)
