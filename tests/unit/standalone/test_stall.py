"""``ohdio get`` does not wait for a person for ever."""

from __future__ import annotations

from ohdio.stall import TIMEOUT, StallTimeout
from ohdio_client.collection import CollectionState
from tests.fixtures.views import progress_view, scan_view

MINUTE = 60.0


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def state(*, is_scanning: bool = False, **counts: int) -> CollectionState:
    scan = scan_view(status="scraping" if is_scanning else "completed")
    return CollectionState((scan,), progress_view(**{"total": 9, **counts}))


STUCK = state(queued=2, processing=1, needs_person=3)


class TestStallTimeout:
    def test_is_over_when_all_that_is_left_has_needed_a_person_for_two_minutes(self) -> None:
        stall = StallTimeout(clock := Clock())
        assert not stall.has_passed(STUCK)
        clock.now += TIMEOUT.total_seconds() - 1
        assert not stall.has_passed(STUCK)
        clock.now += 1
        assert stall.has_passed(STUCK)

    def test_lasts_while_anything_else_is_due_or_runs_or_is_looked_for(self) -> None:
        for other in (
            state(queued=3, needs_person=2),
            state(queued=2, processing=1, needs_person=2),
            state(queued=2, needs_person=2, is_scanning=True),
            state(completed=9),
        ):
            stall = StallTimeout(clock := Clock())
            for _ in range(10):
                clock.now += MINUTE
                assert not stall.has_passed(other)

    def test_begins_anew_after_something_else_ran(self) -> None:
        stall = StallTimeout(clock := Clock())
        stall.has_passed(STUCK)
        clock.now += MINUTE
        stall.has_passed(state(queued=2, processing=1, needs_person=2))
        clock.now += MINUTE
        assert not stall.has_passed(STUCK)

    def test_begins_anew_with_each_book_that_ends(self) -> None:
        stall = StallTimeout(clock := Clock())
        for completed in range(10):
            clock.now += MINUTE * 1.5
            assert not stall.has_passed(state(queued=2, needs_person=2, completed=completed))
