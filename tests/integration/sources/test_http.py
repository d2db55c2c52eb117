"""The client against a real server on 127.0.0.1."""

from __future__ import annotations

import gzip
import socket
import threading
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from ohdio_core.errors import NotFound, PermanentError, Postponed, TransientError
from ohdio_core.sentences import legacy
from ohdio_core.sources.http import Abort, ClientSettings, HttpClientFactory, StreamClosed
from tests.integration.sources.http_client import (
    PRIVATE,
    RecordingPoliteness,
    client,
    cut_after,
    overriding,
    silent_until,
)
from tests.integration.sources.origin import Origin, send


class TestStatuses:
    def test_a_missing_page_is_not_found(self, origin: Origin) -> None:
        with (
            client(overriding(origin)) as http,
            pytest.raises(NotFound, match=r"books\.example answered 404 Not Found"),
        ):
            http.get("https://books.example/nowhere")

    def test_a_busy_site_is_closed_for_as_long_as_it_asks(self, origin: Origin) -> None:
        origin.answer("/", status=429, headers={"Retry-After": "7"})
        politeness = RecordingPoliteness()
        factory = HttpClientFactory(PRIVATE, politeness)
        with pytest.raises(TransientError) as caught:
            factory.site("books").get(f"{origin.url}/")
        factory.close()
        assert caught.value.retry_after == timedelta(seconds=7)
        assert politeness.turns == ["books"]
        [(key, duration, reason)] = politeness.closings
        assert (key, duration) == ("books", timedelta(seconds=7))
        assert "429" in reason

    def test_a_closed_site_is_not_asked(self, origin: Origin) -> None:
        politeness = RecordingPoliteness()
        politeness.closed.add("books")
        factory = HttpClientFactory(PRIVATE, politeness)
        with pytest.raises(Postponed):
            factory.site("books").get(f"{origin.url}/")
        factory.close()
        assert origin.requests == []

    def test_of_a_site_that_was_asked_before_are_waited_for_as_long_as_is_worth_it(self, origin: Origin) -> None:
        class Busy(RecordingPoliteness):
            """Has a turn for the first request, and for later ones a little after they ask."""

            def take_turn(self, key: str) -> None:
                super().take_turn(key)
                if len(self.turns) % 2 == 0:
                    raise Postponed(legacy(f"{key} is busy."), retry_after=timedelta(seconds=0.05))

        for path in ("/1", "/2", "/3"):
            origin.answer(path, b"a page")
        factory = HttpClientFactory(PRIVATE, Busy())
        patient = factory.site("books", patience=timedelta(seconds=30))
        assert [patient.get(f"{origin.url}{path}").status for path in ("/1", "/2", "/3")] == [200] * 3

        abort = Abort()
        ended = factory.site("books", abort, patience=timedelta(seconds=30))
        with pytest.raises(Postponed, match="busy"):
            ended.get(f"{origin.url}/1")  # the first one: its thread has something else to do
        ended.get(f"{origin.url}/1")
        abort.trigger()
        with pytest.raises(StreamClosed):
            ended.get(f"{origin.url}/2")
        factory.close()

    def test_media_are_not_paced(self, origin: Origin) -> None:
        origin.answer("/", b"sound")
        politeness = RecordingPoliteness()
        factory = HttpClientFactory(PRIVATE, politeness)
        with factory.site("books").stream(f"{origin.url}/") as response:
            assert b"".join(response.iter_bytes()) == b"sound"
        factory.close()
        assert politeness.turns == []


