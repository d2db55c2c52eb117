"""``/metrics`` and ``/healthz`` of a process that serves nothing else over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

from prometheus_client import CONTENT_TYPE_LATEST

_TEXT = "text/plain; charset=utf-8"
_PATIENCE = 10  # seconds for a request; a client that says nothing keeps no thread


class MetricsServer:
    """Answers in threads of its own.

    Args:
        port: 0 for any that is free.
        metrics: Returns what ``/metrics`` answers.
        is_healthy: Returns whether ``/healthz`` answers 200, or else 503.

    Raises:
        OSError: The address cannot be listened on.
    """

    def __init__(self, host: str, port: int, metrics: Callable[[], bytes], is_healthy: Callable[[], bool]) -> None:
        self._server = _MetricsHttpServer(host, port, metrics, is_healthy)
        self._thread = threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True)

    @property
    def port(self) -> int:
        """Return the port that it listens on."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def end(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()


class _MetricsHttpServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, host: str, port: int, metrics: Callable[[], bytes], is_healthy: Callable[[], bool]) -> None:
        super().__init__((host, port), _Handler)
        self.metrics = metrics
        self.is_healthy = is_healthy


class _Handler(BaseHTTPRequestHandler):
    timeout = _PATIENCE

    def do_GET(self) -> None:
        """Answer."""
        server = cast("_MetricsHttpServer", self.server)
        if self.path == "/metrics":
            self._answer(HTTPStatus.OK, CONTENT_TYPE_LATEST, server.metrics())
        elif self.path == "/healthz":
            is_healthy = server.is_healthy()
            status = HTTPStatus.OK if is_healthy else HTTPStatus.SERVICE_UNAVAILABLE
            self._answer(status, _TEXT, b"ok\n" if is_healthy else b"the database does not answer\n")
        else:
            self._answer(HTTPStatus.NOT_FOUND, _TEXT, b"only /metrics and /healthz\n")

    def _answer(self, status: HTTPStatus, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing: a scrape each few seconds is no event."""
