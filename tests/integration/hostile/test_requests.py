"""Requests that no page and no client of ours sends: refused in words, and nothing is changed."""

from __future__ import annotations

import gzip
import json
import re
import socket
from contextlib import ExitStack, suppress
from urllib.parse import urlsplit

import pytest
from fastapi.routing import APIRoute

from ohdio_api.web.routers import FIRST, OPEN, PROTECTED
from tests.fixtures.api import Api
from tests.fixtures.effort import patience
from tests.integration.hostile.unchanged import nothing_changed

BROWSER = {"Accept": "text/html", "Accept-Language": "en-CA,en;q=0.9"}
FORM = {**BROWSER, "Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
LINK = "https://librivox.org/the-lamp-by-ann-whitfield/"


def _send_raw(api: Api, request: bytes) -> socket.socket:
    address = urlsplit(api.url)
    connection = socket.create_connection((str(address.hostname), address.port), timeout=patience(10))
    with suppress(OSError):  # what is refused early is not read to its end
        connection.sendall(request)
    return connection


def _status(api: Api, request: str | bytes) -> int:
    """Send a request as it stands; return the status of its answer."""
    with _send_raw(api, request if isinstance(request, bytes) else request.encode()) as connection:
        return int(connection.recv(64).split(b" ")[1])


LINKS = {
    "a script": "javascript:alert(1)",
    "a script in disguise": "JaVaScRiPt:alert(1)//https://librivox.org/one/",
    "a page of its own": "data:text/html,<script>alert(1)</script>",
    "a file of this machine": "file:///etc/passwd",
    "an object of a browser": "blob:https://librivox.org/1",
    "another protocol": "gopher://librivox.org:70/1",
    "no host": "https://",
    "a host that is none": "https://[::1/",
    "a port that is none": "https://librivox.org:99999/one/",
    "a dot": "https://./",
    "a name and no host": "https://librivox.org:443@",
    "NUL": "https://librivox.org/\0/",
    "half a character": "https://librivox.org/\ud800/",
}


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_links_that_nobody_can_follow_are_refused(api: Api, link: str) -> None:
    with nothing_changed(api):
        answer = api.http.post("/submissions", content=json.dumps({"urls": [link]}), headers=JSON)
        assert (answer.status_code, answer.json()["results"][0]["state"]) == (422, "refused")
        form = {"url": link.encode(errors="replace"), "back": "/"}
        page = api.outside.post("/add", data=form, headers=BROWSER, follow_redirects=True)
        assert page.status_code == 200
        assert 'data-kind="refused"' in page.text


@pytest.mark.parametrize(
    "method", ["TRACE", "CONNECT", "PROPFIND", "PATCH", "PUT", "DELETE", "POST", "get", "X-HTTP", "<b>"]
)
def test_methods_that_a_page_has_not_are_refused(api: Api, method: str) -> None:
    with nothing_changed(api):
        head = f"{method} /?_method=POST HTTP/1.1\r\nHost: localhost\r\nX-HTTP-Method-Override: POST\r\n"
        assert _status(api, f"{head}Content-Length: 0\r\n\r\n") in {400, 405}


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "text/plain",
        "text/html",
        "application/xml",
        "multipart/form-data",
        "",
        "x",
        "a/" + "b" * 5000,
    ],
    ids=["JSON", "text", "HTML", "XML", "a form without its boundary", "none", "a word", "a very long one"],
)
def test_other_kinds_of_bodies_than_forms_order_nothing(api: Api, kind: str) -> None:
    with nothing_changed(api):
        for path, body in (("/queue/limit", b'{"limit": 7}'), ("/add", b'{"url": "https://librivox.org/one/"}')):
            answer = api.outside.post(path, content=body, headers={**BROWSER, "Content-Type": kind})
            assert answer.status_code in {303, 400}


