"""The page of who gets in: accounts, and the browsers that are signed in."""

from __future__ import annotations

import re
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from ohdio_api.accounts.known import KnownSession
from ohdio_api.authentication import Caller
from ohdio_api.paging import RowId
from ohdio_api.problems import Refusal
from ohdio_api.web.forms import Fields, Notice, done, refused
from ohdio_api.web.pages import see_other
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Accounts, ThePages
from ohdio_api.web.words import Words
from ohdio_core.domain.role import Role

router = APIRouter(prefix="/settings/people", include_in_schema=False)

#: What browsers say that they are is long, and much of it of others; the first that fits names it.
_BROWSERS = ("Firefox", "Edg", "OPR", "Chrome", "Safari")
_NAMES = {"Edg": "Edge", "OPR": "Opera"}
_SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")


class ShownSession(NamedTuple):
    """A browser that is signed in."""

    id: int
    browser: str
    name: str  #: of whose account it is, or how it was signed in
    began: str
    used: str
    is_this: bool  #: the one that shows the page


@router.get("")
def show_people(request: Request, pages: ThePages, accounts: Accounts) -> HTMLResponse:
    """Return the accounts and sessions."""
    words = reader_of(request).words
    caller = request.scope.get("user")
    session_id = caller.session_id if isinstance(caller, Caller) else None
    return pages.render(
        request,
        "settings/people.html",
        tab="people",
        accounts=accounts.accounts(),
        sessions=[_shown(each, session_id, words) for each in accounts.sessions()],
    )


@router.post("")
def add_account(request: Request, fields: Fields, accounts: Accounts) -> Response:
    """Make an account."""
    words = reader_of(request).words
    role = Role.MANAGER if fields("role") == Role.MANAGER else Role.LISTENER
    try:
        account = accounts.add(fields("name"), fields.verbatim("password"), role)
    except Refusal as refusal:
        return _answer(request, refused(words.translated(refusal.sentence)))
    return _answer(request, done(words.gettext("%(name)s can sign in now.") % {"name": account.name}))


@router.post("/{account_id}")
def change_account(request: Request, fields: Fields, accounts: Accounts, account_id: RowId) -> Response:
    """Change the password or role of an account, or remove it."""
    words = reader_of(request).words
    try:
        if fields("remove"):
            accounts.remove(account_id)
            return _answer(request, done(words.gettext("The account is removed.")))
        role = Role(fields("role")) if fields("role") in set(Role) else None
        account = accounts.change(account_id, password=fields.verbatim("password") or None, role=role)
    except Refusal as refusal:
        return _answer(request, refused(words.translated(refusal.sentence)))
    return _answer(request, done(words.gettext("The account of %(name)s is changed.") % {"name": account.name}))


@router.post("/sessions/{session_id}/end")
def end_session(request: Request, accounts: Accounts, session_id: RowId) -> Response:
    """Sign a browser out."""
    words = reader_of(request).words
    try:
        accounts.end_session(session_id)
    except Refusal as refusal:
        return _answer(request, refused(words.translated(refusal.sentence)))
    return _answer(request, done(words.gettext("That browser is signed out.")))


def _answer(request: Request, *notices: Notice) -> Response:
    return see_other(request, "/settings/people", *notices)


def _shown(session: KnownSession, here: int | None, words: Words) -> ShownSession:
    return ShownSession(
        id=session.id,
        browser=_browser(session.browser) or words.gettext("A program"),
        name=words.gettext("with the token or a link") if session.account is None else session.account.name,
        began=words.day(session.began_at),
        used=words.day(session.used_at),
        is_this=session.id == here,
    )


def _browser(user_agent: str) -> str:
    """Return what people call a browser, and the system that it runs on: "Firefox, Android"."""
    browser = next((each for each in _BROWSERS if f"{each}/" in user_agent), None)
    if browser is None:
        return re.split(r"[/ ]", user_agent, maxsplit=1)[0]
    system = next((each for each in _SYSTEMS if each in user_agent), None)
    name = _NAMES.get(browser, browser)
    return name if system is None else f"{name}, {system}"
