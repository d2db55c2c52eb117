"""What must hold whatever happens: the invariants of ``tests/integration/work/test_machine.py``."""

from __future__ import annotations

from functools import cache

from ohdio_core.domain.queue import WorkStatus
from tests.model.moves import MAX_ATTEMPTS
from tests.model.protocol import name_row, name_worker
from tests.model.state import Phase, Row, State


def broken_by(before: State, after: State) -> list[str]:
    """Return a sentence for everything that must not come of a step."""
    if after.rows is before.rows:
        return []
    wrong = []
    for place, row in enumerate(after.rows):
        if row is None or row is before.rows[place]:
            continue
        wrong += [f"{name_row(place).capitalize()} {what}." for what in _wrong_with(row)]
        if row.status is WorkStatus.COMPLETED and _is_completed_by_nobody(before, place):
            wrong.append(f"{name_row(place).capitalize()} is complete, though nobody who held it has done it.")
    # What was held before the limit was lowered, or all was paused, may be held still; no more is given.
    held, allowed = after.held(), 0 if after.is_paused else after.limit
    if held > before.held() and held > allowed:
        wrong.append(f"{held} slots are held, though the limit is {allowed}.")
    return wrong


def _is_completed_by_nobody(before: State, place: int) -> bool:
    row = before.rows[place]
    return (row is None or row.status is not WorkStatus.COMPLETED) and not any(
        run.row == place and run.holds and run.phase is not Phase.WORKS for _, run in before.runs()
    )


def broken_in(state: State) -> list[str]:
    """Return a sentence for everything that must not be."""
    wrong = [
        f"{name_worker(worker)} works on {name_row(run.row)} without its lease."
        for worker, run in state.runs()
        if run.phase is Phase.WORKS and not run.holds
    ]
    wrong += [
        f"{name_row(place).capitalize()} is lost."
        for place, row in enumerate(state.rows)
        if row is None and state.is_wanted[place]
    ]
    return wrong


@cache
def _wrong_with(row: Row) -> list[str]:
    wrong = []
    if row.misused:
        wrong.append(f"was {row.misused} from a status that this does not start from")
    if row.status is not WorkStatus.PROCESSING and (
        row.is_leased or row.is_admitted or row.has_lease_ended or row.asked is not None or row.is_deleted
    ):
        wrong.append(f"is {row.status}, and not let go of")
    if row.is_leased and not row.is_admitted:
        wrong.append("has a lease and no slot")
    if row.waits and not row.has_reason:
        wrong.append("waits without a reason")
    if row.status is WorkStatus.FAILED and not row.has_error:
        wrong.append("has failed without an error")
    if not 0 <= row.attempts <= MAX_ATTEMPTS:
        wrong.append(f"has spent {row.attempts} attempts of {MAX_ATTEMPTS}")
    return wrong
