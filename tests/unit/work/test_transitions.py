from __future__ import annotations

from ohdio_core.domain.queue import WorkStatus
from ohdio_core.work.transitions import ALL, CLAIMED, moves

ALLOWED = {
    ("queued", "processing"),
    ("queued", "paused"),
    ("queued", "failed"),
    ("queued", "completed"),
    ("queued", "cancelled"),
    ("processing", "queued"),
    ("processing", "paused"),
    ("processing", "completed"),
    ("processing", "failed"),
    ("processing", "cancelled"),
    ("paused", "queued"),
    ("completed", "queued"),
    ("failed", "queued"),
    ("cancelled", "queued"),
}


def test_the_changes_of_a_status_are_these_and_no_others() -> None:
    assert set(moves()) == ALLOWED


def test_each_has_a_name_of_its_own() -> None:
    assert len({transition.name for transition in ALL}) == len(ALL)


def test_whatever_leaves_a_slot_leaves_no_lease_behind() -> None:
    from_processing = [
        transition
        for transition in ALL
        if WorkStatus.PROCESSING in transition.sources and transition.target is not WorkStatus.PROCESSING
    ]
    for transition in from_processing:
        assert "admitted_at = NULL" in transition.assignments
        assert "lease_token = NULL" in transition.assignments or transition.name == "withdrawn"


def test_a_status_that_stays_is_not_written() -> None:
    assert "status" not in CLAIMED.assignments
