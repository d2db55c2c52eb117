"""The page of whoever is signed in."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import Response

from ohdio_api.authentication.throttle import sender_of, too_many
from ohdio_api.problems import Refusal
from ohdio_api.web.forms import Fields, done
from ohdio_api.web.pages import Pages, see_other
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Accounts, ThePages, TheThrottle

router = APIRouter(prefix="/account", include_in_schema=False)


@router.get("")
def show_account(request: Request, pages: ThePages) -> Response:
    """Return who is signed in, with the form for another password."""
    return pages.render(request, "account/page.html", wrong=None)


@router.post("/password")
def change_password(
    request: Request, fields: Fields, pages: ThePages, accounts: Accounts, throttle: TheThrottle
) -> Response:
    """Set another password for whoever knows the present one; their browsers sign in again."""
    words, name = reader_of(request).words, request.user.name or ""
    if wait := throttle.begin(sender_of(request), name.lower()):
        return _wrong(request, pages, HTTPStatus.TOO_MANY_REQUESTS, words.translated(too_many(wait)))
    account = accounts.with_password(name, fields.verbatim("password")) if name else None
    if account is None:
        return _wrong(request, pages, HTTPStatus.FORBIDDEN, words.gettext("That is not your present password."))
    throttle.forget(sender_of(request), name.lower())
    try:
        accounts.change(account.id, password=fields.verbatim("new"))
    except Refusal as refusal:
        return _wrong(request, pages, HTTPStatus.FORBIDDEN, words.translated(refusal.sentence))
    return see_other(request, "/login", done(words.gettext("Your password is changed: sign in with the new one.")))


def _wrong(request: Request, pages: Pages, status: HTTPStatus, said: str) -> Response:
    return pages.render(request, "account/page.html", status=status, wrong=said)
