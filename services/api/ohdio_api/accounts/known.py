"""Accounts and sessions as this process knows them: a look at neither waits for the database, nor needs it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ohdio_core.db.session import Database
from ohdio_core.db.sql import sql
from ohdio_core.db.topics import register
from ohdio_core.domain.role import Role

ACCOUNTS = register("accounts")  #: accounts and sessions, whichever: who hears of one reads them all

#: A browser that was not used for so long must sign in again.
SESSION_LASTS = timedelta(days=90)
_MOST_UNKNOWN = 1_000


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """Somebody who signs in with a name and a password."""

    id: int
    name: str
    role: Role
    created_at: datetime


@dataclass(frozen=True, slots=True)
class KnownSession:
    """A browser that is signed in."""

    id: int
    account: KnownAccount | None  #: None: by the token or a link of this installation
    browser: str
    began_at: datetime
    used_at: datetime


class KnownAccounts:
    """Every account and session, kept as the database has them by ``read``. Thread-safe: replaced as a whole.

    Args:
        when_less: Called when a session has ended, or somebody may do something else than before.
    """

    def __init__(self, database: Database, when_less: Callable[[], None]) -> None:
        self._database = database
        self._when_less = when_less
        #: One reads at a time: what was read before a change must not take the place of what was read after it.
        self._reading = threading.Lock()
        self.is_read = False  #: whether it is known at all, by now
        self.accounts: Mapping[int, KnownAccount] = {}
        self._sessions: Mapping[str, KnownSession] = {}
        self._unknown: set[str] = set()

    def read(self) -> None:
        """Read them all anew.

        Raises:
            SQLAlchemyError: The database does not answer.
        """
        with self._reading:
            accounts, before, sessions = self.accounts, self._sessions, self._replaced()
            are_others = accounts != self.accounts  # by whose roles people are known without a session, too
        if are_others or any(key not in sessions for key in before):
            self._when_less()

    def _replaced(self) -> Mapping[str, KnownSession]:
        """Read accounts and sessions into this object; return the sessions."""
        with self._database.statement() as work:
            accounts = {
                row.id: KnownAccount(row.id, row.name, Role(row.role), row.created_at)
                for row in work.execute(sql("SELECT id, name, role, created_at FROM accounts ORDER BY lower(name)"))
            }
            sessions = {
                row.key: KnownSession(row.id, accounts.get(row.account_id), row.browser, row.began_at, row.used_at)
                for row in work.execute(
                    sql(
                        "SELECT id, key, account_id, browser, began_at, used_at FROM sessions "
                        "WHERE used_at > now() - make_interval(secs => :lasts) ORDER BY used_at DESC, id DESC"
                    ),
                    {"lasts": SESSION_LASTS.total_seconds()},
                )
                if row.account_id is None or row.account_id in accounts
            }
        self.accounts, self._sessions, self.is_read = accounts, sessions, True
        return sessions

    def session(self, key: str) -> KnownSession | None:
        """Return the session with this key; None where this process knows of none."""
        return self._sessions.get(key)

    def session_read(self, key: str) -> KnownSession | None:
        """Return the session with this key, after a look at the database where this process knows of none.

        Another gateway may have begun it a moment ago. One that was ended is looked for once.

        Raises:
            SQLAlchemyError: The database does not answer.
        """
        if key not in self._sessions and key not in self._unknown:
            self.read()
            if key not in self._sessions:
                if len(self._unknown) >= _MOST_UNKNOWN:
                    self._unknown.clear()
                self._unknown.add(key)
        return self._sessions.get(key)

    @property
    def sessions(self) -> list[KnownSession]:
        """Return every session, the one used last first."""
        return list(self._sessions.values())
