"""What the product's own decisions do to the model: transitions, and the ends of runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from uuid import UUID

from ohdio_core.domain.queue import StopReason
from ohdio_core.sentences import legacy
from ohdio_core.work import transitions
from ohdio_core.work.claim import Claim
from ohdio_core.work.ending import DeadRun, Ending, ending_of, ending_of_dead
from ohdio_core.work.outcome import Again, Done, Failed, Outcome, PutBack
from ohdio_core.work.transitions import Transition
from tests.model.state import Phase, Row, Run, State

MAX_ATTEMPTS = 2  #: so few that a row can spend them all
_TOKEN = UUID(int=0)

#: How a run can end in each phase, by what a trace says of it. Why a run was stopped makes no difference to its end,
#: but for one that is to begin afresh: what else people have asked for is read in the row.
OUTCOMES: Mapping[Phase, Mapping[str, Outcome]] = {
    Phase.WORKS: {},
    Phase.STOPPED: {
        "broken off": PutBack(StopReason.LEASE_LOST),
        "broken off to begin afresh": PutBack(StopReason.RESET),
        "done in the same moment": Done(),
    },
    Phase.ENDED: {
        "done": Done(),
        "gone from its site": Failed(legacy("It is gone.")),
        "failed for now": Again(legacy("The site answered 503.")),
        "put off": Again(legacy("The disk is full."), costs_attempt=False),
    },
}

_IF_DELAYED = object()
_ONE_MORE = object()
#: What the assignments of transitions mean here.
_MEANINGS: Mapping[str, Mapping[str, Mapping[str, object]]] = {
    "admitted_at": {"NULL": {"is_admitted": False}, "clock_timestamp()": {"is_admitted": True}},
    "lease_token": {"NULL": {"is_leased": False}, "gen_random_uuid()": {"is_leased": True}},
    "lease_until": {
        "NULL": {"has_lease_ended": False},
        "clock_timestamp() + CAST(:lease AS interval)": {"has_lease_ended": False},
    },
    "stop_requested": {"NULL": {"asked": None}},
    "attempts": {"0": {"attempts": 0}, "row.attempts + 1": {"attempts": _ONE_MORE}},
    "best_progress": {"greatest(row.best_progress, row.progress)": {"has_moved": False}},
    "next_attempt_at": {
        "NULL": {"waits": False},
        "clock_timestamp() + CAST(:delay AS interval)": {"waits": _IF_DELAYED},
        "clock_timestamp() + CAST(ending.delay AS interval)": {"waits": _IF_DELAYED},
    },
    "error": {"NULL": {"has_error": False}},
    "wait_reason": {"NULL": {"has_reason": False}},
}
_MEANINGLESS = {
    *("sent_at", "worker_id", "started_at", "finished_at", "setbacks"),
    *("error_message", "wait_message"),  # the same as error and wait_reason, in another form
    "rank",  # it decides nothing but an order, and that of these rows is by their priorities, which stay
}
_BY_NAME = {transition.name: transition for transition in transitions.ALL}


@cache
def _changes(name: str) -> dict[str, object]:
    """Return the fields of a row that a transition changes."""
    changes: dict[str, object] = {"status": _BY_NAME[name].target}
    for assignment in re.split(r",(?![^(]*\))", _BY_NAME[name].also):
        column, value = (side.strip() for side in assignment.split("=", 1))
        if column not in _MEANINGLESS:
            changes |= _MEANINGS[column][value]
    return changes


@cache
def _moved(row: Row, name: str, waits: bool) -> Row:
    values = {_IF_DELAYED: waits, _ONE_MORE: row.attempts + 1}
    changes = {field: values.get(value, value) for field, value in _changes(name).items()}
    if row.status not in _BY_NAME[name].sources:
        changes["misused"] = name
    return Row(**{**row._asdict(), **changes})


def move(state: State, place: int, transition: Transition, *, waits: bool = False) -> State:
    """Return the state after a transition of a row.

    Args:
        waits: Whether what the transition is given as ``delay`` is a time.
    """
    row = state.row(place)
    state = state.with_row(place, _moved(row, transition.name, waits))
    return state.with_lost_token(place) if row.is_leased and "is_leased" in _changes(transition.name) else state


def write_ending(state: State, place: int, ending: Ending) -> State:
    """Return the state after what the end of a run makes of its row was written; a tombstone is buried."""
    state = move(state, place, ending.transition, waits=ending.delay is not None)
    row = state.row(place)
    if row.is_deleted and not row.is_leased:
        return state.with_row(place, None)
    row = row._replace(
        attempts=ending.attempts,
        has_error=ending.error is not None,
        has_reason=ending.wait_reason is not None,
        has_moved=False,
    )
    return state.with_row(place, row)


@cache
def ending(run: Run, end: str, asked: StopReason | None) -> Ending:
    """Return what the end of a run makes of its row (``work.ending``).

    Args:
        end: One of the ``OUTCOMES``.
        asked: What the row's ``stop_requested`` has, of what people ask for.
    """
    claim = Claim(id=0, token=_TOKEN, attempts=run.attempts, max_attempts=MAX_ATTEMPTS, progress=0, best_progress=0)
    asked = asked if asked in {StopReason.PAUSE, StopReason.CANCEL} else None
    return ending_of(claim, OUTCOMES[run.phase][end], int(run.has_moved), asked=asked)


@cache
def ending_of_silent(row: Row) -> Ending:
    """Return what a worker's death makes of its row (``work.ending``)."""
    error = legacy("The site answered 503.") if row.has_error else None
    return ending_of_dead(
        DeadRun(row.attempts, MAX_ATTEMPTS, setbacks=0, has_moved=row.has_moved, asked=row.asked, error=error),
        delay=None,
    )


def new_run(state: State, place: int) -> Run:
    """Return the run of a row that has just been claimed."""
    return Run(place, state.row(place).attempts)
