"""Without a token, whoever asks must be on this machine, and mean it."""

from __future__ import annotations

import re
from http import HTTPStatus

from starlette.authentication import AuthCredentials, AuthenticationBackend
from starlette.requests import HTTPConnection

from ohdio_api.authentication.caller import Caller, NotLetIn
from ohdio_core.collection.acts import Actor, act_as
from ohdio_core.loopback import is_loopback
from ohdio_core.sentences import Sentence, sentence

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 # compared with what a person chose
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^:\[\]]+))(?::\d*)?", re.IGNORECASE)


class ThisMachineOnly(AuthenticationBackend):
    """Refuses requests from other machines, and those to a name that is neither a loopback one nor what we listen on.

    Where a request comes from is told by its connection alone; its Host header is the sender's to choose. A web site
    can let its own name lead here (DNS rebinding); browsers of this machine then take us for a part of it.

    Args:
        listening_on: The address or name that a person chose; every address, 0.0.0.0, names nobody.
    """

    def __init__(self, listening_on: str) -> None:
        self.names = _LOOPBACK | ({listening_on.lower()} - _EVERYWHERE)

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, Caller]:
        """Return that a request is from this machine.

        Raises:
            NotLetIn: It is not (403).
        """
        if (reason := self._refusal(conn)) is not None:
            raise NotLetIn(HTTPStatus.FORBIDDEN, reason)
        caller = Caller("this machine")
        act_as(Actor(caller.name, caller.way))
        return AuthCredentials(), caller

    def _refusal(self, connection: HTTPConnection) -> Sentence | None:
        """Return why a request is refused; None where it is not."""
        peer = connection.client
        if peer is not None and not is_loopback(peer.host):
            return sentence(
                "token.other_machine",
                "Without a token this answers its own machine alone; set OHDIO_API_TOKEN to reach it from another.",
            )
        if _name(connection.headers.get("host", "")) not in self.names:
            return sentence(
                "token.other_name",
                "Without a token this answers only under the names of its own machine, such as localhost; "
                "set OHDIO_API_TOKEN to reach it under another.",
            )
        return None


def _name(host: str) -> str | None:
    """Return the name or address in a Host header, without its port; None when it is not one."""
    parts = _HOST.fullmatch(host)
    return None if parts is None else (parts[1] or parts[2]).lower()
