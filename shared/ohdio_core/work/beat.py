"""The heartbeat: liveness, progress and control in one statement.

Once a second a busy process renews its leases, writes how far it is, and learns what to stop. An
idle one keeps its row in ``workers`` every five. A process that has not been heard stops its own
runs before anybody may start them again.
"""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from uuid import UUID, uuid4

import structlog
from sqlalchemy import Executable
from sqlalchemy.exc import SQLAlchemyError

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database
from ohdio_core.db.sql import sql
from ohdio_core.domain.queue import StopReason
from ohdio_core.work.fragments import for_stage
from ohdio_core.work.run import Run
from ohdio_core.work.stages import STAGES, Stage
from ohdio_core.work.timing import Timing, boot_clock

log = structlog.get_logger(__name__)

_SQL = NamedSql(__name__)


@dataclass(frozen=True, slots=True)
class WorkerIdentity:
    """Who works: unique for every start of a process, so that a restarted one is never taken for its past."""

    service: str
    threads: int
    id: UUID = field(default_factory=uuid4)
    host: str = field(default_factory=socket.gethostname)
    pid: int = field(default_factory=os.getpid)
    environment: Mapping[str, object] = field(default_factory=dict)  #: settings that its start was given, by name


def _renewal(stage: Stage) -> Executable:
    extra = stage.progress_columns
    arrays = "".join(f", CAST(:{name} AS {kind}[])" for name, kind in extra)
    names = "".join(f", {name}" for name, _ in extra)
    assignments = "".join(f", {name} = coalesce(beat.{name}, row.{name})" for name, _ in extra)
    return for_stage(_SQL, "renew", stage, arrays=arrays, names=names, assignments=assignments)


_RENEW = {stage.name: _renewal(stage) for stage in STAGES.values()}


