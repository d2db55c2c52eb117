"""Accounts and sessions: made, changed and ended by people."""

from __future__ import annotations

import hashlib
from http import HTTPStatus

from sqlalchemy.exc import IntegrityError

from ohdio_api.accounts.known import ACCOUNTS, SESSION_LASTS, KnownAccount, KnownAccounts, KnownSession
from ohdio_api.accounts.passwords import hashed, is_right
from ohdio_api.problems import Refusal
from ohdio_core.collection.acts import note
from ohdio_core.control_characters import controls_shown, controls_shown_in_line
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.act import Act
from ohdio_core.domain.role import Role
from ohdio_core.schemas.accounts import LONGEST_NAME, LONGEST_PASSWORD, SHORTEST_PASSWORD
from ohdio_core.sentences import sentence

_REVOKE_FEEDS = sql(
    "UPDATE listening_feeds SET revoked_at = now() FROM listeners "
    "WHERE listeners.id = listener_id AND listeners.name = :name AND revoked_at IS NULL"
)
_LONGEST_BROWSER = 200
_MOST_SESSIONS = 1_000  # of this installation; the one used longest ago ends first


class AccountService:
    """Everything that changes accounts and sessions; all gateways hear of it."""

    def __init__(self, database: Database, known: KnownAccounts) -> None:
        self._database = database
        self._known = known

    @property
    def is_anybody_known(self) -> bool:
        """Return whether there is an account, as far as this process knows."""
        return bool(self._known.accounts)

    def accounts(self) -> list[KnownAccount]:
        """Return every account by name."""
        return list(self._known.accounts.values())

    def sessions(self) -> list[KnownSession]:
        """Return every browser that is signed in, the one used last first."""
        return self._known.sessions

    def with_password(self, name: str, password: str) -> KnownAccount | None:
        """Return the account that has this name and password; None where there is none.

        Args:
            name: In any case; where there is one account only, it may be empty.
        """
        if not name.isprintable():
            return None
        with self._database.statement() as work:
            rows = work.execute(
                sql(
                    "SELECT id, name, role, password, created_at FROM accounts WHERE lower(name) = lower(:name) "
                    "OR (:name = '' AND (SELECT count(*) FROM accounts) = 1)"
                ),
                {"name": name},
            ).all()
        row = rows[0] if rows else None
        if not is_right(password, None if row is None else row.password) or row is None:
            return None
        return KnownAccount(row.id, row.name, Role(row.role), row.created_at)

    def add_first(self, name: str, password: str) -> KnownAccount:
        """Make the first account, a manager's, and return it.

        Raises:
            Refusal: There is one already, or the name or password cannot be.
        """
        with self._database.unit_of_work() as work:
            work.execute(sql("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE"))
            if work.execute(sql("SELECT FROM accounts LIMIT 1")).first() is not None:
                raise Refusal(
                    HTTPStatus.CONFLICT,
                    sentence("account.not_first", "A password is set already: sign in with it, or with the token."),
                )
            account = _insert(work, name, password, Role.MANAGER)
            # What was heard so far, before there were accounts, was heard by whoever sets this up.
            work.execute(sql("UPDATE listeners SET name = :name WHERE id = 1 AND name IS NULL"), {"name": account.name})
        self._known.read()
        return account

    def add(self, name: str, password: str, role: Role) -> KnownAccount:
        """Make an account, and return it.

        Raises:
            Refusal: The name is taken, or the name or password cannot be.
        """
        try:
            with self._database.unit_of_work() as work:
                if role is Role.LISTENER and not _is_there_another_manager(work, 0):
                    raise Refusal(
                        HTTPStatus.CONFLICT, sentence("account.no_manager", "Make the account of a manager first.")
                    )
                account = _insert(work, name, password, role)
                note(work, Act.ACCOUNT_ADDED, account.name)
        except IntegrityError:
            raise Refusal(
                HTTPStatus.CONFLICT,
                sentence("account.name_taken", "There is an account called {name} already.", name=name),
            ) from None
        self._known.read()
        return account

    def change(self, account_id: int, *, password: str | None = None, role: Role | None = None) -> KnownAccount:
        """Change an account, and return it. A new password signs all browsers of this account out.

        Raises:
            Refusal: There is none, the password cannot be, or no manager would be left.
        """
        kept = None if password is None else _checked(password)
        with self._database.unit_of_work() as work:
            if role is Role.LISTENER:
                _require_another_manager(work, account_id)
            changed = work.execute(
                sql(
                    "UPDATE accounts SET password = coalesce(:password, password), role = coalesce(:role, role) "
                    "WHERE id = :id RETURNING name"
                ),
                {"id": account_id, "password": kept, "role": role},
            ).first()
            if changed is None:
                raise _none_such()
            if kept is not None:
                work.execute(sql("DELETE FROM sessions WHERE account_id = :id"), {"id": account_id})
            note(work, Act.ACCOUNT_CHANGED, changed.name)
            work.changed(ACCOUNTS)
        self._known.read()
        if (known := self._known.accounts.get(account_id)) is None:
            raise _none_such()
        return known

    def remove(self, account_id: int) -> None:
        """Remove an account with its sessions and listening feeds; what it added stays.

        Raises:
            Refusal: There is none, or no manager would be left.
        """
        with self._database.unit_of_work() as work:
            _require_another_manager(work, account_id)
            removed = work.execute(
                sql("DELETE FROM accounts WHERE id = :id RETURNING name"), {"id": account_id}
            ).first()
            if removed is None:
                raise _none_such()
            work.execute(_REVOKE_FEEDS, {"name": removed.name})
            note(work, Act.ACCOUNT_REMOVED, removed.name)
            work.changed(ACCOUNTS)
        self._known.read()

    def begin_session(self, key: str, account: KnownAccount | None, browser: str, link: str | None = None) -> bool:
        """Keep a new session; return False where its link has begun one before.

        Args:
            key: The SHA-256 of what the browser keeps.
            browser: What it says that it is.
        """
        with self._database.unit_of_work() as work:
            if link is not None and not _take_link(work, link):
                return False
            work.execute(
                sql("INSERT INTO sessions (key, account_id, browser) VALUES (:key, :account, :browser)"),
                {
                    "key": key,
                    "account": None if account is None else account.id,
                    "browser": controls_shown(browser)[:_LONGEST_BROWSER],
                },
            )
            work.execute(
                sql(
                    "DELETE FROM sessions WHERE used_at < now() - make_interval(secs => :lasts) OR id IN "
                    "(SELECT id FROM sessions ORDER BY used_at DESC, id DESC OFFSET :most)"
                ),
                {"lasts": SESSION_LASTS.total_seconds(), "most": _MOST_SESSIONS},
            )
            work.changed(ACCOUNTS)
        self._known.read()
        return True

    def end_session(self, session_id: int) -> None:
        """Sign a browser out, wherever it is.

        Raises:
            Refusal: There is no such session.
        """
        with self._database.unit_of_work() as work:
            ended = work.execute(sql("DELETE FROM sessions WHERE id = :id RETURNING id"), {"id": session_id}).first()
            if ended is None:
                raise Refusal(
                    HTTPStatus.NOT_FOUND, sentence("session.none_such", "This browser is signed out already.")
                )
            work.changed(ACCOUNTS)
        self._known.read()

    def note_use(self, session_id: int) -> None:
        """Keep that a session is used, from which it lasts anew."""
        with self._database.unit_of_work() as work:
            work.execute(sql("UPDATE sessions SET used_at = now() WHERE id = :id"), {"id": session_id})
            work.changed(ACCOUNTS)