BODIES = {
    "deep JSON": b"[" * 100_000,
    "deep JSON that ends": b'{"urls":' + b"[" * 90_000 + b"]" * 90_000 + b"}",
    "a number of thousands of digits": b'{"urls": [' + b"9" * 5000 + b"]}",
    "no number": b'{"urls": NaN}',
    "a name that comes twice": b'{"urls": ["https://librivox.org/one/"], "urls": []}',
    "no UTF-8": b'{"urls": ["\xff\xfe"]}',
    "half a character": b'{"urls": ["\\ud800"]}',
    "names of a script": b'{"__proto__": {"urls": []}, "constructor": 1}',
    "compressed": gzip.compress(b'{"urls": ["https://librivox.org/one/"]}'),
    "nothing": b"",
    "thousands of links": json.dumps({"urls": [LINK] * 10_000}).encode(),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_bodies_are_refused(api: Api, body: bytes) -> None:
    with nothing_changed(api):
        for path in ("/submissions", "/imports"):
            answer = api.http.post(path, content=body, headers=JSON)
            assert answer.status_code in {400, 422}
            assert answer.json()["detail"].endswith(".")


def _paths_of_forms() -> set[str]:
    """Return the path of everything that forms of our pages are sent to."""
    routes = (route for router in (*FIRST, *OPEN, *PROTECTED) for route in router.routes if isinstance(route, APIRoute))
    return {route.path for route in routes if "POST" in (route.methods or ())}


class TestForms:
    @pytest.mark.parametrize("path", ["/add", "/theme", "/queue/several"])
    def test_that_are_enormous_are_refused(self, api: Api, path: str) -> None:
        with nothing_changed(api):
            answer = api.outside.post(path, content=b"a=" + b"x" * 2**20, headers=FORM)
            assert answer.status_code == 413

    @pytest.mark.parametrize("path", ["/add", "/theme", "/queue/several"])
    def test_that_never_end_are_refused_once_they_are_large(self, api: Api, path: str) -> None:
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {FORM['Content-Type']}\r\n"
        chunks = b"10000\r\n" + b"a" * 2**16 + b"\r\n"
        with nothing_changed(api):
            assert _status(api, f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunks * 20) == 413

    @pytest.mark.parametrize("path", sorted(_paths_of_forms()))
    def test_of_other_sites_order_nothing(self, api: Api, path: str) -> None:
        (item,) = api.engine.titled("Sailing")
        path = path.replace("{item_id}", str(item)).replace("{audiobook_id}", str(api.book_of(item)))
        path = re.sub(r"\{\w+\}", "1", path)
        with nothing_changed(api):
            for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://127.0.0.1:1"}, {"Origin": "null"}):
                answer = api.outside.post(path, data={"url": LINK, "theme": "dark"}, headers={**BROWSER, **headers})
                assert answer.status_code == 403
                assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "header",
    [
        *(b"Content-Length: x", b"Content-Length: -1", "Content-Length: \u0663".encode()),
        *(b"Content-Length: 1\r\nContent-Length: 2", b"Transfer-Encoding: cow", b": 1", b"X Y : 1", b"X: a\0b"),
        *(b"X: " + b"a" * 200_000, b"Host: evil.example"),
    ],
    ids=["words", "below 0", "other digits", "two", "chunks", "nameless", "spaces", "NUL", "long", "two hosts"],
)
def test_headers_are_refused(api: Api, header: bytes) -> None:
    with nothing_changed(api):
        head = b"POST /queue/pause HTTP/1.1\r\nHost: localhost\r\n"
        assert _status(api, head + header + b"\r\n\r\n") == 400


@pytest.mark.parametrize(
    "path",
    [
        *("/assets/x/../../../../etc/passwd", "/assets/x/..%2f..%2fetc/passwd", "/assets/%2e%2e/%2e%2e/etc/passwd"),
        *("/assets/x//etc/passwd", "/assets/x/vendor/../pages.py", "/assets/x/shell/base.html", "//etc/passwd"),
        *("/covers/..%2f..%2fetc%2fpasswd", "/api/v1/audiobooks/..%2f1/cover", "/..%5c..%5cetc/passwd"),
        *("/%c0%ae%c0%ae/etc/passwd", "/etc/passwd%00.html", "/%252e%252e/etc/passwd", "/file:///etc/passwd", "*"),
    ],
)
def test_paths_lead_to_no_file(api: Api, path: str) -> None:
    assert _status(api, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n") == 404


class TestClientsThatDoNot:
    """Others are answered meanwhile."""

    @pytest.mark.parametrize(
        "request_line",
        ["GET /api/v1/events HTTP/1.1", "GET /api/v1/audiobooks/{book}/audio HTTP/1.1", "GET / HTTP/1.1"],
        ids=["events", "a file of 1 GiB", "pages"],
    )
    def test_read_their_answers(self, api: Api, request_line: str) -> None:
        (item,) = api.engine.titled("Sailing")
        book = api.file_book(item, {"01 - One.mp3": b"sound"})
        (file,) = api.library_dir.rglob("*.mp3")
        with file.open("r+b") as opened:
            opened.truncate(2**30)
        with ExitStack() as idle:
            for _ in range(50):
                head = f"{request_line.format(book=book)}\r\nHost: localhost\r\n\r\n"
                idle.enter_context(_send_raw(api, head.encode()))
            assert api.outside.get("/library", headers=BROWSER).status_code == 200
            assert api.http.post("/queue/pause").status_code == 200

    @pytest.mark.parametrize(
        "begun",
        [
            "GET / HT",
            "GET / HTTP/1.1\r\nHost: localhost\r\nX:",
            "POST /add HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nurl=",
        ],
        ids=["line", "headers", "body"],
    )
    def test_end_their_requests(self, api: Api, begun: str) -> None:
        with ExitStack() as idle:
            for _ in range(50):
                idle.enter_context(_send_raw(api, begun.encode()))
            assert api.outside.get("/library", headers=BROWSER).status_code == 200
            assert api.http.post("/queue/pause").status_code == 200
