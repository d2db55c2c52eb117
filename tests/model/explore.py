"""Breadth-first search over everything that can happen, so that the trace to a fault is a shortest one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from ohdio_core.domain.queue import WorkStatus
from tests.model.admission import admissions
from tests.model.invariants import broken_by, broken_in
from tests.model.people import orders
from tests.model.protocol import Protocol, Step
from tests.model.runs import deliveries, runs
from tests.model.state import Phase, Row, Rows, Run, State, Workers
from tests.model.sweep import sweeps


@dataclass(frozen=True)
class Explored:
    """What a search has come to."""

    states: int  #: of which every next step was looked at
    is_complete: bool  #: whether there are no others
    fault: str = ""  #: what must not be, after the steps that lead there, one numbered line each; empty: none was found


def steps(protocol: Protocol, state: State) -> Iterator[Step]:
    """Return everything that can happen next."""
    return chain(
        admissions(protocol, state),
        deliveries(protocol, state),
        runs(protocol, state),
        sweeps(protocol, state),
        orders(state),
    )


def explore(protocol: Protocol, *, most: int | None = None) -> Explored:
    """Look at every state that can be reached, those of the fewest steps first, until something is wrong.

    From each, everything must be completed as well if nothing goes wrong any more.

    Args:
        most: States to look at; None: all that there are.
    """
    return _Search(protocol).run(most)


class _Search:
    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.initial = protocol.initial()
        self.parents: dict[State, State | None] = {self.initial: None}
        self.good: dict[State, State] = {}  # every state that was looked at, and where it goes when all goes well
        self._numbers: dict[tuple[Run, ...], int] = {}  # an order, as good as any
        self._sorted: dict[Workers, Workers] = {}

    def run(self, most: int | None) -> Explored:
        frontier = deque([self.initial])
        while frontier and (most is None or len(self.good) < most):
            state = frontier.popleft()
            possible = list(steps(self.protocol, state))
            for step in possible:
                after = self.essence(step.after)
                is_new = after not in self.parents
                if broken_by(state, step.after) or (is_new and broken_in(after)):
                    fault = self._tell([*self._path(state), after])
                    return Explored(len(self.good), is_complete=False, fault=fault)
                if is_new:
                    self.parents[after] = state
                    frontier.append(after)
            best = _best(possible)
            self.good[state] = state if best is None else self.essence(best.after)
        stuck = self._find_stuck()
        if stuck is not None:
            return Explored(len(self.good), is_complete=False, fault=self._tell_stuck(stuck))
        return Explored(len(self.good), is_complete=not frontier)

    def essence(self, state: State) -> State:
        """Return the same for states that differ by the names of workers, or by what nothing depends on any more."""
        workers = self._sorted.get(state.workers)
        if workers is None:
            workers = self._sorted[state.workers] = self._sort(state.workers)
        # A message for a row that may not be claimed comes to nothing, and once it may another was sent.
        mail = tuple([sent and self.protocol.may_claim(row) for sent, row in zip(state.mail, state.rows, strict=True)])
        return State(_essence(state.rows), workers, mail, *state[3:])

    def _sort(self, workers: Workers) -> Workers:
        bare = [tuple([_run_essence(run) for run in runs]) for runs in workers]
        return tuple(sorted(bare, key=lambda runs: self._numbers.setdefault(runs, len(self._numbers))))

    def _find_stuck(self) -> State | None:
        """Return the first state that was looked at from which not everything is completed, though all goes well."""
        ending: set[State] = set()
        for state in self.good:
            path: dict[State, None] = {}
            here = state
            while here not in ending and not _is_completed(here):
                path[here] = None
                here = self.good.get(here) or self._when_good(here)
                if here in path:
                    return state
            ending.update(path)
        return None

    def _when_good(self, state: State) -> State:
        best = _best(steps(self.protocol, state))
        return state if best is None else self.essence(best.after)

    def _tell(self, path: Sequence[State]) -> str:
        """Return the steps along a path in words, and what is wrong after the last one."""
        # The states of the path are without names: they are given again from the beginning.
        state, lines, wrong = self.initial, list[str](), list[str]()
        for essence in path:
            possible = [step for step in steps(self.protocol, state) if self.essence(step.after) == essence]
            step = max(possible, key=lambda step: len(broken_by(state, step.after)))
            wrong = broken_by(state, step.after) or broken_in(step.after)
            state = step.after
            lines.append(f"{len(lines) + 1}. {step.sentence}")
        return "\n".join([*lines, *wrong])

    def _path(self, state: State) -> list[State]:
        """Return the states after the first one on the shortest way to a state."""
        path = []
        here: State | None = state
        while here is not None:
            path.append(here)
            here = self.parents[here]
        return path[-2::-1]

    def _tell_stuck(self, state: State) -> str:
        path = self._path(state)
        seen = {state}
        while (state := self._when_good(state)) not in seen:
            seen.add(state)
            path.append(state)
        return f"{self._tell(path)}\nNothing goes wrong any more, and yet not everything is ever completed."


def _best(possible: Iterable[Step]) -> Step | None:
    """Return the step that is next when all goes well."""
    best = None
    for step in possible:
        if step.turn is not None and (best is None or best.turn is None or step.turn < best.turn):
            best = step
    return best


def _is_completed(state: State) -> bool:
    return all(row is None or row.status is WorkStatus.COMPLETED for row in state.rows)


@cache
def _essence(rows: Rows) -> Rows:
    """Return rows without reasons and errors that nothing is to have, and without attempts that do not count."""
    return tuple([row and _row_essence(row) for row in rows])


def _row_essence(row: Row) -> Row:
    is_over = row.status in {WorkStatus.COMPLETED, WorkStatus.FAILED}
    return row._replace(
        has_reason=row.has_reason and row.waits,
        has_error=row.has_error and row.status is WorkStatus.FAILED,
        attempts=0 if is_over else row.attempts,
    )


def _run_essence(run: Run) -> Run:
    """Return the run, without what is of no use any more once it has lost its lease."""
    if run.holds:
        return run
    phase = run.phase if run.phase is Phase.WORKS else Phase.ENDED
    successor = run.successor if run.successor is not None and run.successor.holds else None
    return Run(run.row, attempts=1, holds=False, phase=phase, successor=successor)
