from __future__ import annotations

import pytest

from ohdio_client.collection import CollectionState
from ohdio_client.rate import TransferRate, duration
from ohdio_core.schemas.queue import QueueItemView
from tests.fixtures.views import item_view, progress_view, scan_view


def item(number: int, done: int, total: int | None, speed: float | None) -> QueueItemView:
    return item_view(number, bytes_done=done, bytes_total=total, bytes_per_second=speed)


def state(*running: QueueItemView, queued: int = 0, scan: str = "completed") -> CollectionState:
    return CollectionState(
        (scan_view(status=scan),), progress_view(running=list(running), queued=queued, processing=len(running))
    )


class TestTransferRate:
    def test_adds_up_what_runs_and_counts_waiting_books_as_heavy_as_the_others(self) -> None:
        rate = TransferRate()
        rate.update(state(item(1, 500, 1000, 100.0), item(2, 0, 3000, 300.0), queued=2))

        assert rate.bytes_per_second == pytest.approx(400)
        assert rate.seconds_left == pytest.approx((500 + 3000 + 2 * 2000) / 400)

    def test_takes_a_running_book_of_unknown_size_for_a_usual_one(self) -> None:
        rate = TransferRate()
        rate.update(state(item(1, 1000, 2000, 100.0), item(2, 500, None, None)))

        assert rate.seconds_left == pytest.approx((1000 + 1500) / 100)

    def test_does_not_jump_when_a_book_ends(self) -> None:
        rate = TransferRate()
        rate.update(state(item(1, 0, 1000, 100.0), item(2, 0, 1000, 100.0)))
        rate.update(state(item(1, 0, 1000, 100.0)))

        assert 150 < rate.bytes_per_second < 200

    def test_tells_a_standstill_at_once_and_no_end_then(self) -> None:
        rate = TransferRate()
        rate.update(state(item(1, 0, 1000, 100.0)))
        rate.update(state(queued=3))

        assert rate.bytes_per_second == 0
        assert rate.seconds_left is None

    def test_tells_no_end_while_books_are_being_found(self) -> None:
        rate = TransferRate()
        rate.update(state(item(1, 0, 1000, 100.0), scan="scraping"))

        assert rate.seconds_left is None

    def test_tells_no_end_before_it_has_seen_a_size(self) -> None:
        rate = TransferRate()
        rate.update(state(item(1, 10, None, 100.0), queued=5))

        assert rate.seconds_left is None


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0.2, "0 s"),
        (59.4, "59 s"),
        (60, "1 min 0 s"),
        (599, "9 min 59 s"),
        (3599, "59 min"),
        (3600, "1 h 0 min"),
        (90_000, "25 h 0 min"),
    ],
)
def test_durations_are_written_for_people(seconds: float, written: str) -> None:
    assert duration(seconds) == written
