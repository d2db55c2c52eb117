"""From exceptions to problems: one place that knows which status each deserves."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ohdio_api.guards import TOO_LARGE
from ohdio_api.invalid import in_a_form, in_a_request, wrong_fields
from ohdio_api.people import is_page_for_people
from ohdio_api.problems import DATABASE_AWAY, Refusal, problem_response
from ohdio_api.web.shell.fault import fault_page
from ohdio_core.collection.control import QueueItemNotFound
from ohdio_core.errors import PermanentError, Postponed
from ohdio_core.sentences import Sentence, sentence

log = structlog.get_logger(__name__)

#: An outage is over, or noticed by people, within seconds.
_SOON = {"Retry-After": "2"}
#: A deadlock, and a lock that was not given in time (SQLSTATE): the database is well.
_CONTENTION = frozenset({"40P01", "55P03"})
#: The media types of forms (HTML, 4.10.21.8).
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
_NO_JSON = sentence("request.no_json", "The request's body cannot be read as JSON.")
_UNREADABLE_FORM = sentence(
    "form.unreadable",
    "The form that was sent cannot be read: something has cut or changed it. Load the page again, and send it once "
    "more.",
)


def install(app: FastAPI) -> None:
    """Install handlers that answer every error of this app with a problem."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(QueueItemNotFound, _not_found)
    app.add_exception_handler(OperationalError, _database_away)
    app.add_exception_handler(PoolExhausted, _database_away)
    app.add_exception_handler(IntegrityError, _overtaken)
    app.add_exception_handler(Postponed, _library_away)
    app.add_exception_handler(PermanentError, _conflict)
    app.add_exception_handler(Exception, _bug)


def answer(
    request: Request, status: int, said: Sentence, *, headers: Mapping[str, str] | None = None, **members: Any
) -> Response:
    """Return a problem for programs, and a page for people."""
    if is_page_for_people(request):
        return fault_page(request, status, said, headers)
    return problem_response(status, said, headers=headers, **members)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return answer(request, error.status, error.sentence, headers=error.headers)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    wrong = wrong_fields(error.errors())
    said = in_a_form(wrong) if is_page_for_people(request) else in_a_request(wrong)
    errors = [field.model_dump() for field, _ in wrong]
    return answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, said, errors=errors)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    path = request.url.path
    sentences = {
        HTTPStatus.BAD_REQUEST: _UNREADABLE_FORM if _is_form(request) else _NO_JSON,
        HTTPStatus.NOT_FOUND: sentence("request.nothing_there", "There is nothing at {path}.", path=path),
        HTTPStatus.METHOD_NOT_ALLOWED: sentence(
            "request.not_possible", "{method} is not possible on {path}.", method=request.method, path=path
        ),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: TOO_LARGE,
    }
    others = sentence("request.not_served", "{reason}", reason=error.detail)
    said = sentences.get(HTTPStatus(error.status_code), others)
    return answer(request, error.status_code, said, headers=error.headers)


def _is_form(request: Request) -> bool:
    """Return whether what was sent is a form, by what it says of itself."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() in _FORMS


def _not_found(request: Request, error: Exception) -> Response:
    assert isinstance(error, QueueItemNotFound)
    return answer(request, HTTPStatus.NOT_FOUND, error.sentence)


def _conflict(request: Request, error: Exception) -> Response:
    assert isinstance(error, PermanentError)
    return answer(request, HTTPStatus.CONFLICT, error.sentence)


def _database_away(request: Request, error: Exception) -> Response:
    if isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) in _CONTENTION:
        log.warning("two requests met", error=str(error).splitlines()[0])
        return answer(
            request,
            HTTPStatus.SERVICE_UNAVAILABLE,
            sentence("database.contention", "Somebody else is changing the same items; try again."),
            headers={"Retry-After": "1"},
        )
    log.warning("the database is out of reach", error=str(error).splitlines()[0])
    return answer(
        request,
        HTTPStatus.SERVICE_UNAVAILABLE,
        DATABASE_AWAY,
        headers=_SOON,
    )


def _overtaken(request: Request, error: Exception) -> Response:
    log.warning("two requests met", error=str(error).splitlines()[0])
    return answer(
        request,
        HTTPStatus.CONFLICT,
        sentence("request.overtaken", "Somebody else deleted or added the same thing at this moment; try again."),
    )


def _library_away(request: Request, error: Exception) -> Response:
    assert isinstance(error, Postponed)
    return answer(request, HTTPStatus.SERVICE_UNAVAILABLE, error.sentence, headers=_SOON)


def _bug(request: Request, error: Exception) -> Response:
    log.error("a request failed", exc_info=error)
    return answer(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        sentence("request.our_mistake", "This is a mistake of ours; the log of this process says more."),
    )
