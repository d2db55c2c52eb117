"""Behind nginx, as docs/operations.md has it."""

from __future__ import annotations

import re
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from devservers.ports import free_ports
from ohdio_api.first_visit import first_code
from tests.fixtures.api import Api, EventReader, serve
from tests.fixtures.engine import Engine
from tests.fixtures.nginx import USER, nginx_running

DOCS = Path(__file__).parents[3] / "docs" / "operations.md"
TOKEN = "a-secret-of-the-test"
PASSWORD = "grand-duc des marais"
NAME = "ohdio.example"

_AROUND = """
daemon off;
{user}worker_processes 1;
pid {base}/nginx.pid;
error_log {base}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {base}/tmp; proxy_temp_path {base}/tmp; fastcgi_temp_path {base}/tmp;
    uwsgi_temp_path {base}/tmp; scgi_temp_path {base}/tmp;
    {server}
}}
"""


class Proxy:
    """An nginx in front of an API.

    Args:
        certificate: That of the name, which its clients trust.
    """

    def __init__(self, port: int, certificate: Path) -> None:
        self._url = f"https://127.0.0.1:{port}"
        self._trust = ssl.create_default_context(cafile=certificate)

    @contextmanager
    def client(self, of: str = "127.0.0.1", **headers: str) -> Iterator[httpx.Client]:
        """Yield a client that knows the proxy's name.

        Args:
            of: Its address.
        """
        transport = httpx.HTTPTransport(verify=self._trust, local_address=of)
        with httpx.Client(
            base_url=self._url, headers={"Host": NAME, **headers}, transport=transport, timeout=20
        ) as client:
            yield client


@contextmanager
def nginx_before(url: str, base: Path) -> Iterator[Proxy]:
    (port,) = free_ports(1)
    certificate, key = base / "certificate.pem", base / "key.pem"
    names = ("-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME},IP:127.0.0.1")
    kind = ("-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    made: list[str | Path] = ["openssl", "req", *kind, *names, "-out", certificate, "-keyout", key]
    subprocess.run(made, check=True, capture_output=True)
    (server,) = re.findall(r"```nginx\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    for theirs, ours in {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "/etc/ssl/ohdio.example.pem": str(certificate),
        "/etc/ssl/ohdio.example.key": str(key),
        "http://127.0.0.1:8000": url,
    }.items():
        assert server.count(theirs) == 1, theirs
        server = server.replace(theirs, ours)
    (base / "tmp").mkdir()
    (base / "nginx.conf").write_text(_AROUND.format(user=USER, base=base, server=server))
    with nginx_running(base, port):
        yield Proxy(port, certificate)


@pytest.fixture
def behind(engine: Engine, tmp_path: Path) -> Iterator[Api]:
    settings = {"OHDIO_TRUSTED_PROXIES": "127.0.0.1", "OHDIO_PUBLIC_URL": f"https://{NAME}"}
    with serve(engine.url, tmp_path, token=TOKEN, **settings) as api:
        yield api


@pytest.fixture
def proxy(behind: Api, tmp_path: Path) -> Iterator[Proxy]:
    (tmp_path / "nginx").mkdir()
    with nginx_before(behind.url, tmp_path / "nginx") as proxy:
        yield proxy


def set_first(browser: httpx.Client) -> httpx.Response:
    """Set the first password."""
    return browser.post("/login/first", data={"code": first_code(TOKEN), "name": "Odile", "password": PASSWORD})


def test_events_come_as_they_happen(proxy: Proxy, behind: Api) -> None:
    with (
        proxy.client(Authorization=f"Bearer {TOKEN}") as client,
        client.stream("GET", "/api/v1/events") as answer,
    ):
        events = EventReader(answer)
        assert events.next()[0] == "snapshot"
        behind.http.put("/queue/limit", json={"max_concurrent_downloads": 7})
        assert events.until("limit")["max_concurrent_downloads"] == 7


def test_people_sign_in_by_forms_and_have_cookies_for_tls_alone(proxy: Proxy) -> None:
    with proxy.client(Accept="text/html", Origin=f"https://{NAME}") as browser:
        answer = set_first(browser)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert "secure" in answer.headers["set-cookie"].lower()
        assert browser.get("/").status_code == 200
        foreign = browser.post("/login/end", headers={"Origin": "https://elsewhere.example"})
        assert foreign.status_code == 403


def test_nobody_is_whom_a_header_from_outside_names(proxy: Proxy) -> None:
    with proxy.client(**{"Remote-User": "camille"}) as client:
        assert client.get("/api/v1/queue").status_code == 401


def test_only_who_guesses_passwords_has_to_wait(proxy: Proxy) -> None:
    with proxy.client(of="127.0.0.3") as owner:
        assert set_first(owner).status_code == 303
    guess = {"name": "Odile", "password": "moyen-duc des marais"}
    with proxy.client(of="127.0.0.2", **{"X-Forwarded-For": "127.0.0.3"}) as stranger:
        assert [stranger.post("/login", data=guess).status_code for _ in range(6)] == [403] * 5 + [429]
    with proxy.client(of="127.0.0.3") as owner:
        assert owner.post("/login", data={"name": "Odile", "password": PASSWORD}).status_code == 303


def test_a_part_of_a_recording_is_a_part_of_it(proxy: Proxy, behind: Api) -> None:
    (item,) = behind.engine.items(1)
    book = behind.file_book(item, {"1.mp3": bytes(range(256)) * 4000})
    with proxy.client(Authorization=f"Bearer {TOKEN}") as client:
        answer = client.get(f"/api/v1/audiobooks/{book}/audio", headers={"Range": "bytes=256-511"})
        assert (answer.status_code, answer.content) == (206, bytes(range(256)))
