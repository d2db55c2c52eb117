"""With a token: whoever one of the ways in recognises."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from starlette.authentication import AuthCredentials, AuthenticationBackend
from starlette.requests import HTTPConnection

from ohdio_api.authentication.caller import CHALLENGE, NEEDS_TOKEN, Caller, NotLetIn
from ohdio_api.authentication.ways import Way

#: Exactly these tell nothing of what is collected; whatever else there is, or will be, is protected.
_OPEN = frozenset({"/docs", "/openapi.json", "/healthz", "/readyz", "/login", "/theme", "/language"})
_OPEN_BELOW = "/assets/"


class KnownOnly(AuthenticationBackend):
    """Admits whoever a way recognises; the first that does decides.

    It sees a request before its body is read and its path is looked up, so that strangers learn of neither.
    """

    def __init__(self, ways: Sequence[Way]) -> None:
        self.ways = ways

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, Caller] | None:
        """Return who a request is from; None where that does not matter.

        Raises:
            NotLetIn: From nobody whom we know, to what is protected (401).
        """
        for way in self.ways:
            if (caller := way.caller(conn)) is not None:
                return AuthCredentials(), caller
        path = conn.scope["path"]
        if path in _OPEN or path.startswith(_OPEN_BELOW):
            return None
        raise NotLetIn(HTTPStatus.UNAUTHORIZED, NEEDS_TOKEN, CHALLENGE)
