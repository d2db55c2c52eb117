"""The engine's protocol, checked: every interleaving of what workers, people, the broker and the clock can do.

The model is two rows, two workers and a limit; what it takes from the product, and what it tells again, is written in
``docs/architecture.md``.
"""

from __future__ import annotations

import time

import pytest

from ohdio_core.domain.queue import WorkStatus
from tests.model.explore import Explored, explore
from tests.model.protocol import Protocol
from tests.model.state import Row, Run, State


def explore_aloud(protocol: Protocol, capsys: pytest.CaptureFixture[str], *, most: int | None = None) -> Explored:
    """Explore, and print what that came to into the output of the tests."""
    began_at = time.process_time()
    explored = explore(protocol, most=most)
    seconds = time.process_time() - began_at
    with capsys.disabled():
        print(f"\nexplored {explored.states:,} states of {protocol} in {seconds:.0f} s of processor time")
    return explored


class TestNothingThatCanHappenBreaksTheProtocol:
    @pytest.mark.timeout(600)  # on a machine that is busy otherwise
    def test_to_two_rows_in_the_first_hundred_thousand_states(self, capsys: pytest.CaptureFixture[str]) -> None:
        explored = explore_aloud(Protocol(), capsys, most=100_000)

        assert not explored.fault, explored.fault
        assert explored.states == 100_000

    @pytest.mark.parametrize("threads", [1, 2])
    def test_to_one_row_at_all(self, threads: int, capsys: pytest.CaptureFixture[str]) -> None:
        explored = explore_aloud(Protocol(priorities=(5,), threads=threads), capsys)

        assert not explored.fault, explored.fault
        assert explored.is_complete

    @pytest.mark.full
    @pytest.mark.timeout(3600)
    @pytest.mark.parametrize("priorities", [(5, 5), (5, 9)])
    def test_to_two_rows_at_all(self, priorities: tuple[int, ...], capsys: pytest.CaptureFixture[str]) -> None:
        explored = explore_aloud(Protocol(priorities=priorities), capsys)

        assert not explored.fault, explored.fault
        assert explored.is_complete


class FinishesWithoutItsToken(Protocol):
    """``UPDATE … WHERE id = :id``."""

    def may_finish(self, state: State, run: Run) -> bool:
        return state.rows[run.row] is not None


class FinishesWhatIsProcessing(Protocol):
    """``UPDATE … WHERE id = :id AND status = 'processing'``."""

    def may_finish(self, state: State, run: Run) -> bool:
        row = state.rows[run.row]
        return row is not None and row.status is WorkStatus.PROCESSING


class CountsBeforeItLocks(Protocol):
    """Two admissions count before either has locked the control row."""

    def may_count(self, state: State) -> bool:
        return len(state.plans) < 2


class TakesBackLiveLeases(Protocol):
    """The sweep does not ask for ``lease_until``."""

    def may_take_back(self, row: Row) -> bool:
        return row.status is WorkStatus.PROCESSING and row.is_leased


class ClaimsWhateverIsNamed(Protocol):
    """``UPDATE … WHERE id = :id`` at a claim."""

    def may_claim(self, row: Row | None) -> bool:
        return row is not None


class NeverSendsAgain(Protocol):
    """The sweep sends messages again for rows only that were not admitted."""

    def may_send_again(self, row: Row) -> bool:
        return super().may_send_again(row) and not row.is_admitted


FAULTS: dict[type[Protocol], str] = {
    FinishesWithoutItsToken: "Row 1 was completed from a status that this does not start from.",
    FinishesWhatIsProcessing: "Row 1 is complete, though nobody who held it has done it.",
    CountsBeforeItLocks: "2 slots are held, though the limit is 1.",
    TakesBackLiveLeases: "Worker A works on row 1 without its lease.",
    ClaimsWhateverIsNamed: "Worker A works on row 1 without its lease.",
    NeverSendsAgain: "Nothing goes wrong any more, and yet not everything is ever completed.",
}


class TestAFaultOnPurpose:
    def test_an_admission_that_counts_before_it_locks_is_told_in_four_steps(self) -> None:
        assert explore(CountsBeforeItLocks()).fault.splitlines() == [
            "1. An admission counts 0 held slots.",
            "2. An admission counts 0 held slots.",
            "3. The admission admits row 1.",
            "4. The admission admits row 2.",
            "2 slots are held, though the limit is 1.",
        ]

    @pytest.mark.parametrize("faulty", FAULTS, ids=lambda faulty: faulty.__name__)
    def test_is_found_with_the_steps_that_lead_to_it(self, faulty: type[Protocol]) -> None:
        *told, wrong = explore(faulty(), most=5_000).fault.splitlines()
        assert [line.partition(" ")[0] for line in told] == [f"{number}." for number in range(1, len(told) + 1)]
        assert wrong == FAULTS[faulty]
