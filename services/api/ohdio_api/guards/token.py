"""The one token of an installation."""

from __future__ import annotations

import hmac
import re
from http import HTTPStatus

from starlette.datastructures import Headers, QueryParams
from starlette.types import ASGIApp, Receive, Scope, Send

from ohdio_api.problems import problem_response

#: Exactly these tell nothing of what is collected; whatever else there is, or will be, is protected.
_OPEN = frozenset({"/", "/docs", "/openapi.json", "/healthz", "/readyz"})
#: What browsers fetch by themselves (players, pictures, event streams), without headers of ours.
_FETCHED_BY_ELEMENTS = re.compile(r"/api/v1/(events|audiobooks/\d+/(audio|cover))")


class RequireToken:
    """Lets through only who has the token: as ``Authorization: Bearer``, or ``?token=`` for media and events.

    Args:
        token: None lets everybody through.
    """

    def __init__(self, app: ASGIApp, token: str | None) -> None:
        self.app = app
        self.token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 401."""
        if scope["type"] == "http" and self.token is not None and scope["path"] not in _OPEN:
            given = _given(scope)
            # In constant time, so that the answer's delay tells nothing of the token.
            if given is None or not hmac.compare_digest(given.encode(), self.token.encode()):
                answer = problem_response(
                    HTTPStatus.UNAUTHORIZED,
                    "This needs the token (OHDIO_API_TOKEN), sent as Authorization: Bearer <token>.",
                    headers={"WWW-Authenticate": "Bearer"},
                )
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _given(scope: Scope) -> str | None:
    scheme, _, credentials = Headers(scope=scope).get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if _FETCHED_BY_ELEMENTS.fullmatch(scope["path"]):
        return QueryParams(scope["query_string"]).get("token")
    return None