def _take_link(work: UnitOfWork, link: str) -> bool:
    """Keep that a link is used; return False where it was before."""
    work.execute(sql("DELETE FROM used_links WHERE used_at < now() - interval '1 day'"))
    taken = work.execute(
        sql("INSERT INTO used_links (link) VALUES (:link) ON CONFLICT DO NOTHING RETURNING link"),
        {"link": hashlib.sha256(link.encode()).hexdigest()},
    )
    return taken.first() is not None


def _insert(work: UnitOfWork, name: str, password: str, role: Role) -> KnownAccount:
    shown = " ".join(name.split())
    if not 1 <= len(shown) <= LONGEST_NAME or controls_shown_in_line(shown) != shown:
        raise Refusal(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            sentence("account.wrong_name", "A name has 1 to {most} characters.", most=LONGEST_NAME),
        )
    row = work.execute(
        sql("INSERT INTO accounts (name, role, password) VALUES (:name, :role, :password) RETURNING id, created_at"),
        {"name": shown, "role": role, "password": _checked(password)},
    ).one()
    work.changed(ACCOUNTS)
    return KnownAccount(row.id, shown, role, row.created_at)


def _checked(password: str) -> str:
    """Return the hash of a password that may be one."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Refusal(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            sentence(
                "account.wrong_password",
                "A password has {least} to {most} characters.",
                least=SHORTEST_PASSWORD,
                most=LONGEST_PASSWORD,
            ),
        )
    return hashed(password)


def _is_there_another_manager(work: UnitOfWork, account_id: int) -> bool:
    work.execute(sql("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE"))
    others = work.execute(sql("SELECT FROM accounts WHERE role = 'manager' AND id <> :id LIMIT 1"), {"id": account_id})
    return others.first() is not None


def _require_another_manager(work: UnitOfWork, account_id: int) -> None:
    if not _is_there_another_manager(work, account_id):
        raise Refusal(
            HTTPStatus.CONFLICT,
            sentence("account.last_manager", "One manager must stay: make another account a manager first."),
        )


def _none_such() -> Refusal:
    return Refusal(HTTPStatus.NOT_FOUND, sentence("account.none_such", "There is no such account."))
