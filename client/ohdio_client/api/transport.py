"""Requests to one API: JSON there and models back, and whatever goes wrong as a sentence."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping, Sequence
from json import dumps
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from ohdio_client.api.errors import ApiError, ApiUnreachable, ItemNotFound, ItemRefused, LinksRefused
from ohdio_client.language import sentence_of
from ohdio_core.control_characters import controls_shown
from ohdio_core.reasons import reason_in_sentence
from ohdio_core.schemas.pages import Page
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.sentences import Sentence, sentence, together

_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
#: For what is answered without a look at anything, where nobody wants to wait for it.
SHORT_TIMEOUT = httpx.Timeout(3.0)
#: For what goes through a whole file of links or every stored book.
LONG_TIMEOUT = httpx.Timeout(600.0, connect=5.0)
#: For what moves the files of some books, each of which is copied where the library is in a bucket.
FILES_TIMEOUT = httpx.Timeout(3600.0, connect=5.0)
_PAGE = 200
_START = sentence("api.start_one", "`ohdio up`, on its machine, starts an ohdio.")

#: A value in a query; None leaves it out.
Parameter = str | int | Sequence[int] | Sequence[str] | None
Model = TypeVar("Model", bound=BaseModel)
PageModel = TypeVar("PageModel", bound=Page[Any])


class Transport:
    """Asks one API. Every request may raise ``ApiError`` where it refuses, and ``ApiUnreachable``.

    Args:
        url: Of the API, without a path.
        token: The secret that it asks for, if it does.
    """

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url.rstrip("/")
        # Bytes, so that a token that cannot be right is refused like any other.
        headers = {b"Authorization": f"Bearer {token}".encode(errors="replace")} if token else {}
        self._has_token = bool(token)
        self._http = httpx.Client(
            base_url=self.url,
            headers=headers,
            timeout=_TIMEOUT,
            # No proxy: it is on this machine or in this house.
            trust_env=False,
            # Certificates are read where they count: it takes 50 ms. Without, a context trusts nobody.
            verify=self.url.startswith("https:") or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        )

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def is_alive(self) -> bool:
        """Return whether anybody answers."""
        try:
            return self._http.get("/healthz").is_success
        except httpx.HTTPError:
            return False

    def read(
        self, model: type[Model], path: str, *, timeout: httpx.Timeout | None = None, **parameters: Parameter
    ) -> Model:
        """Return what ``/api/v1/…`` holds."""
        return self._read(model, path, parameters, timeout)

    def text(self, path: str) -> str:
        """Return what ``/api/v1/…`` holds that is no JSON."""
        return self._ask("GET", path, timeout=LONG_TIMEOUT).text

    def pages(self, model: type[PageModel], path: str, **parameters: Parameter) -> Iterator[PageModel]:
        """Yield the pages of a list to its end."""
        cursor = None
        while True:
            page = self._read(model, path, {"limit": _PAGE, "cursor": cursor, **parameters})
            yield page
            if (cursor := page.next) is None:
                return

    def order(
        self, model: type[Model], method: str, path: str, body: object = None, *, timeout: httpx.Timeout | None = None
    ) -> Model:
        """Change something, and return what the API answers.

        Raises:
            ItemRefused: The path names something that is not there, or not fit.
            LinksRefused: None of the links in the body can be collected.
        """
        return self._answer(model, self._ask(method, path, body=body, timeout=timeout))

    def make(self, model: type[Model], path: str, body: object) -> tuple[Model, bool]:
        """Ensure that there is something, and return it, and whether it is new.

        Raises:
            ItemRefused: The path names something that is not there, or not fit.
        """
        response = self._ask("POST", path, body=body)
        return self._answer(model, response), response.status_code == httpx.codes.CREATED

    def delete(self, path: str, *, timeout: httpx.Timeout | None = None) -> None:
        """Delete what the path names.

        Raises:
            ItemRefused: It is not there.
        """
        self._ask("DELETE", path, timeout=timeout)

    def _read(
        self,
        model: type[Model],
        path: str,
        parameters: Mapping[str, Parameter],
        timeout: httpx.Timeout | None = None,
    ) -> Model:
        given = {name: value for name, value in parameters.items() if value is not None}
        return self._answer(model, self._ask("GET", path, params=given, timeout=timeout))

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int | Sequence[int] | Sequence[str]] | None = None,
        body: object = None,
        timeout: httpx.Timeout | None = None,
    ) -> httpx.Response:
        try:
            response = self._http.request(
                method,
                f"/api/v1/{path}",
                params=params,
                content=None if body is None else dumps(body),  # in ASCII, so that it can carry any text
                headers=None if body is None else {"Content-Type": "application/json"},
                timeout=timeout or self._http.timeout,
            )
        except httpx.HTTPError as error:
            said = sentence(
                "api.no_answer", "Nobody answers at {url} ({reason}).", url=self.url, reason=_reason_of(error)
            )
            raise ApiUnreachable(together(said, _START) if isinstance(error, httpx.ConnectError) else said) from None
        if response.is_success:
            return response
        raise self._refusal(response)

    def _answer(self, model: type[Model], response: httpx.Response) -> Model:
        try:
            answered = _shown(response.json())
        except ValueError:
            raise self._stranger(response) from None
        try:
            # A newer API may answer more than this version knows.
            return model.model_validate(answered, strict=False, extra="ignore")
        except ValidationError:
            raise ApiUnreachable(
                sentence(
                    "api.other_version",
                    "What answers at {url} is no ohdio of this version: its answer cannot be read here. Use the "
                    "`ohdio` of the same version.",
                    url=self.url,
                )
            ) from None

    def _refusal(self, response: httpx.Response) -> Exception:
        if response.status_code == httpx.codes.UNAUTHORIZED:
            return ApiError(self._unauthorized())
        try:
            problem = _shown(response.json())
            said = sentence_of(str(problem["detail"]), _message(problem))
        except (ValueError, KeyError, TypeError):
            return self._stranger(response)
        if said is None:
            return self._stranger(response)
        if problem.get("results"):
            # Imported where it is needed: few commands are answered so.
            from ohdio_core.schemas.submissions import SubmissionResults

            return LinksRefused(self._answer(SubmissionResults, response).results)
        of_item: dict[int, type[ApiError]] = {httpx.codes.NOT_FOUND: ItemNotFound, httpx.codes.CONFLICT: ItemRefused}
        return of_item.get(response.status_code, ApiError)(said)

    def _unauthorized(self) -> Sentence:
        if self._has_token:
            return sentence(
                "api.unknown_token",
                "{url} does not know the token that it was given: set OHDIO_API_TOKEN to what `ohdio token` prints on "
                "its machine.",
                url=self.url,
            )
        return sentence(
            "api.token_needed",
            "{url} asks for a token: set OHDIO_API_TOKEN to what `ohdio token` prints on its machine.",
            url=self.url,
        )

    def _stranger(self, response: httpx.Response) -> ApiUnreachable:
        return ApiUnreachable(
            sentence(
                "api.other_program",
                "What answers at {url} is not ohdio (HTTP {status}).",
                url=self.url,
                status=response.status_code,
            )
        )


def _reason_of(error: httpx.HTTPError) -> Sentence | str:
    """Return why, as the system says it where it does: httpx and httpcore put errors of their own around it."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, OSError):
        cause = cause.__cause__ or cause.__context__
    return reason_in_sentence(cause or error)


def _message(problem: Mapping[str, Any]) -> SentenceView | None:
    """Return the sentence of a problem as an id and values; None of an ohdio that tells none."""
    try:
        return SentenceView.model_validate(problem.get("message"))
    except ValidationError:
        return None


def _shown(value: Any) -> Any:
    """Return what was answered with the control characters of its texts written out: all of it may be printed."""
    match value:
        case str():
            return value if value.isprintable() else controls_shown(value)
        case list():
            return [_shown(each) for each in value]
        case dict():
            return {name: _shown(each) for name, each in value.items()}
        case _:
            return value
