"""The limit of how fast all downloads together may be, kept over all processes that download.

Each process has a part of it, which it asks for once a second while it reads bodies; no block of bytes asks the
database.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ohdio_core.current import Current, current
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database
from ohdio_core.domain.bandwidth import Demand, fair_share, granted_share
from ohdio_downloader.byte_rate import ByteRate

log = structlog.get_logger(__name__)

_SQL = NamedSql(__name__)
_LOCK = _SQL.statement("lock")
_READ_OTHERS = _SQL.statement("read_others")
_WRITE_SHARE = _SQL.statement("write_share")
_GIVE_BACK = _SQL.statement("give_back")

_LOCK_KEY = 0x0D10_0002
_EVERY = 1.0  # seconds between two looks at who else downloads
#: A process that used less than this of its part could not make use of more.
_ENOUGH = 0.8
_MARGIN = 1.5  #: by so much more than it used it may come to need
_LEAST = 0.02  #: of the limit, for each process with transfers, however slow they are


class Bandwidth:
    """The part of this process.

    Args:
        limit: Bytes a second of all processes together; None for as many as come.
        lease: A process that was not heard for so long has no part any more.
    """

    def __init__(self, database: Database, limit: int | Current[int | None] | None, lease: timedelta) -> None:
        self._database = database
        self._limit = current(limit)
        self._lease = lease
        self._id = uuid4()
        self._rate = ByteRate()
        self._share = 0.0
        self._transfers = 0
        self._passed = 0  #: bytes since the last look
        self._looked_at = time.monotonic()
        self._last_wanted = 1.0
        self._changed = threading.Condition()
        self._is_ending = False
        self._thread = threading.Thread(target=self._run, name="bandwidth", daemon=True)

    def start(self) -> None:
        """Begin to look at who else downloads."""
        self._thread.start()

    def end(self) -> None:
        """Stop, and return the part to the others."""
        with self._changed:
            self._is_ending = True
            self._changed.notify_all()
        self._thread.join(timeout=5)

    @property
    def bytes_per_second(self) -> float | None:
        """How much this process may read; None where nobody limits it."""
        limit = self._limit()
        return None if limit is None else limit * self._share

    @contextmanager
    def transferring(self) -> Iterator[None]:
        """Count a body that is read while inside."""
        with self._changed:
            self._transfers += 1
            if self._transfers == 1:
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._transfers -= 1

    def pass_through(self, count: int, wait: Callable[[float], None]) -> bool:
        """Return once so many bytes may pass; whether they had to wait.

        Args:
            wait: Sleeps; what it raises ends the waiting.
        """
        has_waited = False
        while (rate := self.bytes_per_second) is not None and (seconds := self._rate.take(count, rate)):
            has_waited = True
            wait(seconds)
        self._passed += count  # a race loses a few: it tells whether most of the part was used
        return has_waited

    def wake(self) -> None:
        """Look at once: there is another limit."""
        with self._changed:
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                is_idle = self._transfers == 0 and self._share == 0
                if not self._is_ending:
                    self._changed.wait(None if is_idle else _EVERY)
                is_ending = self._is_ending
            try:
                self._look(is_over=is_ending)
            except SQLAlchemyError as error:
                # What was granted stays; a process that is away for long stops its transfers by itself.
                log.warning("the limit could not be divided anew", error=str(error).splitlines()[0])
            if is_ending:
                return

    def _look(self, *, is_over: bool) -> None:
        """Set the part that this process has from now on."""
        limit, transfers = self._limit(), self._transfers
        if limit is None or transfers == 0 or is_over:
            if self._share:
                self._share = 0.0
                with self._database.unit_of_work() as work:
                    work.execute(_GIVE_BACK, {"id": self._id})
            return
        mine = Demand(transfers, self._wanted(limit))
        with self._database.unit_of_work() as work:
            work.execute(_LOCK, {"lock": _LOCK_KEY})
            rows = work.execute(_READ_OTHERS, {"id": self._id, "lease": self._lease}).all()
            fair = fair_share(mine, [Demand(row.transfers, row.wanted) for row in rows])
            share = granted_share(fair, [row.share for row in rows])
            self._share = min(self._share, share)  # before others may have what it gives up
            work.execute(_WRITE_SHARE, {"id": self._id, "transfers": transfers, "wanted": mine.wanted, "share": share})
        self._share = share

    def _wanted(self, limit: int) -> float:
        """Return which part of the limit this process could make use of, by what it has used since the last look."""
        now = time.monotonic()
        if (seconds := now - self._looked_at) < _EVERY / 2:
            return self._last_wanted
        used, self._passed, self._looked_at = self._passed / seconds / limit, 0, now
        self._last_wanted = 1.0 if used >= _ENOUGH * self._share else min(1.0, max(used * _MARGIN, _LEAST))
        return self._last_wanted
