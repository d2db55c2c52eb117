"""One thread per process that admits work when something may have become due, and sweeps on a tick."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ohdio_core.db.session import Database
from ohdio_core.work.admit import Admission
from ohdio_core.work.stages import Stage
from ohdio_core.work.sweep import sweep
from ohdio_core.work.timing import Timing, boot_clock

log = structlog.get_logger(__name__)

#: Seconds between two admissions: slots that become free in quick succession are filled together, a single one at once.
_APART = 0.01


class Dispatcher:
    """Turns wakes into admissions; many wakes at once become one.

    Args:
        admissions: The stages that this process may admit for.
        sweeps: The stages that this process sweeps on each tick: those it works for.
    """

    def __init__(
        self, database: Database, admissions: Iterable[Admission], timing: Timing, *, sweeps: Iterable[Stage] = ()
    ) -> None:
        self.database = database
        self.admissions = {admission.stage.name: admission for admission in admissions}
        self.timing = timing
        self.sweeps = tuple(sweeps)
        self._wakes: set[str] = set()
        self._condition = threading.Condition()
        self._is_ending = False
        self._may_expire_from = 0.0
        self._answered_at = boot_clock()
        self._thread = threading.Thread(target=self._loop, name="dispatcher", daemon=True)

    def start(self) -> None:
        """Begin; admits at once what is due already."""
        self.wake(self.admissions)
        self._thread.start()

    def end(self) -> None:
        """Stop, after what is being admitted now."""
        with self._condition:
            self._is_ending = True
            self._condition.notify()
        self._thread.join(timeout=10)

    def wake(self, stages: Iterable[str]) -> None:
        """Say that work of these stages may be due, or a slot free. Returns at once."""
        with self._condition:
            self._wakes.update(stages)
            self._condition.notify()

    def _loop(self) -> None:
        tick = self.timing.tick.total_seconds()
        next_tick = boot_clock()
        while True:
            with self._condition:
                if not self._wakes and not self._is_ending:
                    self._condition.wait(max(0.0, next_tick - boot_clock()))
                if self._is_ending:
                    return
            time.sleep(max(0.0, self._answered_at + _APART - boot_clock()))
            with self._condition:
                woken, self._wakes = self._wakes, set()
            try:
                if boot_clock() >= next_tick:
                    next_tick = boot_clock() + tick
                    woken |= self.tick()
                for name in woken & self.admissions.keys():
                    self.admissions[name].run(self.database)
                self._answered_at = boot_clock()
            except SQLAlchemyError as error:
                self._may_expire_from = boot_clock() + self.timing.lease.total_seconds()
                with self._condition:
                    self._wakes |= woken
                    if not self._is_ending:
                        self._condition.wait(min(tick, 1.0))
                log.warning("the database is out of reach", error=str(error).splitlines()[0])
            except Exception:
                log.exception("admission failed; it is tried again at the next tick")

    def tick(self) -> set[str]:
        """Sweep every stage of this process; return the stages to admit for."""
        for stage in self.sweeps:
            with self.database.unit_of_work() as work:
                sweep(work, stage, self.timing, may_expire=self._may_expire)
        return {stage.name for stage in self.sweeps}

    def _may_expire(self) -> bool:
        """Say whether the silence of others means anything: not when we could not have heard them ourselves."""
        now = boot_clock()
        if now - self._answered_at > (self.timing.tick + self.timing.lease / 3).total_seconds():
            self._may_expire_from = now + self.timing.lease.total_seconds()
        return now >= self._may_expire_from
