"""One thread per process that admits work when something may have become due, and sweeps on a tick."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ohdio_core.db.session import Database
from ohdio_core.work.admit import Admission
from ohdio_core.work.schedules import OF_THE_ENGINE, Schedule, run_due
from ohdio_core.work.stages import Stage
from ohdio_core.work.sweep import sweep
from ohdio_core.work.timing import Timing, boot_clock

log = structlog.get_logger(__name__)


class Dispatcher:
    """Turns wakes into admissions; many wakes at once become one.

    Args:
        admissions: The stages that this process may admit for.
        sweeps: The stages that this process sweeps on each tick: those it works for.
        schedules: What comes round by the clock; a process that sweeps nothing leaves it to the others.
    """

    def __init__(
        self,
        database: Database,
        admissions: Iterable[Admission],
        timing: Timing,
        *,
        sweeps: Iterable[Stage] = (),
        schedules: Sequence[Schedule] = OF_THE_ENGINE,
    ) -> None:
        self.database = database
        self.admissions = {admission.stage.name: admission for admission in admissions}
        self.timing = timing
        self.sweeps = tuple(sweeps)
        self.schedules = schedules
        self._wakes: set[str] = set()
        self._not_before = dict.fromkeys(self.admissions, 0.0)
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
        """Admit for these stages soon, as work of theirs may be due or a slot free. Returns at once."""
        with self._condition:
            self._wakes.update(self.admissions.keys() & set(stages))
            self._condition.notify()

    @property
    def is_database_there(self) -> bool:
        """Return whether the database has answered lately; it is asked on each tick."""
        return boot_clock() - self._answered_at < (2 * self.timing.tick + self.timing.lease / 3).total_seconds()

    def _loop(self) -> None:
        tick = self.timing.tick.total_seconds()
        next_tick = boot_clock()
        while True:
            woken = self._next_wakes(next_tick)
            if woken is None:
                return
            try:
                if boot_clock() >= next_tick:
                    next_tick = boot_clock() + tick
                    woken |= self.tick()
                for name in woken & self.admissions.keys():
                    self._admit(self.admissions[name])
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

    def _next_wakes(self, next_tick: float) -> set[str] | None:
        """Wait for the tick, or for stages to admit for; return those; None at the end."""
        with self._condition:
            while not self._is_ending:
                now = boot_clock()
                woken = {name for name in self._wakes if self._not_before[name] <= now}
                if woken or next_tick <= now:
                    self._wakes -= woken
                    return woken
                self._condition.wait(min([next_tick, *(self._not_before[name] for name in self._wakes)]) - now)
            return None

    def _admit(self, admission: Admission) -> None:
        admission.run(self.database)
        self._not_before[admission.stage.name] = boot_clock() + admission.stage.slots.pause_seconds

    def tick(self) -> set[str]:
        """Sweep every stage of this process, run what is due by the clock; return the stages to admit for."""
        for stage in self.sweeps:
            with self.database.unit_of_work() as work:
                sweep(work, stage, self.timing, may_expire=self._may_expire)
        if self.sweeps:
            run_due(self.database, self.schedules)
        return {stage.name for stage in self.sweeps}

    def _may_expire(self) -> bool:
        """Return whether leases may be taken as expired: not when the database was out of reach for us as well."""
        now = boot_clock()
        if now - self._answered_at > (self.timing.tick + self.timing.lease / 3).total_seconds():
            self._may_expire_from = now + self.timing.lease.total_seconds()
        return now >= self._may_expire_from
