"""Who a request is from: asked once, answered in one place."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.requests import HTTPConnection

from ohdio_api import failures
from ohdio_api.authentication import Authentication, Caller, caller_of
from ohdio_api.authentication.known import KnownOnly
from ohdio_api.authentication.ways import BearerToken, Way

TOKEN = "a-secret-of-the-test"


class Cookie:
    """A way in that is not there yet."""

    async def caller(self, connection: HTTPConnection) -> Caller | None:
        return Caller("cookie") if connection.cookies.get("session") == "of-the-test" else None


@pytest.fixture
def app() -> FastAPI:
    """One route, which answers who asks."""
    app = FastAPI()
    failures.install(app)

    @app.get("/who")
    def who(caller: Annotated[Caller, Depends(caller_of)]) -> str:
        return caller.way

    return app


def ask(
    app: FastAPI,
    path: str = "/who",
    *,
    peer: str = "127.0.0.1",
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    """Send a request from an address."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(peer, 50_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000", timeout=60) as client:
            return await client.get(path, headers=headers)

    return asyncio.run(send())


@pytest.mark.parametrize(
    ("asking", "way"),
    [
        ({"headers": {"Authorization": f"Bearer {TOKEN}"}}, "token"),
        ({"headers": {"Authorization": f"bearer  {TOKEN} "}}, "token"),
        ({"headers": {"Cookie": "session=of-the-test"}}, "cookie"),
        ({"headers": {"Authorization": "Bearer wrong", "Cookie": "session=of-the-test"}}, "cookie"),
    ],
)
def test_each_way_in_answers_who_asks_and_no_route_knows_of_it(app: FastAPI, asking: dict[str, Any], way: str) -> None:
    ways: list[Way] = [BearerToken(TOKEN), Cookie()]
    app.add_middleware(AuthenticationMiddleware, backend=KnownOnly(ways))
    assert ask(app, **asking).json() == way


@pytest.mark.parametrize(
    ("peer", "status"),
    [("127.0.0.1", 200), ("::1", 200), ("::ffff:127.0.0.1", 200), ("192.0.2.7", 403), ("2001:db8::1", 403)],
)
def test_without_a_token_only_connections_from_this_machine_are_served_whatever_name_they_ask_for(
    app: FastAPI, peer: str, status: int
) -> None:
    Authentication(None, "0.0.0.0").install(app, failures.answer)
    answer = ask(app, peer=peer)
    assert answer.status_code == status
    assert status == 403 or answer.json() == "this machine"


def test_nobody_gets_to_a_route_although_nothing_asked_before(app: FastAPI) -> None:
    answer = ask(app)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "OHDIO_API_TOKEN" in answer.json()["detail"]
