"""Routes of accounts and sessions; managers alone may ask for them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends

from ohdio_api.accounts.known import KnownAccount, KnownSession
from ohdio_api.accounts.service import AccountService
from ohdio_api.paging import RowId
from ohdio_api.problems import problems
from ohdio_api.provide import given
from ohdio_core.schemas.accounts import AccountOrder, Accounts, AccountView, BrowserSessions, NewAccount, SessionView

router = APIRouter(tags=["accounts"])

Service = Annotated[AccountService, Depends(given(AccountService))]


@router.get("/accounts")
def list_accounts(accounts: Service) -> Accounts:
    """List those who may sign in."""
    return Accounts(items=[_account(each) for each in accounts.accounts()])


@router.post("/accounts", status_code=HTTPStatus.CREATED, responses=problems(HTTPStatus.CONFLICT))
def add_account(accounts: Service, body: NewAccount) -> AccountView:
    """Make an account."""
    return _account(accounts.add(body.name, body.password.get_secret_value(), body.role))


@router.patch("/accounts/{account_id}", responses=problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT))
def change_account(accounts: Service, account_id: RowId, body: AccountOrder) -> AccountView:
    """Set another password, or another role; one manager stays."""
    password = None if body.password is None else body.password.get_secret_value()
    return _account(accounts.change(account_id, password=password, role=body.role))


@router.delete(
    "/accounts/{account_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
def remove_account(accounts: Service, account_id: RowId) -> None:
    """Remove an account, and sign its browsers out; one manager stays."""
    accounts.remove(account_id)


@router.get("/sessions")
def list_sessions(accounts: Service) -> BrowserSessions:
    """List the browsers that are signed in, the one used last first."""
    return BrowserSessions(items=[_session(each) for each in accounts.sessions()])


@router.delete("/sessions/{session_id}", status_code=HTTPStatus.NO_CONTENT, responses=problems(HTTPStatus.NOT_FOUND))
def end_session(accounts: Service, session_id: RowId) -> None:
    """Sign a browser out."""
    accounts.end_session(session_id)


def _account(account: KnownAccount) -> AccountView:
    return AccountView(id=account.id, name=account.name, role=account.role, created_at=account.created_at)


def _session(session: KnownSession) -> SessionView:
    return SessionView(
        id=session.id,
        account=None if session.account is None else _account(session.account),
        browser=session.browser,
        began_at=session.began_at,
        used_at=session.used_at,
    )