class Heartbeat:
    """Beats for the runs of one stage in this process, in a thread of its own."""

    def __init__(self, database: Database, stage: Stage, worker: WorkerIdentity, timing: Timing) -> None:
        self.database = database
        self.stage = stage
        self.worker = worker
        self.timing = timing
        self._runs: dict[int, Run] = {}
        self._written: dict[int, tuple[float, int]] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._is_ending = threading.Event()
        self._thread = threading.Thread(target=self._loop, name=f"beat-{stage.name}", daemon=True)
        self._guard = threading.Thread(target=self._guard_loop, name=f"self-stop-{stage.name}", daemon=True)
        self._version = version("ohdio-core")

    def start(self) -> None:
        """Announce this worker, so that work may be admitted for it, and begin to beat."""
        self._keep_worker_row()
        self._thread.start()
        self._guard.start()

    def end(self) -> None:
        """Stop beating and delete this worker's row. Call it when no run is left."""
        self._is_ending.set()
        self._wake.set()
        self._thread.join(timeout=5)
        self._guard.join(timeout=5)
        try:
            with self.database.unit_of_work() as work:
                work.execute(sql("DELETE FROM workers WHERE id = :id"), {"id": self.worker.id})
        except SQLAlchemyError:
            log.info("could not say goodbye to the database; this worker's row will expire by itself")

    def add(self, run: Run) -> None:
        """Begin to renew a run's lease. An earlier run of this row here has lost its own, and is stopped."""
        with self._lock:
            was_idle = not self._runs
            earlier = self._runs.get(run.claim.id)
            self._runs[run.claim.id] = run
        if earlier is not None and earlier is not run:
            earlier.stop(StopReason.LEASE_LOST)
        if was_idle:
            self._wake.set()

    def remove(self, run: Run) -> None:
        """Stop renewing a run's lease."""
        with self._lock:
            if self._runs.get(run.claim.id) is run:
                del self._runs[run.claim.id]
                self._written.pop(run.claim.id, None)

    def stop_all(self, reason: StopReason) -> None:
        """Request every run of this process to stop."""
        for run in self._current():
            run.stop(reason)

    @property
    def is_busy(self) -> bool:
        """Return whether anything runs in this process."""
        return bool(self._runs)

    def _current(self) -> list[Run]:
        with self._lock:
            return list(self._runs.values())

    def _loop(self) -> None:
        beat_at = worker_row_at = boot_clock()
        while not self._is_ending.is_set():
            interval = self.timing.beat if self.is_busy else self.timing.idle_beat
            remaining = beat_at + interval.total_seconds() - boot_clock()
            if remaining > 0:
                # Woken by the first run of an idle process; a further one must not put off the others' beat.
                self._wake.wait(remaining)
                self._wake.clear()
                continue
            beat_at = boot_clock()
            try:
                self.beat()
                if boot_clock() - worker_row_at >= self.timing.idle_beat.total_seconds() * 0.9:
                    self._keep_worker_row()
                    worker_row_at = boot_clock()
            except SQLAlchemyError as error:
                log.warning("the database did not hear this worker", stage=self.stage.name, error=_brief(error))
            except Exception:
                log.exception("a heartbeat failed", stage=self.stage.name)

    def _guard_loop(self) -> None:
        """Stop runs that have not been heard for too long, even while a beat hangs in a dead connection."""
        limit = self.timing.self_stop.total_seconds()
        while not self._is_ending.wait(min(1.0, limit / 10)):
            for run in self._current():
                if run.stop_reason is None and boot_clock() - run.beat_sent_at > limit:
                    log.warning("stopping by itself: the database is out of reach", id=run.claim.id)
                    run.stop(StopReason.LEASE_LOST)

    def beat(self) -> None:
        """Renew every lease of this process once, and stop what is to stop."""
        runs = {run.claim.id: run for run in self._current()}
        if not runs:
            return
        sent_at = boot_clock()
        with self.database.statement() as work:
            answers = work.execute(_RENEW[self.stage.name], self._parameters(runs, sent_at)).all()
            for run in runs.values():
                work.changed(self.stage.topic, run.claim.id)
        for answer in answers:
            run = runs[answer.id]
            if not answer.is_held:
                run.stop(StopReason.LEASE_LOST)
                continue
            run.speed_limit = answer.speed_limit
            if answer.is_renewed:
                run.beat_sent_at = sent_at
            if answer.stop is not None:
                run.stop(StopReason(answer.stop))

    def _parameters(self, runs: dict[int, Run], now: float) -> dict[str, object]:
        parameters: dict[str, object] = {
            "ids": list(runs),
            "tokens": [run.claim.token for run in runs.values()],
            "lease": self.timing.lease,
        }
        columns: dict[str, list[object]] = {name: [] for name, _ in self.stage.progress_columns}
        progress: list[int] = []
        for run in runs.values():
            done, reported = run.snapshot()
            progress.append(done)
            # What is there at the first beat may have been kept from an earlier run: it says nothing of the speed.
            before, had = self._written.get(run.claim.id, (now, done))
            reported["bytes_per_second"] = max(0, done - had) / (now - before) if now > before else None
            self._written[run.claim.id] = (now, done)
            reported["is_overlong"] = run.is_overlong
            for name, values in columns.items():
                values.append(reported.get(name))
        return {**parameters, "progress": progress, **columns}

    def _keep_worker_row(self) -> None:
        with self.database.unit_of_work() as work:
            work.execute(
                sql(
                    """
                    INSERT INTO workers (id, service, threads, host, pid, version, environment, beat_at)
                    VALUES (:id, :service, :threads, :host, :pid, :version, CAST(:environment AS jsonb),
                        clock_timestamp())
                    ON CONFLICT (id) DO UPDATE SET beat_at = clock_timestamp()
                    """
                ),
                {
                    "id": self.worker.id,
                    "service": self.worker.service,
                    "threads": self.worker.threads,
                    "host": self.worker.host,
                    "pid": self.worker.pid,
                    "version": self._version,
                    "environment": json.dumps(self.worker.environment),
                },
            )
            work.wake(self.stage.name)


def _brief(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
