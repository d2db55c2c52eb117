"""With a token: whoever one of the ways in recognises."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from starlette.authentication import AuthCredentials, AuthenticationBackend
from starlette.requests import HTTPConnection

from ohdio_api.authentication.caller import CHALLENGE, NEEDS_TOKEN, Caller, NotLetIn
from ohdio_api.authentication.permissions import may
from ohdio_api.authentication.ways import Way
from ohdio_core.collection.acts import Actor, act_as
from ohdio_core.sentences import sentence

#: Exactly these tell nothing of what is collected; whatever else there is, or will be, is protected.
_OPEN = frozenset(
    {"/docs", "/openapi.json", "/healthz", "/readyz", "/login", "/login/first", "/login/link", "/theme", "/language"}
)
#: Whoever asks for a listening feed shows by its address that they may.
_OPEN_BELOW = ("/assets/", "/podcast/")
_ONLY_MANAGERS = sentence(
    "role.listener", "Your account may read and hear, and change nothing here: ask a manager of this ohdio."
)


class KnownOnly(AuthenticationBackend):
    """Admits whoever a way recognises; the first that does decides.

    It sees a request before its body is read and its path is looked up, so that strangers learn of neither.
    """

    def __init__(self, ways: Sequence[Way]) -> None:
        self.ways = ways

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, Caller] | None:
        """Return who a request is from; None where that does not matter.

        Raises:
            NotLetIn: From nobody whom we know, to what is protected (401); from somebody who may not ask for it (403).
        """
        path = conn.scope["path"]
        is_open = path in _OPEN or path.startswith(_OPEN_BELOW)
        for way in self.ways:
            if (caller := await way.caller(conn)) is not None:
                if not is_open:
                    _require_role(caller, conn)
                act_as(Actor(caller.name, caller.way))
                return AuthCredentials(), caller
        if is_open:
            return None
        raise NotLetIn(HTTPStatus.UNAUTHORIZED, NEEDS_TOKEN, CHALLENGE)


def _require_role(caller: Caller, connection: HTTPConnection) -> None:
    if not may(caller.role, connection.scope["method"], connection.scope["path"]):
        raise NotLetIn(HTTPStatus.FORBIDDEN, _ONLY_MANAGERS)
