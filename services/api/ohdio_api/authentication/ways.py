"""The ways in: each looks at one part of a request, and recognises who sent it."""

from __future__ import annotations

import hmac
import re
from typing import Protocol

from starlette.requests import HTTPConnection

from ohdio_api.authentication.caller import Caller

#: What browsers fetch by themselves (players, pictures, event streams), without headers of ours.
_FETCHED_BY_ELEMENTS = re.compile(r"/api/v1/(events|audiobooks/\d+/(audio|cover))")


class Way(Protocol):
    """One way in: it looks at a request's line and headers, never at its body, and waits for nothing."""

    def caller(self, connection: HTTPConnection) -> Caller | None:
        """Return who a request is from; None where this way recognises nobody."""


class BearerToken:
    """The token of this installation, as ``Authorization: Bearer`` (RFC 6750 section 2.1)."""

    def __init__(self, token: str) -> None:
        self._token = token

    def caller(self, connection: HTTPConnection) -> Caller | None:
        """Return who has the token."""
        scheme, _, credentials = connection.headers.get("authorization", "").partition(" ")
        is_given = scheme.lower() == "bearer" and is_same(credentials.strip(), self._token)
        return Caller("token") if is_given else None


class TokenInAddress:
    """The token as ``?token=``, for what browsers fetch without headers of ours, and for nothing else."""

    def __init__(self, token: str) -> None:
        self._token = token

    def caller(self, connection: HTTPConnection) -> Caller | None:
        """Return who has the token."""
        if not _FETCHED_BY_ELEMENTS.fullmatch(connection.scope["path"]):
            return None
        return Caller("token in the address") if is_same(connection.query_params.get("token"), self._token) else None


def is_same(given: str | None, secret: str) -> bool:
    """Compare in constant time, so that the answer's delay tells nothing of the secret."""
    return given is not None and hmac.compare_digest(given.encode(), secret.encode())
