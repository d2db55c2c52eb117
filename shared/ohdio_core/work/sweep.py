"""The sweep: what makes lost messages and dead workers harmless.

Every worker process runs it on each tick for its own stage, under a transaction-scoped try-lock;
a frozen holder is ended by PostgreSQL's own timeouts, so it never stops the others for long.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.admission import most_overlong
from ohdio_core.domain.queue import RunOutcome, StopReason
from ohdio_core.sentences import json_of, stored, text_of
from ohdio_core.trace import bound_trace
from ohdio_core.work.capacity import Capacity, parameters_of
from ohdio_core.work.clock import bound_times
from ohdio_core.work.ending import WORKER_DIED, DeadRun, Ending, ending_of_dead
from ohdio_core.work.finish import Finished, announce_waits, apply_consequences
from ohdio_core.work.fragments import for_each_stage
from ohdio_core.work.run_log import log_finished
from ohdio_core.work.run_metrics import SweepAction, count_lost, count_sweep
from ohdio_core.work.stages import NEVER, Stage
from ohdio_core.work.timing import Timing
from ohdio_core.work.transitions import CANCELLED, FAILED, PAUSED, TAKEN_BACK

_SQL = NamedSql(__name__)
_PROMOTE_OVERLONG = for_each_stage(_SQL, "promote_overlong")
_MOST = "500"  #: rows at a time
_LOCK_DEAD = for_each_stage(_SQL, "lock_dead", most=_MOST)
_PROMOTE = for_each_stage(_SQL, "promote", most=_MOST)
_TAKE_LOST = for_each_stage(_SQL, "take_lost", most=_MOST)
#: By what becomes of the rows.
_END_RUNS = {
    transition.name: for_each_stage(_SQL, "end_runs", transition=transition.assignments)
    for transition in (TAKEN_BACK, PAUSED, FAILED, CANCELLED)
}

_LOCK_SPACE = 0x0D11
_BEATS_APART = 3  #: enough for a healthy run to be heard of before the next suspect starts


@dataclass(frozen=True, slots=True)
class Swept:
    """How many rows a sweep has concerned."""

    taken_back: int = 0  #: of workers that fell silent
    due: int = 0  #: whose time has come
    sent_again: int = 0  #: whose message was lost

    def __add__(self, other: Swept) -> Swept:
        """Return both together."""
        return Swept(self.taken_back + other.taken_back, self.due + other.due, self.sent_again + other.sent_again)


def sweep(
    work: UnitOfWork, stage: Stage, timing: Timing, *, may_expire: Callable[[], bool] = lambda: True
) -> Swept | None:
    """Take back expired leases, promote due rows, send lost messages again.

    Args:
        may_expire: False while the database has only just come back: its outage is nobody's fault,
            so workers get the time to be heard again before their rows are taken. Asked once the
            database has answered, for the first question may have waited for the end of an outage.

    Returns:
        What it has done; None when another process is sweeping this stage right now.
    """
    if not work.execute(
        sql("SELECT pg_try_advisory_xact_lock(:space, hashtext(:stage))"),
        {"space": _LOCK_SPACE, "stage": stage.name},
    ).scalar_one():
        return None
    bound_times(work, stage, timing)
    taken_back = take_back_expired(work, stage, timing) if may_expire() else []
    due = [*promote(work, stage), *promote_overlong(work, stage, timing)]
    sent_again = send_again(work, stage, timing)
    if stage.tidy:
        work.execute(sql(stage.tidy))
    return Swept(len(taken_back), len(due), len(sent_again))


def take_back_expired(work: UnitOfWork, stage: Stage, timing: Timing, *, even_if_live: bool = False) -> list[int]:
    """End the runs of workers that fell silent; return the ids of their rows.

    Those that may be what killed their worker (``ending_of_dead``) start again one by one, so that what kills workers
    does not take its neighbours along until they have failed too.

    Args:
        even_if_live: Take every lease: for a single process that has just started, so that all are old.
    """
    dead = work.execute(_LOCK_DEAD[stage.name], {"even_if_live": even_if_live}).all()
    if not dead:
        return []
    endings = _endings_of(dead, timing)
    for transition in {ending.transition for ending in endings.values()}:
        _write(work, stage, [(row, endings[row.id]) for row in dead if endings[row.id].transition is transition])
    ids = list(endings)
    apply_consequences(work, stage, ids)
    announce_waits(work, stage, ids)
    for name in (stage.name, *stage.dependants):
        work.wake(name)
    count_sweep(stage, SweepAction.TAKEN_BACK, len(dead))
    for row in dead:
        work.changed(stage.topic, row.id)
        finished = Finished(endings[row.id].status, endings[row.id].sentence, RunOutcome.LEASE_LOST)
        count_lost(stage)
        with bound_trace(row.trace_id):
            log_finished(stage, row.id, finished, title=row.title, link=row.url, seconds=row.seconds)
    return ids


def _endings_of(dead: Sequence[Row[Any]], timing: Timing) -> dict[int, Ending]:
    """Return the ending of each row whose worker died, by the row's id."""
    suspects: Counter[UUID] = Counter()
    endings = {}
    for row in sorted(dead, key=lambda _: random.random()):
        delay = None
        if not row.has_moved:
            place = suspects[row.worker_id]
            suspects[row.worker_id] += 1
            delay = place * _BEATS_APART * timing.beat or None
        asked = None if row.stop_requested is None else StopReason(row.stop_requested)
        run = DeadRun(
            row.attempts, row.max_attempts, row.setbacks, row.has_moved, asked, stored(row.error, row.error_message)
        )
        endings[row.id] = ending_of_dead(run, delay=delay)
    return dict(sorted(endings.items()))


