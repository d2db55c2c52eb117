"""The answer to who a request is from."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from starlette.authentication import AuthenticationError, BaseUser

from ohdio_api.problems import Refusal
from ohdio_core.domain.role import Role
from ohdio_core.sentences import Sentence, sentence

NEEDS_TOKEN = sentence("token.needed", "This needs the token (OHDIO_API_TOKEN), sent as Authorization: Bearer <token>.")
CHALLENGE = {"WWW-Authenticate": "Bearer"}


@dataclass(frozen=True, slots=True)
class Caller(BaseUser):
    """Whoever a request is from."""

    way: str  #: how it was recognised
    role: Role = Role.MANAGER
    name: str | None = None  #: None where only the installation's token, or its machine, is known
    session_id: int | None = None  #: of the browser, where it is signed in

    @property
    def key(self) -> str:
        """Return what tells it from others who use the same browser; it is no secret."""
        return f"{self.way}-{self.session_id or self.name or ''}"

    @property
    def is_authenticated(self) -> bool:
        """True: who was not recognised is no caller."""
        return True

    @property
    def display_name(self) -> str:
        """Its name, or else how it was recognised."""
        return self.name or self.way

    @property
    def identity(self) -> str:
        """Its name, or else how it was recognised."""
        return self.name or self.way


class NotLetIn(AuthenticationError):
    """Nobody whom we know sent a request; becomes a problem with this status and sentence."""

    def __init__(self, status: HTTPStatus, said: Sentence, headers: dict[str, str] | None = None) -> None:
        super().__init__(said.text)
        self.status = status
        self.sentence = said
        self.headers = headers


async def caller_of(request: Request) -> Caller:
    """Return who a request is from, as the middleware found out: what every route depends on.

    Raises:
        Refusal: It is from nobody whom we know (401).
    """
    user: Any = request.scope.get("user")
    if not isinstance(user, Caller):
        raise Refusal(HTTPStatus.UNAUTHORIZED, NEEDS_TOKEN, headers=CHALLENGE)
    return user


class CallerWithToken(SecurityBase):
    """``caller_of`` where a token is needed: the OpenAPI document names the token on each route that depends on it."""

    scheme_name = "token"
    model = HTTPBearer()

    async def __call__(self, request: Request) -> Caller:
        """Return who a request is from."""
        return await caller_of(request)
