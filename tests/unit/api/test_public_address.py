"""What is inside of a path sees of requests."""

from __future__ import annotations

import asyncio

import pytest
from starlette._utils import get_route_path
from starlette.types import Message, Receive, Scope, Send

from ohdio_api.public_address import BelowPath


def seen(path: str) -> Scope:
    """Return what an app below ``/ohdio`` sees of a request for a path."""
    scopes: list[Scope] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        scopes.append(scope)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    asyncio.run(BelowPath(app, "/ohdio")({"type": "http", "path": path, "root_path": ""}, receive, send))
    (scope,) = scopes
    return scope


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("/ohdio/settings", "/settings"),
        ("/settings", "/settings"),
        ("/ohdio", "/"),
        ("/ohdio/", "/"),
        ("/ohdio-more", "/ohdio-more"),
        ("/ohdio/ohdio/settings", "/settings"),
        ("/ohdio/ohdio/ohdio", "/"),
    ],
)
def test_it_is_left_out_whoever_leaves_it_out(path: str, inside: str) -> None:
    assert seen(path)["path"] == inside


@pytest.mark.parametrize("path", ["/ohdio/settings", "/ohdio/ohdio/settings", "/ohdio/ohdio/ohdio/api/v1/accounts"])
def test_who_may_see_what_is_decided_by_the_path_that_is_served(path: str) -> None:
    scope = seen(path)
    assert get_route_path(scope) == scope["path"]
