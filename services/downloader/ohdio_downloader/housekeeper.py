"""Keeps the library in order, beside the downloads: one thread, and one process at a time for each chore.

Chores move and delete files, which takes as long as a disk or a store wants: admission, which has a thread of its own,
never waits for that.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ohdio_core.away import log_failure
from ohdio_core.collection.lease_lost import LeaseLost
from ohdio_core.collection.renames import Renames
from ohdio_core.collection.retention import Retention
from ohdio_core.collection.trash_drops import drop_files
from ohdio_core.collection.trash_tidying import tidy_trash
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database
from ohdio_core.errors import OhdioError
from ohdio_core.meanwhile import meanwhile
from ohdio_downloader.service import DownloadService

log = structlog.get_logger(__name__)

_LOOKS_EVERY = 1.0  # seconds
_RENEWS_EVERY = 5.0  # seconds
_LEASE = timedelta(seconds=30)
_LEFT_OVER = timedelta(days=1)

_SQL = NamedSql(__name__)
_KNOW = _SQL.statement("know")
_TAKE = _SQL.statement("take")
_PUT_OFF = _SQL.statement("put_off")

#: Called often by a chore; what it raises ends it.
Check = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Chore:
    """Something that is done every so often, a bounded part of it at a time."""

    name: str  #: unique; what its next time is stored under
    every: timedelta
    run: Callable[[Check], bool]  #: does some of it; returns whether there is more to be done now


def chores_of(service: DownloadService) -> Sequence[Chore]:
    """Return what keeps a library in order. Each may be done twice, and by a process that dies at any moment."""
    database, library = service.database, service.library

    def tidy(check: Check) -> bool:
        tidy_trash(database, library, check)
        return False

    def remove_leftovers(_: Check) -> bool:
        library.remove_leftovers(older_than=_LEFT_OVER)
        return False

    def write_tags(_: Check) -> bool:
        service.write_tags()
        return False

    renames, retention = Renames(library), Retention(library)
    return (
        Chore("rename folders", timedelta(seconds=5), lambda check: renames.carry_out(database, check)),
        Chore(
            "take away what follows no longer keep",
            timedelta(minutes=1),
            lambda check: retention.take_away(database, check),
        ),
        Chore("write tags", timedelta(minutes=1), write_tags),
        Chore("tidy the trash", timedelta(minutes=10), tidy),
        Chore("delete for good", timedelta(seconds=10), lambda check: drop_files(database, library, check)),
        Chore("remove leftovers", timedelta(hours=1), remove_leftovers),
    )


class _TakenChore:
    """A chore that this process is at.

    Args:
        until: When others may take it.
    """

    def __init__(self, database: Database, chore: Chore, until: datetime) -> None:
        self.chore = chore
        self.is_ours = True
        self._database = database
        self._until: datetime | None = until

    def renew(self) -> bool:
        """Keep others from it; return False where it is another process's by now, or nobody can tell."""
        try:
            self._put_off(_LEASE)
        except SQLAlchemyError:
            self.is_ours = False
        return self.is_ours

    def end(self, *, is_more: bool) -> None:
        """Leave it until it comes round, or for whoever is free where there is more of it."""
        self._put_off(timedelta(0) if is_more else self.chore.every)

    def _put_off(self, by: timedelta) -> None:
        with self._database.statement() as work:
            named = {"name": self.chore.name, "until": self._until, "by": by}
            self._until = work.execute(_PUT_OFF, named).scalar()
        self.is_ours = self._until is not None


class Housekeeper:
    """Does the chore that has been due for the longest time, one after the other; ``Beside``.

    Args:
        chores: In the order in which they are done at the start.
    """

    def __init__(self, database: Database, chores: Sequence[Chore]) -> None:
        self._database = database
        self._chores = {chore.name: chore for chore in chores}
        self._named = {"names": list(self._chores), "intervals": [chore.every for chore in chores], "lease": _LEASE}
        self._is_known = False
        self._is_ending = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self) -> None:
        """Stop soon; another process, or the next start, goes on."""
        self._is_ending.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=1)  # whatever it is at may be interrupted at any moment

    def step(self) -> bool:
        """Do some of one chore; return False where none is due."""
        taken = self._take()
        if taken is None:
            return False

        def check() -> None:
            if self._is_ending.is_set() or not taken.is_ours:
                raise LeaseLost

        is_more = False
        with meanwhile(taken.renew, every=_RENEWS_EVERY), suppress(LeaseLost):
            try:
                is_more = taken.chore.run(check)
            except OhdioError as error:
                log.info("some of a chore is done another time", chore=taken.chore.name, reason=str(error))
        taken.end(is_more=is_more or self._is_ending.is_set())
        return True

    def _take(self) -> _TakenChore | None:
        with self._database.statement() as work:
            if not self._is_known:
                work.execute(_KNOW, {"names": list(self._chores)})
                self._is_known = True
            row = work.execute(_TAKE, self._named).one_or_none()
        return None if row is None else _TakenChore(self._database, self._chores[row.name], row.due_at)

    def _loop(self) -> None:
        while not self._is_ending.wait(_LOOKS_EVERY):
            try:
                while not self._is_ending.is_set() and self.step():
                    pass
            except Exception as error:  # noqa: BLE001 # logged
                log_failure(log, "it failed, and is tried again", error, doing="housekeeping")
