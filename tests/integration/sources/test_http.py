"""The client against a real server on 127.0.0.1."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from ohdio_core.errors import NotFound, PermanentError, Postponed, TransientError
from ohdio_core.sentences import Sentence, legacy
from ohdio_core.sources.http import Abort, ClientSettings, HttpClientFactory, SiteClient, StreamClosed
from tests.integration.sources.origin import Origin, send


class RecordingPoliteness:
    """Notes what is asked of it; a key in ``closed`` gets no turn."""

    def __init__(self) -> None:
        self.turns: list[str] = []
        self.closings: list[tuple[str, timedelta, str]] = []
        self.closed: set[str] = set()

    def take_turn(self, key: str) -> None:
        if key in self.closed:
            raise Postponed(legacy(f"{key} is closed."))
        self.turns.append(key)

    def close(self, key: str, duration: timedelta, reason: Sentence) -> None:
        self.closings.append((key, duration, reason.text))


@contextmanager
def client(settings: ClientSettings, abort: Abort | None = None) -> Iterator[SiteClient]:
    factory = HttpClientFactory(settings)
    try:
        yield factory.site("test", abort)
    finally:
        factory.close()


def overriding(origin: Origin, *hosts: str) -> ClientSettings:
    return ClientSettings(host_overrides=dict.fromkeys(hosts or ("books.example",), origin.url))


PRIVATE = ClientSettings(allow_private_addresses=True, read_timeout=timedelta(seconds=5))


class TestOverrides:
    def test_a_request_goes_to_the_origin_with_its_own_host_and_path(self, origin: Origin) -> None:
        origin.answer("/a/b?c=d", b"page", headers={"X-Thing": "1"})
        with client(overriding(origin)) as http:
            response = http.get("https://Books.example/a/b?c=d#e")
        assert (response.status, response.body, response.headers["x-thing"]) == (200, b"page", "1")
        assert response.url == "https://Books.example/a/b?c=d#e"
        assert (origin.requests[0].host, origin.requests[0].path) == ("books.example", "/a/b?c=d")

    def test_a_port_in_the_link_stays_in_the_host_header(self, origin: Origin) -> None:
        origin.answer("/", b"page")
        with client(overriding(origin)) as http:
            http.get("https://books.example:8443")
        assert origin.requests[0].host == "books.example:8443"

    def test_a_redirect_to_an_overridden_host_is_sent_there_too(self, origin: Origin) -> None:
        origin.answer("/old", status=301, headers={"Location": "https://media.example/new"})
        origin.answer("/new", b"found")
        with client(overriding(origin, "books.example", "media.example")) as http:
            response = http.get("http://books.example/old")
        assert (response.url, response.body) == ("https://media.example/new", b"found")
        assert [seen.host for seen in origin.requests] == ["books.example", "media.example"]

    def test_an_overridden_host_is_not_paced(self, origin: Origin) -> None:
        origin.answer("/", status=503, headers={"Retry-After": "60"})
        politeness = RecordingPoliteness()
        factory = HttpClientFactory(overriding(origin), politeness)
        with pytest.raises(TransientError):
            factory.site("books").get("https://books.example/")
        factory.close()
        assert politeness.turns == []
        assert politeness.closings == []

    def test_is_overridden_tells_which_links_go_elsewhere(self, origin: Origin) -> None:
        with client(overriding(origin)) as http:
            assert http.is_overridden("https://books.example/x")
            assert not http.is_overridden("https://other.example/x")
            assert not http.is_overridden("not a link")


class TestPrivateAddresses:
    def test_a_link_to_the_machine_itself_is_refused(self, origin: Origin) -> None:
        with client(ClientSettings()) as http, pytest.raises(PermanentError, match="not on the public Internet"):
            http.get(origin.url)
        assert origin.requests == []

    def test_a_name_that_leads_there_is_refused(self, origin: Origin) -> None:
        with client(ClientSettings()) as http, pytest.raises(PermanentError, match="not on the public Internet"):
            http.get(f"http://localhost:{origin.port}/")
        assert origin.requests == []

    @pytest.mark.parametrize(
        "host",
        [
            *("2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.1", "0.0.0.0", "１２７.0.0.1"),
            *("127%2e0%2e0%2e1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::127.0.0.1]"),
            *("[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[::127.0.0.1]", "192.0.0.8"),
        ],
    )
    def test_another_spelling_of_it_is_refused(self, origin: Origin, host: str) -> None:
        with client(ClientSettings()) as http, pytest.raises(PermanentError, match="not on the public Internet"):
            http.get(f"http://{host}:{origin.port}/")
        assert origin.requests == []

    def test_a_redirect_into_the_network_is_refused(self, origin: Origin) -> None:
        origin.answer("/", status=302, headers={"Location": "http://169.254.169.254/latest/meta-data/"})
        with client(overriding(origin)) as http, pytest.raises(PermanentError, match=r"169\.254\.169\.254"):
            http.get("https://books.example/")

    def test_an_override_does_not_open_its_address_to_links(self, origin: Origin) -> None:
        origin.answer("/", b"page")
        with client(overriding(origin)) as http:
            http.get("https://books.example/")
            with pytest.raises(PermanentError, match="not on the public Internet"):
                http.get(f"{origin.url}/")
        assert len(origin.requests) == 1

    def test_media_are_checked_too(self, origin: Origin) -> None:
        with (
            client(ClientSettings()) as http,
            pytest.raises(PermanentError, match="not on the public Internet"),
            http.stream(origin.url),
        ):
            pass

    def test_the_operator_may_allow_them(self, origin: Origin) -> None:
        origin.answer("/", b"page")
        with client(PRIVATE) as http:
            assert http.get(f"{origin.url}/").body == b"page"


class TestRedirects:
    def test_a_circle_ends_where_it_closes(self, origin: Origin) -> None:
        origin.answer("/", status=302, headers={"Location": "/a"})
        origin.answer("/a", status=302, headers={"Location": "https://BOOKS.example:443/#top"})
        with client(overriding(origin)) as http, pytest.raises(PermanentError, match="in a circle"):
            http.get("https://books.example/")
        assert len(origin.requests) == 2

    def test_twenty_are_followed(self, origin: Origin) -> None:
        redirect_through(origin, 20)
        with client(overriding(origin)) as http:
            assert http.get("https://books.example/0").body == b"page"
            with http.stream("https://books.example/0") as response:
                assert b"".join(response.iter_bytes()) == b"page"

    def test_more_are_not_and_are_no_circle(self, origin: Origin) -> None:
        redirect_through(origin, 21)
        with client(overriding(origin)) as http, pytest.raises(PermanentError, match="more than 20 times") as caught:
            http.get("https://books.example/0")
        assert "circle" not in str(caught.value)
        assert len(origin.requests) == 21

    def test_a_cookie_opens_the_address_that_set_it(self, origin: Origin) -> None:
        origin.answers["/a"] = behind_a_cookie(b"page")
        with client(overriding(origin)) as http:
            assert http.get("https://books.example/a").body == b"page"
            with http.stream("https://books.example/a", headers={"Cookie": "own=1"}) as response:
                assert b"".join(response.iter_bytes()) == b"page"
        cookies = [seen.headers.get("cookie") for seen in origin.requests]
        assert cookies == [None, "visit=caf\u00e9", "own=1", "visit=caf\u00e9; own=1"]

    def test_a_cookie_of_one_host_stays_with_it(self, origin: Origin) -> None:
        origin.answer("/a", status=302, headers={"Location": "https://media.example/b", "Set-Cookie": "a=1; Path=/"})
        origin.answer("/b", status=302, headers={"Location": "https://books.example/c"})
        origin.answer("/c", b"page")
        with client(overriding(origin, "books.example", "media.example")) as http:
            http.get("https://books.example/a")
        assert [seen.headers.get("cookie") for seen in origin.requests] == [None, None, "a=1"]

    @pytest.mark.parametrize(
        ("location", "path"),
        [
            (b"/f/\xc9t\xe9.mp3", "/f/%C9t%E9.mp3"),
            ("/f/été à.mp3".encode(), "/f/%C3%A9t%C3%A9%20%C3%A0.mp3"),
            (b"f/%c9t%e9.mp3?a=\xe9", "/f/%c9t%e9.mp3?a=%E9"),
            ("https://straße.example/\xe9".encode(), "/%C3%A9"),
            ("https://straße.example/".encode() + b"\xe9", "/%E9"),
        ],
    )
    def test_the_bytes_of_an_address_stay_as_they_are(self, origin: Origin, location: bytes, path: str) -> None:
        def move(handler: BaseHTTPRequestHandler) -> None:
            handler.wfile.write(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n")

        origin.answers["/a"] = move
        origin.answer(path, b"page")
        with client(overriding(origin, "books.example", "xn--strae-oqa.example")) as http:
            assert http.get("https://books.example/a").body == b"page"
        assert origin.requests[1].path == path

    @pytest.mark.parametrize(
        "location", ["file:///etc/passwd", "ftp://books.example/", "https://[", "https://u:p@x.example/"]
    )
    def test_a_redirect_to_no_web_address_is_refused(self, origin: Origin, location: str) -> None:
        origin.answer("/", status=302, headers={"Location": location})
        with client(overriding(origin)) as http, pytest.raises(PermanentError):
            http.get("https://books.example/")

    def test_secrets_are_not_handed_to_another_host(self, origin: Origin) -> None:
        origin.answer("/a", status=302, headers={"Location": "https://media.example/b"})
        origin.answer("/b", b"page")
        with client(overriding(origin, "books.example", "media.example")) as http:
            http.get("https://books.example/a", headers={"Authorization": "Bearer x", "X-Kept": "1"})
        assert origin.requests[0].headers["authorization"] == "Bearer x"
        assert "authorization" not in origin.requests[1].headers
        assert origin.requests[1].headers["x-kept"] == "1"

    def test_a_post_becomes_a_get_where_the_answer_is_elsewhere(self, origin: Origin) -> None:
        origin.answer("/a", status=303, headers={"Location": "/b"})
        origin.answer("/b", b"page")
        with client(overriding(origin)) as http:
            http.post_json("https://books.example/a", {"q": 1})
        assert [(seen.method, seen.body) for seen in origin.requests] == [("POST", b'{"q": 1}'), ("GET", b"")]

    def test_a_post_stays_a_post_where_only_the_place_changed(self, origin: Origin) -> None:
        origin.answer("/a", status=308, headers={"Location": "/b"})
        origin.answer("/b", b"page")
        with client(overriding(origin)) as http:
            http.post_json("https://books.example/a", {"q": 1})
        assert [(seen.method, seen.body) for seen in origin.requests] == [("POST", b'{"q": 1}')] * 2
        assert origin.requests[1].headers["content-type"] == "application/json"


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

    def test_media_are_not_paced(self, origin: Origin) -> None:
        origin.answer("/", b"sound")
        politeness = RecordingPoliteness()
        factory = HttpClientFactory(PRIVATE, politeness)
        with factory.site("books").stream(f"{origin.url}/") as response:
            assert b"".join(response.iter_bytes()) == b"sound"
        factory.close()
        assert politeness.turns == []


class TestBodies:
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
            with client(PRIVATE, abort) as http, pytest.raises(StreamClosed):
                http.get(f"http://127.0.0.1:{listener.getsockname()[1]}/")
            assert time.monotonic() - begin < 5  # an attempt takes ten
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


def redirect_through(origin: Origin, times: int) -> None:
    """Answer ``/0`` with so many redirects, one to the next, and a page."""
    for number in range(times):
        origin.answer(f"/{number}", status=302, headers={"Location": f"/{number + 1}"})
    origin.answer(f"/{times}", b"page")


def behind_a_cookie(body: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answer with ``body`` who has a cookie, and send everybody else to fetch it at the same address."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if "visit=" in handler.headers.get("Cookie", ""):
            send(handler, body)
        else:
            send(handler, b"", 302, {"Location": handler.path, "Set-Cookie": "visit=caf\u00e9; Path=/; HttpOnly"})

    return answer


def cut_after(body: bytes, claimed: int) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        send(handler, body, headers={"Content-Length": str(claimed)})

    return answer


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


def silent_until(over: threading.Event) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(_: BaseHTTPRequestHandler) -> None:
        over.wait(60)

    return answer