class TestBodies:
    def test_is_asked_for_by_a_name_that_can_be_set(self, origin: Origin) -> None:
        origin.answer("/", b"x")
        for settings in (overriding(origin), replace(overriding(origin), user_agent="Shelf/2")):
            with client(settings) as http:
                http.get("https://books.example/")
        assert [seen.headers["user-agent"] for seen in origin.requests] == [ClientSettings().user_agent, "Shelf/2"]
        assert ClientSettings().user_agent.startswith("ohdio")

    def test_a_compressed_page_is_read(self, origin: Origin) -> None:
        origin.answer("/", gzip.compress(b"words " * 1000), headers={"Content-Encoding": "gzip"})
        with client(overriding(origin)) as http:
            assert http.get("https://books.example/").body == b"words " * 1000
        assert origin.requests[0].headers["accept-encoding"] == "gzip"

    def test_a_decompression_bomb_is_stopped(self, origin: Origin) -> None:
        origin.answer("/", gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"})
        with client(overriding(origin)) as http, pytest.raises(PermanentError, match="more than 1 MiB"):
            http.get("https://books.example/", max_bytes=2**20)

    def test_a_page_that_says_it_is_too_large_is_not_read(self, origin: Origin) -> None:
        origin.answer("/", headers={"Content-Length": "1000"})
        with client(overriding(origin)) as http, pytest.raises(PermanentError, match="more than 999 bytes"):
            http.get("https://books.example/", max_bytes=999)

    def test_a_page_without_a_length_is_limited_too(self, origin: Origin) -> None:
        def endless(handler: BaseHTTPRequestHandler) -> None:
            handler.close_connection = True
            handler.send_response(200)
            handler.end_headers()
            handler.wfile.write(bytes(5000))

        origin.answers["/"] = endless
        with client(overriding(origin)) as http, pytest.raises(PermanentError, match="more than 999 bytes"):
            http.get("https://books.example/", max_bytes=999)

    def test_a_cut_page_may_be_tried_again(self, origin: Origin) -> None:
        origin.answers["/"] = cut_after(b"half", claimed=8)
        with client(overriding(origin)) as http, pytest.raises(TransientError, match="closed the connection"):
            http.get("https://books.example/")

    def test_a_dripping_page_does_not_hold_the_thread(self, origin: Origin) -> None:
        over = threading.Event()

        def drip(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Length", "1000000")
            handler.end_headers()
            while not over.wait(0.02):
                try:
                    handler.wfile.write(b"x")
                except OSError:
                    return

        origin.answers["/"] = drip
        settings = ClientSettings(
            host_overrides={"books.example": origin.url}, page_timeout=timedelta(milliseconds=200)
        )
        with client(settings) as http, pytest.raises(TransientError, match="too slowly"):
            http.get("https://books.example/")
        over.set()

    def test_a_silent_server_is_given_up(self, origin: Origin) -> None:
        over = threading.Event()
        origin.answers["/"] = silent_until(over)
        settings = ClientSettings(
            host_overrides={"books.example": origin.url}, read_timeout=timedelta(milliseconds=150)
        )
        with client(settings) as http, pytest.raises(TransientError, match="fell silent"):
            http.get("https://books.example/")
        over.set()


class TestConnections:
    def test_a_connection_is_used_again(self, origin: Origin) -> None:
        origin.answer("/", b"page")
        with client(overriding(origin)) as http:
            for _ in range(5):
                http.get("https://books.example/")
        assert len({seen.client for seen in origin.requests}) == 1

    def test_it_is_used_again_after_an_error_and_a_redirect(self, origin: Origin) -> None:
        origin.answer("/", b"page")
        origin.answer("/moved", b"elsewhere", status=302, headers={"Location": "/"})
        with client(overriding(origin)) as http:
            with pytest.raises(NotFound):
                http.get("https://books.example/nowhere")
            http.get("https://books.example/moved")
        assert len({seen.client for seen in origin.requests}) == 1

    def test_one_that_is_closed_just_as_it_is_used_again_costs_nothing(self, origin: Origin) -> None:
        def hang_up(handler: BaseHTTPRequestHandler) -> None:
            """Answer on a new connection, and close one that had been kept open without an answer."""
            if origin.requests[-1].client in [seen.client for seen in origin.requests[:-1]]:
                handler.close_connection = True
            else:
                send(handler, b"here")

        origin.answers["/"] = hang_up
        with client(overriding(origin)) as http:
            assert http.get("https://books.example/").body == b"here"
            assert http.get("https://books.example/").body == b"here"
            assert http.post_json("https://books.example/", {"a": 1}).body == b"here"
        assert [seen.body for seen in origin.requests] == [b"", b"", b"", b'{"a": 1}', b'{"a": 1}']

    def test_a_new_one_that_is_closed_without_an_answer_is_not_tried_again(self, origin: Origin) -> None:
        origin.answers["/"] = lambda handler: setattr(handler, "close_connection", True)
        with client(overriding(origin)) as http, pytest.raises(TransientError, match="closed the connection"):
            http.get("https://books.example/")
        assert len(origin.requests) == 1

    def test_nobody_listening_may_be_tried_again(self) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
            with client(PRIVATE) as http, pytest.raises(TransientError) as caught:
                http.get(f"http://127.0.0.1:{port}/")
        assert str(caught.value) == "127.0.0.1 could not be reached: connection refused."
        assert caught.value.sentence.as_json()["values"]["reason"]["id"] == "reason.connection_refused"

    def test_a_name_that_does_not_exist_may_be_tried_again(self) -> None:
        with client(ClientSettings()) as http, pytest.raises(TransientError, match=r"no-such-host\.invalid"):
            http.get("http://no-such-host.invalid/")

    def test_many_threads_share_one_client(self, origin: Origin) -> None:
        origin.answer("/", b"page" * 1000)
        bodies: list[bytes] = []
        with client(overriding(origin)) as http:

            def read() -> None:
                bodies.extend(http.get("https://books.example/").body for _ in range(20))

            threads = [threading.Thread(target=read) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert bodies == [b"page" * 1000] * 160
