"""Signing in: whoever has the token gets a cookie that stands for it in this browser."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from ohdio_api.authentication import Sessions
from ohdio_api.provide import given
from ohdio_api.web.forms import Fields, after
from ohdio_api.web.pages import back, see_other, set_cookie
from ohdio_api.web.services import ThePages

router = APIRouter(prefix="/login", include_in_schema=False)

TheSessions = Annotated[Sessions, Depends(given(Sessions))]


@router.get("")
def show_login(request: Request, pages: ThePages, next: str = "/") -> Response:  # noqa: A002 - the name in the address
    """Return the page that asks for the token."""
    return pages.render(request, "login/page.html", back=back(next), wrong=False)


@router.post("")
def sign_in(request: Request, fields: Fields, pages: ThePages, sessions: TheSessions) -> Response:
    """Begin a session for whoever has the token."""
    if not sessions.is_token(fields("token")):
        place = back(fields("back"))
        return pages.render(request, "login/page.html", status=HTTPStatus.FORBIDDEN, back=place, wrong=True)
    answer = after(request, fields)
    set_cookie(request, answer, sessions.COOKIE, sessions.begin(), max_age=sessions.LASTS)
    return answer


@router.post("/end")
def sign_out(request: Request, sessions: TheSessions) -> Response:
    """End the session of this browser."""
    answer = see_other(request, "/login")
    set_cookie(request, answer, sessions.COOKIE, "", max_age=0)
    return answer
