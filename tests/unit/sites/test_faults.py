from __future__ import annotations

import pytest

from tests.sites.faults import ArmedFaults, Fault, FaultKind, FaultTarget, RequestKind


def taken(armed: ArmedFaults, *, book: int = 1, target: str = "/a?b=c", is_ranged: bool = False) -> Fault | None:
    return armed.take(RequestKind.MEDIA, book, target, is_ranged=is_ranged)


def test_a_fault_with_a_number_of_times_is_used_up() -> None:
    armed = ArmedFaults()
    armed.arm(1, Fault.status_code(503, times=2))

    met = [taken(armed) is not None for _ in range(4)]

    assert met == [True, True, False, False]


def test_faults_of_one_target_follow_one_another() -> None:
    armed = ArmedFaults()
    armed.arm(1, Fault.cut(10, times=1))
    armed.arm(1, Fault.of(FaultKind.NEW_VERSION))

    met = [taken(armed) for _ in range(3)]

    assert [fault.kind for fault in met if fault] == [FaultKind.CUT, FaultKind.NEW_VERSION, FaultKind.NEW_VERSION]


@pytest.mark.parametrize(
    ("aim", "is_met"), [(1, True), (2, False), (None, True), ("/a", True), ("/a?b=c", True), ("/a?b=d", False)]
)
def test_a_fault_meets_what_it_is_aimed_at(aim: FaultTarget, is_met: bool) -> None:
    armed = ArmedFaults()
    armed.arm(aim, Fault.of(FaultKind.EMPTY))

    assert (taken(armed) is not None) is is_met


def test_a_fault_of_pages_does_not_meet_a_media_request() -> None:
    armed = ArmedFaults()
    armed.arm(1, Fault.status_code(500, on=RequestKind.PAGE))

    assert taken(armed) is None


def test_a_wrong_range_waits_for_a_request_with_a_range() -> None:
    armed = ArmedFaults()
    armed.arm(1, Fault.of(FaultKind.WRONG_CONTENT_RANGE, times=1))

    assert taken(armed, is_ranged=False) is None
    assert taken(armed, is_ranged=True) is not None


def test_a_fault_of_files_cannot_be_aimed_at_pages() -> None:
    with pytest.raises(ValueError, match="cannot happen to a page request"):
        Fault.of(FaultKind.TRUNCATED, on=RequestKind.PAGE)


def test_a_fault_survives_its_way_through_json() -> None:
    fault = Fault.status_code(429, times=3, retry_after="7", on=RequestKind.VALIDATION)

    assert Fault.from_json(fault.to_json()) == fault
