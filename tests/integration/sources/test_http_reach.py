from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest

from ohdio_core.errors import PermanentError, TransientError
from ohdio_core.sources.http import ClientSettings, HttpClientFactory
from tests.integration.sources.http_client import (
    PRIVATE,
    RecordingPoliteness,
    client,
    overriding,
)
from tests.integration.sources.origin import Origin, send


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
        with (
            client(ClientSettings()) as http,
            pytest.raises(PermanentError, match="not on the public Internet") as seen,
        ):
            http.get(origin.url)
        assert origin.requests == []
        # Nobody reads the same address twice.
        assert str(seen.value).count("127.0.0.1") == 1

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
