"""What a worker process tidies up now and then."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import structlog

from ohdio_core.away import log_failure

log = structlog.get_logger(__name__)


class Upkeep:
    """Does a chore at the start and then every so often, in a thread of its own; one that fails is tried again.

    The log tells when it begins to fail, or fails in another way, and when it works again, not of each time.
    """

    def __init__(self, chore: Callable[[], None], *, every: timedelta) -> None:
        self._chore = chore
        self._every = every
        self._is_ending = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="upkeep", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self) -> None:
        """Do no further chore; one that is being done is waited for, but not for long."""
        self._is_ending.set()
        self._thread.join(timeout=2)

    def _loop(self) -> None:
        failing: type[Exception] | None = None
        while True:
            try:
                self._chore()
            except Exception as error:  # noqa: BLE001 # logged
                if failing is not type(error):
                    log_failure(log, "tidying up failed; it is tried again later", error)
                failing = type(error)
            else:
                if failing is not None:
                    log.info("tidying up works again")
                failing = None
            if self._is_ending.wait(self._every.total_seconds()):
                return
