"""Sessions of browsers: a signed cookie, whose secret stands for a row that anybody may end."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import ClassVar

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from ohdio_api.accounts.known import SESSION_LASTS, KnownAccount, KnownAccounts, KnownSession
from ohdio_api.accounts.service import AccountService
from ohdio_api.authentication.caller import Caller, NotLetIn
from ohdio_api.authentication.ways import is_same
from ohdio_api.problems import DATABASE_AWAY
from ohdio_core.domain.role import Role

log = structlog.get_logger(__name__)

_NOTED_EVERY = timedelta(hours=6)


class Sessions:
    """Begins sessions, and recognises them.

    Strangers' guesses do not get as far as the database: the cookie is signed with the token of this installation, so
    another token ends all sessions.

    Args:
        token: What this installation asks for; None where nothing is asked for.
    """

    COOKIE: ClassVar[str] = "session"
    LASTS: ClassVar[int] = int(SESSION_LASTS.total_seconds())  #: without being used

    def __init__(self, token: str | None, known: KnownAccounts, accounts: AccountService) -> None:
        self.token = token
        self._known = known
        self._accounts = accounts

    def is_token(self, given: str) -> bool:
        """Return whether somebody has the token."""
        return self.token is None or is_same(given, self.token)

    def begin(self, account: KnownAccount | None, browser: str, link: str | None = None) -> str | None:
        """Begin a session; return the value of its cookie, or None where its link has begun one before.

        Args:
            account: Whose it is; None where the token or a link was used.
            browser: What it says that it is.
        """
        secret = secrets.token_urlsafe(24)
        return self._signed(secret) if self._accounts.begin_session(_key(secret), account, browser, link) else None

    async def caller(self, connection: HTTPConnection) -> Caller | None:
        """Return who has a session; None where the cookie is missing, not of ours, or its session has ended.

        Raises:
            NotLetIn: That cannot be known at the moment (503).
        """
        given = connection.cookies.get(self.COOKIE, "")
        secret, _, _ = given.partition(".")
        if not (secret and secret.isascii() and is_same(given, self._signed(secret))):
            return None
        key = _key(secret)
        session = self._known.session(key)
        try:
            if session is None:
                session = await run_in_threadpool(self._known.session_read, key)
            if session is None:
                return None
            if datetime.now(UTC) - session.used_at > _NOTED_EVERY:
                await run_in_threadpool(self._note_use, session)
        except SQLAlchemyError:
            raise NotLetIn(HTTPStatus.SERVICE_UNAVAILABLE, DATABASE_AWAY, {"Retry-After": "2"}) from None
        role = Role.MANAGER if session.account is None else session.account.role
        name = None if session.account is None else session.account.name
        return Caller("session", role, name, session.id)

    def _note_use(self, session: KnownSession) -> None:
        try:
            self._accounts.note_use(session.id)
        except SQLAlchemyError as error:
            log.warning("the use of a session could not be noted", error=str(error).splitlines()[0])

    def _signed(self, secret: str) -> str:
        key = hashlib.sha256(b"session\0" + (self.token or "").encode()).digest()
        return f"{secret}.{hmac.new(key, secret.encode(), hashlib.sha256).hexdigest()}"


def _key(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
