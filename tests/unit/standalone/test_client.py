"""The client of the API, against a server that takes its time."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from ohdio import client as client_module
from ohdio.client import ApiUnreachable, Client

_DELAY = 0.6  # seconds


class _Slow(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        time.sleep(_DELAY)
        body = json.dumps({"items": [], "results": []}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        with suppress(ConnectionError):  # who did not wait has gone
            self.end_headers()
            self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A client of a server that answers later than is waited for usually."""
    monkeypatch.setattr(client_module, "_TIMEOUT", httpx.Timeout(_DELAY / 3))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Slow)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        with Client(f"http://127.0.0.1:{server.server_port}") as client:
            yield client
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_most_answers_are_waited_for_shortly(slow: Client) -> None:
    with pytest.raises(ApiUnreachable):
        slow.get("queue")


@pytest.mark.parametrize("is_meant", [True, False])
def test_a_repair_is_waited_for(slow: Client, is_meant: bool) -> None:
    assert slow.repairs(is_meant=is_meant)["items"] == []


def test_a_file_of_links_is_waited_for(slow: Client) -> None:
    assert slow.import_links("https://stories.example/feed.xml", {}) == []
