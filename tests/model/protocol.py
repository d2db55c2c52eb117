"""The conditions under which the engine writes, as its SQL has them; a test puts a fault into one by overriding it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ohdio_core.domain.queue import WorkStatus
from ohdio_core.work.capacity import Capacity
from tests.model.state import Row, Run, State


class Step(NamedTuple):
    """One thing that can happen."""

    sentence: str
    after: State
    #: Its place among what happens when nothing goes wrong any more, the lowest first; None: it is trouble, or somebody
    #: changes his mind.
    turn: int | None = None


@dataclass(frozen=True)
class Protocol:
    """The engine as it is, in a world of a few rows and workers.

    Args:
        priorities: Of the rows; as many rows as priorities.
        threads: Of each worker.
    """

    priorities: tuple[int, ...] = (5, 5)
    workers: int = 2
    threads: int = 1

    def initial(self) -> State:
        """Return the state before anything has happened: every row is queued."""
        rows = len(self.priorities)
        return State((Row(),) * rows, ((),) * self.workers, (False,) * rows, (True,) * rows)

    def capacity(self, state: State) -> Capacity:
        """Return how many slots there are. Workers that are not heard are counted: without them there are fewer."""
        return Capacity(state.limit, self.workers * self.threads, state.is_paused)

    def may_count(self, state: State) -> bool:
        """Return whether an admission may count: it locks the control row before."""
        return not state.plans

    def may_claim(self, row: Row | None) -> bool:
        """Return whether a row that a message names may be claimed."""
        return row is not None and row.status is WorkStatus.PROCESSING and row.is_admitted and not row.is_leased

    def may_finish(self, state: State, run: Run) -> bool:
        """Return whether the end of a run may be written: its row has its token."""
        return state.rows[run.row] is not None and run.holds

    def may_take_back(self, row: Row) -> bool:
        """Return whether the sweep may end the run of a row."""
        return row.status is WorkStatus.PROCESSING and row.is_leased and row.has_lease_ended

    def may_send_again(self, row: Row) -> bool:
        """Return whether the sweep may send a message for a row again."""
        return row.status is WorkStatus.PROCESSING and not row.is_leased


def name_row(place: int) -> str:
    """Return what a trace calls a row."""
    return f"row {place + 1}"


def name_worker(place: int) -> str:
    """Return what a trace calls a worker."""
    return f"Worker {'ABCD'[place]}"
