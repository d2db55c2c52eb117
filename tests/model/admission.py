"""Admission (``work.admit``): counts under a lock, then writes, each row under a condition of its own.

Both are steps, because runs end and people order things between the two.
"""

from __future__ import annotations

from collections.abc import Iterator

from ohdio_core.domain.admission import Candidate, Slot, choose, take_back
from ohdio_core.domain.queue import StopReason, WorkStatus
from ohdio_core.work.transitions import ADMITTED, WITHDRAWN
from tests.model.moves import move
from tests.model.protocol import Protocol, Step, name_row
from tests.model.state import Plan, State

_SITE = "stories.example"


def admissions(protocol: Protocol, state: State) -> Iterator[Step]:
    """Return how an admission can begin, and how those under way can go on."""
    for plan in dict.fromkeys(state.plans):
        under_way = list(state.plans)
        under_way.remove(plan)
        others = state._replace(plans=tuple(under_way))
        yield _write(protocol, others, plan)
        yield Step("The admission is broken off.", others)
    if protocol.may_count(state) and _is_worthwhile(protocol, state):
        plans = sorted((*state.plans, _plan(protocol, state)))
        yield Step(f"An admission counts {state.held()} held slots.", state._replace(plans=tuple(plans)), turn=11)


def _plan(protocol: Protocol, state: State) -> Plan:
    """Count, and decide what gives way."""
    capacity = protocol.capacity(state)
    slots = [
        Slot(place, _SITE, protocol.priorities[place], is_running=row.is_leased, is_stopping=row.asked is not None)
        for place, row in enumerate(state.rows)
        if row is not None and row.status is WorkStatus.PROCESSING
    ]
    back = take_back(slots, limit=capacity.limit, is_paused=capacity.is_paused)
    return Plan(back.to_waiting, back.to_stop, capacity.slots - len(slots))


def choose_due(protocol: Protocol, state: State, free: int) -> list[int]:
    """Return the due rows that get the free slots."""
    due = [
        Candidate(place, _SITE, protocol.priorities[place])
        for place, row in enumerate(state.rows)
        if row is not None and row.is_due
    ]
    return choose(due, free=free, held_by_site={}, served_at={}) if due and free > 0 else []


def _is_worthwhile(protocol: Protocol, state: State) -> bool:
    held, capacity = state.held(), protocol.capacity(state)
    is_too_much = held > (0 if capacity.is_paused else capacity.limit)
    return is_too_much or bool(choose_due(protocol, state, capacity.slots - held))


def _write(protocol: Protocol, state: State, plan: Plan) -> Step:
    """Yield the states after slots were taken back, runs asked to stop, and rows admitted."""
    free, done = plan.free, []
    for place in plan.to_waiting:
        row = state.rows[place]
        if row is not None and row.status is WorkStatus.PROCESSING and not row.is_leased:
            state = move(state, place, WITHDRAWN)
            free += 1
            done.append(f"takes the slot of {name_row(place)} back")
    for place in plan.to_stop:
        row = state.rows[place]
        if row is not None and row.is_leased and row.asked is None:
            state = state.with_row(place, row._replace(asked=StopReason.LIMIT))
            done.append(f"asks the run of {name_row(place)} to stop")
    for place in choose_due(protocol, state, free):
        state = move(state, place, ADMITTED).with_mail(place)
        done.append(f"admits {name_row(place)}")
    return Step(f"The admission {' and '.join(done) or 'has nothing to do'}.", state, turn=2)
