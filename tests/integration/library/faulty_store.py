"""A proxy in front of an object store, which does to some requests what servers and networks do."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from functools import partial
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

_SLOW_DOWN = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"


class Fault(Enum):
    """What happens to a request."""

    BUSY = "it is answered with 503 SlowDown"
    RESET = "its connection is reset"
    LOST = "it is carried out, and its answer is lost"
    CUT = "it is carried out, and its answer breaks off"
    LATE = "it is answered late"


class FaultyStore:
    """The proxy.

    Args:
        url: Of the store.
    """

    def __init__(self, url: str) -> None:
        self.behind = urlsplit(url).netloc
        self._lock = threading.Lock()
        self._faults: dict[str, tuple[Fault, int]] = {}
        self.asked: Counter[str] = Counter()  #: how often, by what was asked
        self.late_by = 0.0  #: seconds
        self.url = ""

    def do(self, fault: Fault, *operations: str, times: int = 1) -> None:
        """Do this to the next requests of some kinds."""
        with self._lock:
            self._faults |= dict.fromkeys(operations, (fault, times))

    def next_fault(self, operation: str) -> Fault | None:
        """Return what happens to a request."""
        with self._lock:
            self.asked[operation] += 1
            fault, left = self._faults.get(operation, (None, 0))
            if fault is not None:
                self._faults[operation] = (fault, left - 1)
            return fault if left > 0 else None

    @contextmanager
    def running(self) -> Iterator[FaultyStore]:
        """Serve during the block."""
        with _Server(("127.0.0.1", 0), partial(_Handler, self)) as server:
            self.url = f"http://127.0.0.1:{server.server_address[1]}"
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
            thread.start()
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()


class _Handler(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"

    def __init__(self, store: FaultyStore, *given: Any) -> None:
        self._store = store
        super().__init__(*given)

    def handle_any(self) -> None:
        """Answer a request."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self._store.next_fault(operation_of(self))
        if fault is Fault.RESET:
            self._reset()
        elif fault is Fault.BUSY:
            self._answer(503, {}, _SLOW_DOWN)
        else:
            self._pass_on(body, fault)

    def _pass_on(self, body: bytes, fault: Fault | None) -> None:
        connection = HTTPConnection(self._store.behind, timeout=30)
        connection.request(self.command, self.path, body, dict(self.headers.items()))
        said = connection.getresponse()
        data = said.read()
        headers = {name: value for name, value in said.getheaders() if name.lower() not in _OURS}
        connection.close()
        if self.command == "HEAD":
            headers["Content-Length"] = said.getheader("Content-Length") or "0"
        if fault is Fault.LATE:
            time.sleep(self._store.late_by)
        if fault is Fault.LOST:
            self._reset()
        else:
            self._answer(said.status, headers, data, is_cut=fault is Fault.CUT)

    def _answer(self, status: int, headers: dict[str, str], data: bytes, *, is_cut: bool = False) -> None:
        self.send_response_only(status)
        for name, value in ({"Content-Length": str(len(data))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if is_cut else data)
        self.close_connection = is_cut

    def _reset(self) -> None:
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def log_message(self, *_: object) -> None:
        """Write no log."""

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_any  # noqa: N815 # as the base class wants it


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Ignore connections that were reset."""

    def shutdown_request(self, request: Any) -> None:
        """Close a connection, which may be reset already."""
        request.close()


_OURS = frozenset({"connection", "content-length", "transfer-encoding", "date", "server", "keep-alive"})


def operation_of(request: BaseHTTPRequestHandler) -> str:
    """Return what a request asks for."""
    asked = parse_qs(urlsplit(request.path).query, keep_blank_values=True)
    is_copied = "x-amz-copy-source" in request.headers
    kinds = {
        "delete": request.command == "POST" and "delete" in asked,
        "begin": request.command == "POST" and "uploads" in asked,
        "complete": request.command == "POST" and "uploadId" in asked,
        "copy a piece": "partNumber" in asked and is_copied,
        "piece": "partNumber" in asked,
        "copy": is_copied,
        "mark": request.command == "PUT" and request.path.endswith((".ohdio.json", ".ohdio-library")),
        "write": request.command == "PUT",
        "stream": request.command == "GET" and "Range" in request.headers,
        "list": "list-type" in asked,
    }
    return next((kind for kind, is_it in kinds.items() if is_it), request.command)
