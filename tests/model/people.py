"""What people order (``collection.control``)."""

from __future__ import annotations

from collections.abc import Iterator

from ohdio_core.domain.queue import StopReason, WorkStatus
from ohdio_core.work.transitions import PAUSED, REQUEUED, RESUMED, WITHDRAWN
from tests.model.moves import move
from tests.model.protocol import Step, name_row
from tests.model.state import Row, State

_LIMITS = (1, 2)


def orders(state: State) -> Iterator[Step]:
    """Return everything that people can order now and that changes something."""
    for place, row in enumerate(state.rows):
        if row is not None and not row.is_deleted:
            yield from _pause_and_resume(state, place, row)
            yield from _have_again(state, place, row)
            yield from _reset(state, place, row)
            yield _delete(state, place, row)
    if not state.plans:  # else an admission has locked the control row
        for limit in _LIMITS:
            if limit != state.limit:
                yield Step(f"Somebody sets the limit to {limit}.", state._replace(limit=limit))
        if state.is_paused:
            yield Step("Somebody resumes all.", state._replace(is_paused=False), turn=1)
        else:
            yield Step("Somebody pauses all.", state._replace(is_paused=True))


def _pause_and_resume(state: State, place: int, row: Row) -> Iterator[Step]:
    if row.is_leased and row.asked is not StopReason.PAUSE:
        yield Step(
            f"Somebody pauses {name_row(place)}, which is asked to stop.",
            state.with_row(place, row._replace(asked=StopReason.PAUSE)),
        )
    elif not row.is_leased and row.status in PAUSED.sources:
        yield Step(f"Somebody pauses {name_row(place)}.", move(state, place, PAUSED))
    if row.asked is StopReason.PAUSE:
        yield Step(
            f"Somebody resumes {name_row(place)}, which has not stopped yet.",
            state.with_row(place, row._replace(asked=None)),
        )
    if row.status in RESUMED.sources:
        yield Step(f"Somebody resumes {name_row(place)}.", move(state, place, RESUMED), turn=10)


def _have_again(state: State, place: int, row: Row) -> Iterator[Step]:
    if row.status is WorkStatus.FAILED or (row.status is WorkStatus.QUEUED and row.waits):
        yield Step(f"Somebody retries {name_row(place)}.", move(state, place, REQUEUED), turn=10)
    if row.status is WorkStatus.COMPLETED:
        after = move(state, place, REQUEUED)
        after = after.with_row(place, after.row(place)._replace(has_moved=False))
        yield Step(f"Somebody has {name_row(place)} fetched again.", after)


def _reset(state: State, place: int, row: Row) -> Iterator[Step]:
    if row.is_leased and row.asked is None:
        asked = row._replace(asked=StopReason.RESET)
        yield Step(f"Somebody resets {name_row(place)}, which is asked to stop.", state.with_row(place, asked))
    elif row.status is WorkStatus.QUEUED:
        after = move(state, place, REQUEUED)
        if after != state:
            yield Step(f"Somebody resets {name_row(place)}, which waits.", after, turn=10)
    elif row.status is WorkStatus.PROCESSING and not row.is_leased:
        after = move(state, place, WITHDRAWN)
        afresh = after.row(place)._replace(attempts=0, has_error=False, has_reason=False)
        yield Step(f"Somebody resets {name_row(place)}, which has a slot.", after.with_row(place, afresh))


def _delete(state: State, place: int, row: Row) -> Step:
    state = state._replace(
        is_wanted=tuple([other != place and is_wanted for other, is_wanted in enumerate(state.is_wanted)])
    )
    if row.is_leased:
        asked = row._replace(asked=StopReason.DELETE, is_deleted=True)
        return Step(f"Somebody deletes {name_row(place)}, which is asked to stop.", state.with_row(place, asked))
    return Step(f"Somebody deletes {name_row(place)}.", state.with_row(place, None))
