"""The page of whoever is signed in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from ohdio_api.authentication import Caller, caller_of
from ohdio_api.problems import Refusal
from ohdio_api.web.forms import Fields, done
from ohdio_api.web.pages import see_other
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Accounts, ThePages

router = APIRouter(prefix="/account", include_in_schema=False)

TheCaller = Annotated[Caller, Depends(caller_of)]


@router.get("")
def show_account(request: Request, pages: ThePages) -> Response:
    """Return who is signed in, with the form for another password."""
    return pages.render(request, "account/page.html", wrong=None)


@router.post("/password")
def change_password(
    request: Request, fields: Fields, pages: ThePages, accounts: Accounts, caller: TheCaller
) -> Response:
    """Set another password for whoever knows the present one; their browsers sign in again."""
    words = reader_of(request).words
    account = accounts.with_password(caller.name, fields.verbatim("password")) if caller.name else None
    if account is None:
        wrong = words.gettext("That is not your present password.")
        return pages.render(request, "account/page.html", status=HTTPStatus.FORBIDDEN, wrong=wrong)
    try:
        accounts.change(account.id, password=fields.verbatim("new"))
    except Refusal as refusal:
        wrong = words.translated(refusal.sentence)
        return pages.render(request, "account/page.html", status=HTTPStatus.FORBIDDEN, wrong=wrong)
    return see_other(request, "/login", done(words.gettext("Your password is changed: sign in with the new one.")))
