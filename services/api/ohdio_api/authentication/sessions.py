"""Sessions of browsers: a signed cookie that stands for the token of this installation."""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import ClassVar

from starlette.requests import HTTPConnection

from ohdio_api.authentication.caller import Caller
from ohdio_api.authentication.ways import is_same

_VERSION = "1"


class Sessions:
    """Begins sessions, and recognises them.

    Nothing is kept: the cookie says until when it holds, signed with the token, so every gateway knows it, and another
    token ends all of them.

    Args:
        token: What this installation asks for; None where nothing is asked for.
    """

    COOKIE: ClassVar[str] = "session"
    LASTS: ClassVar[int] = 90 * 86_400  #: seconds

    def __init__(self, token: str | None) -> None:
        self._token = token

    def is_token(self, given: str) -> bool:
        """Return whether somebody has the token."""
        return self._token is None or is_same(given, self._token)

    def begin(self) -> str:
        """Return the value of the cookie of a new session."""
        return self._signed(int(time.time()) + self.LASTS)

    def caller(self, connection: HTTPConnection) -> Caller | None:
        """Return who has a session; None where the cookie is missing, ended or not of ours."""
        given = connection.cookies.get(self.COOKIE, "")
        _, _, rest = given.partition(".")
        until, _, _ = rest.partition(".")
        if not (until.isascii() and until.isdecimal() and len(until) < 12 and is_same(given, self._signed(int(until)))):
            return None
        return Caller("session") if int(until) > time.time() else None

    def _signed(self, until: int) -> str:
        text = f"{_VERSION}.{until}"
        key = hashlib.sha256(b"session\0" + (self._token or "").encode()).digest()
        return f"{text}.{hmac.new(key, text.encode(), hashlib.sha256).hexdigest()}"
