"""What one process at a time does beside its downloads, in a thread of its own, for as long as it renews a lease."""

from __future__ import annotations

import os
import shutil
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import structlog

from ohdio_core.away import log_failure
from ohdio_core.collection.lease_lost import LeaseLost
from ohdio_core.db.session import Database, UnitOfWork

log = structlog.get_logger(__name__)

_LOOKS_EVERY = 2.0  # seconds
_RENEWS_EVERY = 5.0  # seconds


class Leased(Protocol):
    """Work that was taken."""

    def renew(self, work: UnitOfWork) -> None:
        """Go on being at it.

        Raises:
            LeaseLost: It is not ours any more.
        """


class LeasedWork(ABC):
    """Looks now and then whether there is something to be done, and goes on with it; ``Beside``.

    Args:
        work_dir: Gets a directory for what is under way. It is removed at the end; that of a process that was killed,
            by whoever takes its work.
        name: Of the work.
        nice: By how much others go first on the processor, on Linux.
        renews_every: Seconds between two renewals.
    """

    def __init__(
        self, database: Database, work_dir: Path, name: str, *, nice: int = 0, renews_every: float = _RENEWS_EVERY
    ) -> None:
        self.database = database
        self._holder = uuid4()
        self._scratch = work_dir / f"{name}-{uuid4().hex[:8]}"
        self._name = name
        self._nice = nice
        self._renews_every = renews_every
        self._taken: Leased | None = None
        self._renews_at = 0.0
        self._is_ending = threading.Event()
        self._thread = threading.Thread(target=self._loop, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self) -> None:
        """Stop soon; another process, or the next start, goes on."""
        self._is_ending.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=3)

    @abstractmethod
    def step(self) -> bool:
        """Go on with what is under way; return False where there is nothing to be done."""

    @contextmanager
    def _at(self, taken: Leased) -> Iterator[None]:
        """Hold what was taken during the block, which ends without an error where the lease is lost."""
        self._taken, self._renews_at = taken, time.monotonic() + self._renews_every
        for left in self._scratch.parent.glob(f"{self._name}-*"):
            shutil.rmtree(left, ignore_errors=True)
        try:
            with suppress(LeaseLost):
                yield
        finally:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def _check(self) -> None:
        """Return if this process is to go on.

        Raises:
            LeaseLost: It is ending, or what it was at is not its own any more.
        """
        if self._is_ending.is_set() or self._taken is None:
            raise LeaseLost
        if time.monotonic() >= self._renews_at:
            with self.database.statement() as work:
                self._taken.renew(work)
            self._renews_at = time.monotonic() + self._renews_every

    def _loop(self) -> None:
        if self._nice:
            with suppress(OSError, AttributeError):
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), self._nice)  # of this thread alone
        while not self._is_ending.wait(_LOOKS_EVERY):
            try:
                self.step()
            except Exception as error:  # noqa: BLE001 # logged
                log_failure(log, "it failed, and is tried again", error, doing=self._name)
