"""Signing in: with a password, with the token, with a link that works once; and setting the first password."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from ohdio_api.accounts.known import KnownAccount
from ohdio_api.accounts.service import AccountService
from ohdio_api.authentication import Caller, Sessions
from ohdio_api.authentication.throttle import sender_of, too_many
from ohdio_api.first_visit import is_first_code, is_link
from ohdio_api.problems import Refusal
from ohdio_api.provide import given
from ohdio_api.web.forms import Fields, FormFields, after
from ohdio_api.web.pages import Pages, back, see_other, set_cookie
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Accounts, ThePages, TheThrottle
from ohdio_core.sentences import Sentence, sentence

router = APIRouter(prefix="/login", include_in_schema=False)

TheSessions = Annotated[Sessions, Depends(given(Sessions))]

#: Guesses of the code count together, wherever they come from: there are only a million.
_CODE = "the first code"
_WRONG_PASSWORD = sentence("login.wrong_password", "That is not the password of this name.")
_WRONG_TOKEN = sentence("login.wrong_token", "That is not the token of this ohdio.")
_WRONG_CODE = sentence("login.wrong_code", "That is not the code of this ohdio: its log and `ohdio token` show it.")
_USED_LINK = sentence(
    "login.used_link", "This link was used, or is older than ten minutes. `ohdio token` makes another."
)


@dataclass(frozen=True, slots=True)
class _Form:
    """The form that there is to fill in, with what was filled in."""

    request: Request
    pages: Pages
    accounts: AccountService
    place: str  #: to go on to
    way: str = "password"  #: or "token"; without a password yet the first one is to be set
    name: str = ""
    code: str = ""

    def page(self, wrong: Sentence | None = None, *, wait: int = 0) -> Response:
        """Return the page with the form, and what was wrong.

        Args:
            wait: Seconds until another attempt is looked at.
        """
        status = HTTPStatus.OK if wrong is None else HTTPStatus.TOO_MANY_REQUESTS if wait else HTTPStatus.FORBIDDEN
        return self.pages.render(
            self.request,
            "login/page.html",
            status=status,
            headers={"Retry-After": str(wait)} if wait else {},
            way=self.way if self.way == "token" or self.accounts.is_anybody_known else "first",
            are_several=len(self.accounts.accounts()) > 1,
            back=self.place,
            wrong=None if wrong is None else reader_of(self.request).words.translated(wrong),
            name=self.name,
            code=self.code,
        )

    def too_early(self, wait: int) -> Response:
        """Return the page that says how long to wait."""
        return self.page(too_many(wait), wait=wait)


async def read_login(request: Request, fields: Fields, pages: ThePages, accounts: Accounts) -> _Form:
    """Return the form that was sent, to be shown again where something is wrong with it."""
    return _Form(request, pages, accounts, back(fields("back")), name=fields("name"), code=fields("code"))


TheForm = Annotated[_Form, Depends(read_login)]


@router.get("")
def show_login(
    *,
    request: Request,
    pages: ThePages,
    accounts: Accounts,
    sessions: TheSessions,
    next: str = "/",  # noqa: A002 - the name in the address
    way: str = "password",
) -> Response:
    """Return the page that asks for a password; for the code where there is none yet.

    Where nobody is asked for anything, there is no code: it says how one is let in, as the account page does.
    """
    if sessions.token is None:
        return pages.render(request, "account/page.html", wrong=None)
    return _Form(request, pages, accounts, back(next), way).page()


@router.post("")
def sign_in(request: Request, fields: Fields, form: TheForm, sessions: TheSessions, throttle: TheThrottle) -> Response:
    """Begin a session for whoever has a password, or the token."""
    is_by_token = bool(fields("token")) or not form.accounts.is_anybody_known
    if is_by_token:
        form = replace(form, way="token")
    tries = (sender_of(request), "token" if is_by_token else fields("name").lower())
    if wait := throttle.begin(*tries):
        return form.too_early(wait)
    account = None if is_by_token else form.accounts.with_password(fields("name"), fields.verbatim("password"))
    if account is None and not (is_by_token and sessions.is_token(fields("token"))):
        return form.page(_WRONG_TOKEN if is_by_token else _WRONG_PASSWORD)
    throttle.forget(*tries)
    return _signed_in(request, fields, sessions, account)


@router.post("/first")
def set_first_password(
    request: Request, fields: Fields, form: TheForm, sessions: TheSessions, throttle: TheThrottle
) -> Response:
    """Make the first account for whoever has the code, and begin a session."""
    if sessions.token is None:
        return see_other(request, "/account")
    if wait := throttle.begin(_CODE):
        return form.too_early(wait)
    if not is_first_code(form.code, sessions.token):
        return form.page(_WRONG_CODE)
    throttle.forget(_CODE)
    try:
        account = form.accounts.add_first(form.name, fields.verbatim("password"))
    except Refusal as refusal:
        return form.page(refusal.sentence)
    return _signed_in(request, fields, sessions, account)


@router.get("/link")
def show_link(request: Request, pages: ThePages, key: str = "") -> Response:
    """Return the page on which a link signs this browser in, by a button: programs that preview links press none."""
    return pages.render(request, "login/link.html", key=key, wrong=None)


@router.post("/link")
def use_link(request: Request, fields: Fields, pages: ThePages, sessions: TheSessions) -> Response:
    """Begin a session for whoever has a link that was not used."""
    key = fields("key")
    if sessions.token is not None and is_link(key, sessions.token):
        cookie = sessions.begin(None, _browser(request), link=key)
        if cookie is not None:
            return _with_cookie(request, see_other(request, "/"), sessions, cookie)
    wrong = reader_of(request).words.translated(_USED_LINK)
    return pages.render(request, "login/link.html", status=HTTPStatus.FORBIDDEN, key=None, wrong=wrong)


@router.post("/end")
def sign_out(request: Request, accounts: Accounts, sessions: TheSessions) -> Response:
    """End the session of this browser, here and in the database."""
    caller = request.scope.get("user")
    if isinstance(caller, Caller) and caller.session_id is not None:
        accounts.end_session(caller.session_id)
    return _with_cookie(request, see_other(request, "/login"), sessions, "")


def _signed_in(request: Request, fields: FormFields, sessions: Sessions, account: KnownAccount | None) -> Response:
    cookie = sessions.begin(account, _browser(request))
    assert cookie is not None  # without a link there is no other
    return _with_cookie(request, after(request, fields), sessions, cookie)


def _with_cookie(request: Request, answer: Response, sessions: Sessions, value: str) -> Response:
    set_cookie(request, answer, sessions.COOKIE, value, max_age=sessions.LASTS if value else 0)
    return answer


def _browser(request: Request) -> str:
    return request.headers.get("user-agent", "")