def _write(work: UnitOfWork, stage: Stage, dead: Sequence[tuple[Row[Any], Ending]]) -> None:
    """Write endings of one transition into rows that this transaction holds, and record them."""
    rows, endings = [row for row, _ in dead], [ending for _, ending in dead]
    (transition,) = {ending.transition for ending in endings}
    said = [ending.sentence or WORKER_DIED for ending in endings]
    work.execute(
        _END_RUNS[transition.name][stage.name],
        {
            "ids": [row.id for row in rows],
            "attempts": [ending.attempts for ending in endings],
            "delays": [ending.delay for ending in endings],
            "errors": [text_of(ending.error) for ending in endings],
            "error_messages": [json_of(ending.error) for ending in endings],
            "wait_reasons": [text_of(ending.wait_reason) for ending in endings],
            "wait_messages": [json_of(ending.wait_reason) for ending in endings],
            "outcome": RunOutcome.LEASE_LOST.value,
            "numbers": [row.attempts for row in rows],
            "bytes": [row.bytes for row in rows],
            "hosts": [row.host for row in rows],
            "workers": [row.worker_id for row in rows],
            "reasons": [text_of(each) for each in said],
            "messages": [json_of(each) for each in said],
        },
    )


def promote(work: UnitOfWork, stage: Stage) -> list[int]:
    """Make rows whose time has come due, so that the index of due rows finds them; return their ids."""
    promoted = work.execute(_PROMOTE[stage.name]).scalars()
    return _announced_due(work, stage, promoted)


def promote_overlong(work: UnitOfWork, stage: Stage, timing: Timing) -> list[int]:
    """Make as many rows due that outlived their time, and were stopped, as slots are left that such may hold.

    So admission and relay, which start whatever is due, never start more of them; the one that waited longest first.
    Returns their ids.
    """
    if stage.overlong == NEVER:
        return []
    capacity = Capacity(*work.execute(sql(stage.slots.query), parameters_of(stage.service, timing)).one())
    promoted = work.execute(_PROMOTE_OVERLONG[stage.name], {"most": most_overlong(capacity.slots)}).scalars()
    return _announced_due(work, stage, promoted)


def _announced_due(work: UnitOfWork, stage: Stage, promoted: Iterable[int]) -> list[int]:
    ids = list(promoted)
    announce_waits(work, stage, ids)
    count_sweep(stage, SweepAction.MADE_DUE, len(ids))
    for row_id in ids:
        work.changed(stage.topic, row_id)
        work.wake(stage.name)
    return ids


def send_again(work: UnitOfWork, stage: Stage, timing: Timing) -> list[int]:
    """Send the message of admitted rows that nobody claims; return their ids.

    While every live thread is busy a message may simply be waiting, so it counts as lost only when
    a message that was sent clearly later has been taken already, or when a thread is idle. A thread
    is idle between any two messages too, so no more are sent again than threads are.
    """
    parameters = {"service": stage.service, "lease": timing.lease, "resend_after": timing.resend_after}
    ids = list(work.execute(_TAKE_LOST[stage.name], parameters).scalars())
    for row_id in ids:
        count_sweep(stage, SweepAction.SENT_AGAIN, 1)
        work.publish(stage.message(row_id))
    return ids
