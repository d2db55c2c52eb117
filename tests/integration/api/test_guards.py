"""Who may ask, from where, and how much."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import text

from tests.fixtures.api import Api, serve
from tests.fixtures.workers import wait_until

PROTECTED = ["/api/v1/queue", "/api/v1/queue/stats", "/api/v1/events", "/api/v1/workers", "/metrics", "/api/v1/nothing"]


class TestToken:
    @pytest.mark.parametrize("path", PROTECTED)
    @pytest.mark.parametrize(
        "headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer"}]
    )
    def test_is_needed(self, guarded_api: Api, path: str, headers: dict[str, str]) -> None:
        answer = guarded_api.outside.get(path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "OHDIO_API_TOKEN" in answer.json()["detail"]

    @pytest.mark.parametrize("path", ["/healthz", "/readyz", "/login", "/docs", "/openapi.json"])
    def test_is_not_needed_where_nothing_is_told(self, guarded_api: Api, path: str) -> None:
        assert guarded_api.outside.get(path).status_code == 200

    @pytest.mark.parametrize(
        "path",
        [
            *("/api/v1/queue%0A", "/api/v1/queue%0D%0A", "/%0Aapi/v1/queue", "/api/v1/queue/", "//api/v1/queue"),
            *("/api//v1/queue", "/./api/v1/queue", "/healthz/../api/v1/queue", "/api%2Fv1%2Fqueue", "/%61pi/v1/queue"),
            *("/API/v1/queue", "/metrics%0A", "/metrics/", "//metrics", "/healthz%0A", "/healthz/", "/other"),
            *("/api/v1/queue%00", "/api/v1/queue;x", "/api/v1/queue%E2%80%A8", "/openapi.json%0A"),
        ],
    )
    def test_is_needed_however_a_path_is_written(self, guarded_api: Api, path: str) -> None:
        address = urlsplit(guarded_api.url)
        # Sent as it stands: clients tidy paths up.
        connection = HTTPConnection(str(address.hostname), address.port, timeout=20)
        connection.request("GET", path)
        assert connection.getresponse().status == 401
        connection.close()

    def test_lets_in(self, guarded_api: Api) -> None:
        assert guarded_api.http.get("/queue").status_code == 200

    @pytest.mark.parametrize(
        "path", ["/api/v1/audiobooks/1/audio", "/api/v1/audiobooks/1/cover", "/api/v1/events", "/"]
    )
    def test_in_an_address_is_none(self, guarded_api: Api, path: str) -> None:
        answer = guarded_api.outside.get(path, params={"token": "a-secret-of-the-test"})
        assert answer.status_code == 401

    def test_comes_before_everything_else(self, guarded_api: Api) -> None:
        answer = guarded_api.outside.post("/api/v1/submissions", content=b"{", headers={"Content-Type": "text/json"})
        assert answer.status_code == 401

    def test_may_hold_any_character(self, guarded_api: Api) -> None:
        headers = {b"Authorization": "Bearer é".encode()}
        assert httpx.get(f"{guarded_api.url}/metrics", headers=headers, trust_env=False, timeout=60).status_code == 401


class TestHostName:
    """A web site whose name was pointed at this machine (DNS rebinding) sends that name."""

    @pytest.mark.parametrize(
        "host", ["127.0.0.1:8000", "127.0.0.1", "localhost", "LOCALHOST:1", "localhost:8000", "[::1]", "[::1]:8000"]
    )
    def test_of_this_machine_is_served_without_a_token(self, api: Api, host: str) -> None:
        assert api.http.get("/queue", headers={"Host": host}).status_code == 200

    @pytest.mark.parametrize(
        "host",
        [
            *("evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", "192.168.1.5"),
            *("", "0.0.0.0", "::1", "[::1", "[evil.example]", "localhost:80:80", "localhost@evil.example", "127.1"),
        ],
    )
    @pytest.mark.parametrize("path", ["/api/v1/queue", "/metrics", "/"])
    def test_of_anybody_else_is_refused_without_a_token(self, api: Api, path: str, host: str) -> None:
        answer = api.outside.get(path, headers={"Host": host})
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"
        assert "set OHDIO_API_TOKEN" in answer.json()["detail"]

    def test_may_be_any_with_the_token(self, guarded_api: Api) -> None:
        assert guarded_api.http.get("/queue", headers={"Host": "books.example"}).status_code == 200

    @pytest.mark.parametrize(
        ("listening_on", "host", "status"),
        [
            ("192.168.1.5", "192.168.1.5:8000", 200),
            ("192.168.1.5", "localhost", 200),
            ("192.168.1.5", "192.168.1.6", 403),
            ("Books.Home", "books.home:8000", 200),
            ("fd00::5", "[fd00::5]:8000", 200),
            ("0.0.0.0", "localhost:8000", 200),
            ("0.0.0.0", "0.0.0.0:8000", 403),
            ("0.0.0.0", "192.168.1.5", 403),
            ("::", "[::]:8000", 403),
        ],
    )
    def test_may_be_the_one_that_was_chosen_to_listen_on(
        self, database_url: str, tmp_path: Path, listening_on: str, host: str, status: int
    ) -> None:
        with serve(database_url, tmp_path, host=listening_on) as api:
            assert api.http.get("/queue", headers={"Host": host}).status_code == status


class TestOtherSites:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": "http://[bad"},
        ],
    )
    def test_cannot_give_orders_through_a_browser(self, api: Api, headers: dict[str, str]) -> None:
        answer = api.http.post("/queue/pause", headers=headers)
        assert answer.status_code == 403
        assert "Another web site" in answer.json()["detail"]
        assert api.get("/queue/stats")["is_paused"] is False

    @pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}])
    def test_are_not_our_own_pages_and_programs(self, api: Api, headers: dict[str, str]) -> None:
        assert api.http.post("/queue/pause", headers=headers).status_code == 200

    def test_are_not_our_own_origin(self, api: Api) -> None:
        assert api.http.post("/queue/pause", headers={"Origin": api.url}).status_code == 200

    def test_may_not_read_either(self, api: Api) -> None:
        answer = api.http.get("/queue", headers={"Origin": "https://evil.example"})
        assert not [name for name in answer.headers if name.startswith("access-control-")]


class TestSize:
    def test_of_a_body_is_bounded(self, api: Api) -> None:
        answer = api.http.post("/submissions", json={"urls": ["x" * 1024 * 1024]})
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"

    def test_is_bounded_too_when_it_is_not_told(self, api: Api) -> None:
        answer = api.http.post("/submissions", content=iter([b"x" * 65536] * 17))
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"


class TestErrors:
    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "/nothing", 404),
            ("GET", "/queue/", 404),
            ("PUT", "/queue", 405),
            ("DELETE", "/queue/stats", 405),
            ("GET", "/queue/pause", 405),
        ],
    )
    def test_are_problems_with_a_sentence(self, api: Api, method: str, path: str, status: int) -> None:
        answer = api.http.request(method, path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["status"] == status
        assert problem["title"]
        assert problem["detail"].endswith(".")
        assert problem["message"]["id"] in {"request.nothing_there", "request.not_possible"}
        assert problem["message"]["values"]["path"] == f"/api/v1{path}"

    def test_of_two_who_change_the_same_items_say_so(self, api: Api) -> None:
        first, second = api.engine.items(2)
        lock = text("SELECT FROM queue_items WHERE id = :id FOR UPDATE")
        with ThreadPoolExecutor(1) as person, api.engine.database.unit_of_work() as work:
            # Of the two who wait for each other, the database turns away the one that looks first: not this one.
            work.execute(text("SET LOCAL deadlock_timeout = '1min'"))
            work.execute(lock, {"id": second})
            order = person.submit(api.http.post, "/queue/items/pause", json={"ids": [first, second]})
            waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            wait_until(lambda: api.engine.value(waits), 5, "the order waits")
            work.execute(lock, {"id": first})
            answer = order.result()
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "1"
        assert answer.json()["detail"] == "Somebody else is changing the same items; try again."

    def test_of_a_method_name_those_that_are_possible(self, api: Api) -> None:
        assert api.http.put("/queue").headers["allow"] == "GET"
