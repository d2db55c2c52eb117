"""Passing a slot on: a run that ends takes the next row in the transaction that writes its end.

Where every slot has a thread of its own, the thread that has just become free need not wait for an
admission, a message and a claim. The number of slots held never changes, so the control row is not
locked. Exceptions (more slots held than allowed, a site about which ``turns`` is out of date, a site
that is to be tried again) are left to admission, which is woken by every end anyway.
"""

from __future__ import annotations

from uuid import UUID

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.work.capacity import parameters_of
from ohdio_core.work.claim import Claim
from ohdio_core.work.fragments import for_each_stage
from ohdio_core.work.outcome import Again, Outcome, PutBack
from ohdio_core.work.run_metrics import count_wait
from ohdio_core.work.stages import Stage
from ohdio_core.work.timing import Timing

_SQL = NamedSql(__name__)
_TAKE_NEXT = for_each_stage(_SQL, "take_next")


def passes_slot_on(stage: Stage, outcome: Outcome) -> bool:
    """Return whether a run with this outcome passes its slot on.

    Not when its slot was asked for, nor when others are in line for it; nor when the work is put off, as on a full
    disk: that would be said of row after row, as fast as they can be read.
    """
    is_put_off = isinstance(outcome, PutBack) or (isinstance(outcome, Again) and not outcome.costs_attempt)
    return stage.slots.are_passed_on and not is_put_off


def take_next(work: UnitOfWork, stage: Stage, *, worker_id: UUID, timing: Timing) -> Claim | None:
    """Take the row that admission would choose for the slot that this transaction has freed.

    Only for a stage whose slots are people's limit, after a ``finish`` that was heard.

    Returns:
        None when nothing is due, or admission is to decide.
    """
    row = work.execute(
        _TAKE_NEXT[stage.name], {**parameters_of(stage.service, timing), "stage": stage.name, "worker": worker_id}
    ).one_or_none()
    if row is None:
        return None
    work.changed(stage.topic, row[0])
    count_wait(stage, row.waited)
    return Claim(*row[:-1])
