"""The client of the API, against a server that answers when it is let."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from ohdio_client.api import transport
from ohdio_client.api.client import Client
from ohdio_client.api.errors import ApiError, ApiUnreachable
from ohdio_core.schemas.submissions import Wishes
from tests.fixtures.views import scan_view

_AT_MOST = 20.0  # seconds until a test that goes wrong ends


class _Held(ThreadingHTTPServer):
    """Answers nothing before ``is_let``."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.is_asked = threading.Event()
        self.is_let = threading.Event()
        self.answer = json.dumps({"items": [], "results": []})


class _Answers(BaseHTTPRequestHandler):
    server: _Held

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.is_asked.set()
        self.server.is_let.wait(_AT_MOST)
        body = self.server.answer.encode()
        with suppress(ConnectionError):  # who did not wait has gone
            self.send_response(401 if self.path == "/api/v1/queue/stats" else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def server() -> Iterator[_Held]:
    with _Held() as held:
        thread = threading.Thread(target=held.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield held
        held.is_let.set()
        held.shutdown()
        thread.join()


@pytest.fixture
def client(server: _Held) -> Iterator[Client]:
    with Client(f"http://127.0.0.1:{server.server_port}") as client:
        yield client


@pytest.fixture
def impatient(server: _Held, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A client that waits for most answers only as long as a test may."""
    monkeypatch.setattr(transport, "_TIMEOUT", httpx.Timeout(0.2, connect=5.0))
    with Client(f"http://127.0.0.1:{server.server_port}") as client:
        yield client


def answer_that_comes_late(server: _Held, client: Client, ask: Callable[[], Any]) -> Any:
    """Ask, and let the server answer once the same client has given up on a question that it asked later."""
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask)
        assert server.is_asked.wait(_AT_MOST)
        with pytest.raises(ApiUnreachable):
            client.workers()
        server.is_let.set()
        return answer.result(_AT_MOST)


@pytest.mark.parametrize("is_meant", [True, False])
def test_a_repair_is_waited_for(server: _Held, impatient: Client, is_meant: bool) -> None:
    assert answer_that_comes_late(server, impatient, lambda: impatient.books.repairs(is_meant=is_meant)).items == []


@pytest.mark.parametrize("order", ["delete", "restore", "put back"])
def test_files_that_move_are_waited_for(server: _Held, impatient: Client, order: str) -> None:
    server.answer = json.dumps({"changed": 1})
    asks: dict[str, Callable[[], object]] = {
        "delete": lambda: impatient.books.delete(1),
        "restore": lambda: impatient.books.settle_trash("restore", [1]),
        "put back": lambda: impatient.books.restore_form(1),
    }
    assert answer_that_comes_late(server, impatient, asks[order]) in {None, 1}


def test_a_file_of_links_is_waited_for(server: _Held, impatient: Client) -> None:
    link = "https://stories.example/feed.xml"
    assert answer_that_comes_late(server, impatient, lambda: impatient.links.import_links(link, Wishes())) == []


def test_a_text_that_is_none_is_sent_all_the_same(server: _Held, client: Client) -> None:
    server.is_let.set()
    assert client.links.add(["\udcff"]) == []


@pytest.mark.parametrize(
    ("token", "said"),
    [("wrong", "does not know the token"), ("é", "does not know the token"), (None, "asks for a token")],
)
def test_a_missing_token_is_told_from_a_wrong_one(server: _Held, token: str | None, said: str) -> None:
    server.is_let.set()
    with Client(f"http://127.0.0.1:{server.server_port}", token) as client, pytest.raises(ApiError, match=said):
        client.queue.stats()


def test_what_a_newer_api_answers_besides_is_left_out(server: _Held, client: Client) -> None:
    server.is_let.set()
    answer = {**scan_view(found=7).model_dump(mode="json"), "filters": {"newest": 3, "colour": "blue"}, "mood": "good"}
    server.answer = json.dumps(answer)

    scan = client.scans.get(1)

    assert scan.found == 7
    assert scan.filters is not None
    assert scan.filters.newest == 3


def test_an_answer_that_lacks_something_is_told_from_one_of_a_stranger(server: _Held, client: Client) -> None:
    server.is_let.set()
    with pytest.raises(ApiUnreachable, match="is no ohdio of this version"):
        client.scans.get(1)
    server.answer = "<html>It works!</html>"
    with pytest.raises(ApiUnreachable, match="is not ohdio"):
        client.scans.get(1)


def test_control_characters_of_answers_are_written_out(server: _Held, client: Client) -> None:
    server.is_let.set()
    server.answer = scan_view(title="Contes\x1b[2J").model_dump_json()
    assert "\x1b" not in (client.scans.get(1).title or "")
