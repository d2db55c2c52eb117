"""The ways in: each looks at one part of a request, and recognises who sent it."""

from __future__ import annotations

import hmac
from contextlib import suppress
from http import HTTPStatus
from typing import Protocol

from starlette.requests import HTTPConnection

from ohdio_api.accounts.known import KnownAccounts
from ohdio_api.authentication.caller import Caller, NotLetIn
from ohdio_api.problems import DATABASE_AWAY
from ohdio_api.proxies import TrustedProxies
from ohdio_core.domain.role import Role


class Way(Protocol):
    """One way in: it looks at a request's line and headers, never at its body."""

    async def caller(self, connection: HTTPConnection) -> Caller | None:
        """Return who a request is from; None where this way recognises nobody."""


class BearerToken:
    """The token of this installation, as ``Authorization: Bearer`` (RFC 6750 section 2.1)."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def caller(self, connection: HTTPConnection) -> Caller | None:
        """Return who has the token."""
        scheme, _, credentials = connection.headers.get("authorization", "").partition(" ")
        is_given = scheme.lower() == "bearer" and is_same(credentials.strip(), self._token)
        return Caller("token") if is_given else None


class TrustedProxy:
    """A proxy that has asked people who they are, and says so in a header (``Remote-User``)."""

    def __init__(self, proxies: TrustedProxies, known: KnownAccounts) -> None:
        self._proxies = proxies
        self._known = known

    async def caller(self, connection: HTTPConnection) -> Caller | None:
        """Return whom the proxy names: with the role of the account of that name, without one as a listener.

        While there is no account at all everybody is a manager.

        Raises:
            NotLetIn: Whether there are accounts cannot be known yet (503).
        """
        name = _utf8(connection.headers.get(self._proxies.header, "")).strip()
        if not name or not name.isprintable() or not self._proxies.is_one(connection):
            return None
        if not self._known.is_read:
            raise NotLetIn(HTTPStatus.SERVICE_UNAVAILABLE, DATABASE_AWAY, {"Retry-After": "2"})
        accounts = self._known.accounts.values()
        account = next((each for each in accounts if each.name.lower() == name.lower()), None)
        if account is not None:
            return Caller("proxy", account.role, account.name)
        return Caller("proxy", Role.LISTENER if accounts else Role.MANAGER, name)


def _utf8(header: str) -> str:
    """Return a header that a proxy has written in UTF-8; ASGI servers read headers as Latin-1."""
    with suppress(UnicodeError):
        return header.encode("latin-1").decode()
    return header


def is_same(given: str | None, secret: str) -> bool:
    """Compare in constant time, so that the answer's delay tells nothing of the secret."""
    return given is not None and hmac.compare_digest(given.encode(), secret.encode())
