"""Time, and what the sweep makes of it (``work.sweep``).

It takes one row at a time here: its statements skip rows that others have locked, so that any of them may be left.
"""

from __future__ import annotations

from collections.abc import Iterator

from ohdio_core.domain.queue import WorkStatus
from tests.model.moves import ending_of_silent, write_ending
from tests.model.protocol import Protocol, Step, name_row
from tests.model.state import Phase, Row, State


def sweeps(protocol: Protocol, state: State) -> Iterator[Step]:
    """Return which leases can end, and what the sweep can do."""
    for place, row in enumerate(state.rows):
        if row is None:
            continue
        if row.is_leased and not row.has_lease_ended and not _is_worked_on(state, place):
            yield Step(
                f"The lease of {name_row(place)} ends.",
                state.with_row(place, row._replace(has_lease_ended=True)),
                turn=7,
            )
        yield from _sweeps(protocol, state, place, row)


def _is_worked_on(state: State, place: int) -> bool:
    """Return whether bytes flow under a row's lease: a worker stops before its lease ends (``Timing.self_stop``)."""
    return any(run.row == place and run.holds and run.phase is Phase.WORKS for _, run in state.runs())


def _sweeps(protocol: Protocol, state: State, place: int, row: Row) -> Iterator[Step]:
    if protocol.may_take_back(row):
        fate = ending_of_silent(row)
        yield Step(
            f"The sweep ends the run of {name_row(place)}: {fate.transition.name}.",
            write_ending(state, place, fate),
            turn=8,
        )
    if protocol.may_send_again(row) and not state.mail[place]:
        yield Step(f"The sweep sends a message for {name_row(place)} again.", state.with_mail(place), turn=6)
    if row.status is WorkStatus.QUEUED and row.waits:
        yield Step(
            f"The wait of {name_row(place)} is over, and the sweep makes it due.",
            state.with_row(place, row._replace(waits=False)),
            turn=9,
        )
