"""Who may ask, from where, and how much."""

from __future__ import annotations

import httpx
import pytest

from tests.fixtures.api import Api

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

    @pytest.mark.parametrize("path", ["/healthz", "/readyz", "/", "/docs", "/openapi.json"])
    def test_is_not_needed_where_nothing_is_told(self, guarded_api: Api, path: str) -> None:
        assert guarded_api.outside.get(path).status_code == 200

    def test_lets_in(self, guarded_api: Api) -> None:
        assert guarded_api.http.get("/queue").status_code == 200

    def test_may_be_in_the_address_of_media_alone(self, guarded_api: Api) -> None:
        token = {"token": "a-secret-of-the-test"}
        assert guarded_api.outside.get("/api/v1/audiobooks/1/audio", params=token).status_code == 404
        assert guarded_api.outside.get("/api/v1/audiobooks/1/cover", params=token).status_code == 404
        assert guarded_api.outside.get("/api/v1/audiobooks/1/audio", params={"token": "wrong"}).status_code == 401
        assert guarded_api.outside.get("/api/v1/audiobooks/1", params=token).status_code == 401
        with guarded_api.outside.stream("GET", "/api/v1/events", params=token) as answer:
            assert answer.status_code == 200

    def test_comes_before_everything_else(self, guarded_api: Api) -> None:
        answer = guarded_api.outside.post("/api/v1/submissions", content=b"{", headers={"Content-Type": "text/json"})
        assert answer.status_code == 401

    def test_may_hold_any_character(self, guarded_api: Api) -> None:
        headers = {b"Authorization": "Bearer é".encode()}
        assert httpx.get(f"{guarded_api.url}/metrics", headers=headers, trust_env=False).status_code == 401


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

    def test_of_a_method_name_those_that_are_possible(self, api: Api) -> None:
        assert api.http.put("/queue").headers["allow"] == "GET"
