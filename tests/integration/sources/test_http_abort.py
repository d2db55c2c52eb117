from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest

from ohdio_core.errors import TransientError
from ohdio_core.sources.http import Abort, HttpClientFactory, StreamClosed
from tests.fixtures.effort import Pace
from tests.integration.sources.http_client import (
    PRIVATE,
    client,
    cut_after,
    overriding,
    silent_until,
)
from tests.integration.sources.origin import Origin


class TestStreams:
    def test_a_medium_is_asked_for_as_it_is_and_read_however_it_comes(self, origin: Origin) -> None:
        body = b"sound, unpacked"
        headers = {"Content-Encoding": "gzip", "Content-Range": "bytes 0-9/99"}
        origin.answer("/m", gzip.compress(body), status=206, headers=headers)
        with (
            client(overriding(origin)) as http,
            http.stream("https://books.example/m", headers={"Range": "bytes=0-9"}) as response,
        ):
            assert (response.status, response.headers["content-range"]) == (206, "bytes 0-9/99")
            assert b"".join(response.iter_bytes(7)) == body
        assert origin.requests[0].headers["accept-encoding"] == "identity"
        assert origin.requests[0].headers["range"] == "bytes=0-9"

    def test_its_pieces_are_no_larger_than_asked(self, origin: Origin) -> None:
        origin.answer("/m", bytes(100_000))
        with client(overriding(origin)) as http, http.stream("https://books.example/m") as response:
            sizes = [len(piece) for piece in response.iter_bytes(1000)]
        assert max(sizes) <= 1000
        assert sum(sizes) == 100_000

    def test_its_status_is_the_callers_to_judge(self, origin: Origin) -> None:
        with client(overriding(origin)) as http, http.stream("https://books.example/nowhere") as response:
            assert response.status == 404

    def test_a_cut_medium_is_an_error(self, origin: Origin) -> None:
        origin.answers["/m"] = cut_after(b"half", claimed=8)
        with client(overriding(origin)) as http, http.stream("https://books.example/m") as response:
            pieces = response.iter_bytes()
            assert next(pieces) == b"half"
            with pytest.raises(TransientError, match="before the end"):
                next(pieces)

    @pytest.mark.parametrize("has_length", [True, False])
    def test_closing_it_ends_a_blocked_read_at_once(self, origin: Origin, has_length: bool) -> None:
        over = threading.Event()
        origin.answers["/m"] = stall_after(b"begin", over, has_length=has_length)
        with client(overriding(origin)) as http, http.stream("https://books.example/m") as response:
            pieces = response.iter_bytes()
            assert next(pieces) == b"begin"
            begin = time.monotonic()
            threading.Timer(0.1, response.close).start()
            with pytest.raises(StreamClosed):
                next(pieces)
            assert time.monotonic() - begin < 30  # the site is silent for a minute
        over.set()


class TestAbort:
    def test_it_ends_a_wait_for_an_answer_at_once(self, origin: Origin) -> None:
        over = threading.Event()
        origin.answers["/"] = silent_until(over)
        abort = Abort()
        begin = time.monotonic()
        threading.Timer(0.1, abort.trigger).start()
        with client(overriding(origin), abort) as http, pytest.raises(StreamClosed):
            http.get("https://books.example/")
        assert time.monotonic() - begin < 30  # the same
        over.set()

    def test_it_ends_a_connection_attempt_at_once(self) -> None:
        # A full backlog: the kernel answers no further connection.
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen(0)
            waiting = [socket.socket() for _ in range(4)]
            for each in waiting:
                each.setblocking(False)
                each.connect_ex(listener.getsockname())
            abort = Abort()
            begin = time.monotonic()
            threading.Timer(0.1, abort.trigger).start()
            with Pace() as pace, client(PRIVATE, abort) as http, pytest.raises(StreamClosed):
                http.get(f"http://127.0.0.1:{listener.getsockname()[1]}/")
            assert time.monotonic() - begin < pace.stretched(5)  # an attempt takes ten
            for each in waiting:
                each.close()

    def test_it_refuses_what_comes_after(self, origin: Origin) -> None:
        abort = Abort()
        abort.trigger()
        with client(overriding(origin), abort) as http, pytest.raises(StreamClosed):
            http.get("https://books.example/")
        assert abort.is_triggered
        assert origin.requests == []

    def test_it_leaves_the_work_of_others_alone(self, origin: Origin) -> None:
        origin.answer("/", b"page")
        factory = HttpClientFactory(overriding(origin))
        abort = Abort()
        factory.site("mine", abort).get("https://books.example/")
        abort.trigger()
        assert factory.site("theirs").get("https://books.example/").body == b"page"
        factory.close()
        assert len({seen.client for seen in origin.requests}) == 1


def stall_after(body: bytes, over: threading.Event, *, has_length: bool) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        handler.send_response(200)
        if has_length:
            handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        handler.wfile.write(body)
        over.wait(60)

    return answer
