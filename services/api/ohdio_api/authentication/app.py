"""What an app needs to know whom its requests are from, by one rule: with a token, or for its own machine alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI
from starlette.authentication import AuthenticationBackend, AuthenticationError
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response

from ohdio_api.authentication.caller import CallerWithToken, NotLetIn, caller_of
from ohdio_api.authentication.known import KnownOnly
from ohdio_api.authentication.this_machine import ThisMachineOnly
from ohdio_api.authentication.ways import BearerToken, Way
from ohdio_api.people import is_page_for_people
from ohdio_api.problems import problems


class Authentication:
    """The one place that answers who a request is from.

    A way in is added here: one more ``Way``, and no route changes.

    Args:
        token: What this installation asks for; None lets in its own machine, and nobody else.
        host: What a person told it to listen on.
        ways: Further ways in beside the token, where it is asked for.
    """

    def __init__(self, token: str | None, host: str, *ways: Way) -> None:
        self._backend: AuthenticationBackend
        #: What every route depends on; documented where a token is needed.
        self.dependency: Callable[..., Any]
        #: What every route may answer with, because of it.
        self.responses: Mapping[int | str, dict[str, Any]]
        if token is None:
            self._backend, self.dependency, self.responses = ThisMachineOnly(host), caller_of, {}
        else:
            self._backend = KnownOnly([BearerToken(token), *ways])
            self.dependency, self.responses = CallerWithToken(), problems(HTTPStatus.UNAUTHORIZED)

    def install(self, app: FastAPI, answer: Callable[..., Response]) -> None:
        """Add the middleware that finds out whom every request is from.

        Args:
            answer: Returns what a request is answered that is refused, by its status, sentence and headers: a page for
                people, a problem for programs.
        """

        def refuse(connection: HTTPConnection, error: AuthenticationError) -> Response:
            assert isinstance(error, NotLetIn)
            if error.status is HTTPStatus.UNAUTHORIZED and is_page_for_people(connection):
                return RedirectResponse(_login(connection), HTTPStatus.SEE_OTHER)
            return answer(Request(connection.scope), error.status, error.sentence, headers=error.headers)

        app.add_middleware(AuthenticationMiddleware, backend=self._backend, on_error=refuse)


def _login(connection: HTTPConnection) -> str:
    """Return the address at which somebody signs in, and comes back from to the page that was asked for."""
    root, path, query = connection.scope.get("root_path", ""), connection.scope["path"], connection.url.query
    wanted = f"{path}?{query}" if query else path
    is_worth_it = connection.scope["method"] == "GET" and wanted != "/"
    return f"{root}/login" + (f"?{urlencode({'next': wanted})}" if is_worth_it else "")
