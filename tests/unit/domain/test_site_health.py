from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.site_health import (
    FEWEST_ITEMS,
    FIRST_CLOSING,
    LONGEST_CLOSING,
    MOST_FAILURES,
    SiteHealth,
    after_failure,
    closing_time,
)

ITEMS = st.sampled_from(["downloads 1", "downloads 2", "downloads 3", "metadata 1", "scraping 1"])


def after(items: list[str]) -> tuple[SiteHealth, list[timedelta | None]]:
    """Make a healthy site fail for these items, one after another."""
    health, closings = SiteHealth(), []
    for item in items:
        health, closing = after_failure(health, item)
        closings.append(closing)
    return health, closings


class TestWhatClosesASite:
    def test_five_failures_in_a_row_of_different_items(self) -> None:
        _, closings = after([f"downloads {item}" for item in range(5)])

        assert closings == [None, None, None, None, FIRST_CLOSING]

    def test_a_broken_item_does_not_however_often_it_is_tried(self) -> None:
        _, closings = after(["downloads 1"] * 100)

        assert set(closings) == {None}

    def test_neither_do_two(self) -> None:
        _, closings = after(["downloads 1", "downloads 2"] * 50)

        assert set(closings) == {None}

    @given(st.lists(ITEMS, min_size=1, max_size=30))
    def test_it_takes_both_many_failures_and_several_items(self, items: list[str]) -> None:
        _, closings = after(items)

        first = next((place for place, closing in enumerate(closings) if closing is not None), None)
        is_enough = [
            place + 1 >= MOST_FAILURES and len(set(items[: place + 1])) >= FEWEST_ITEMS for place in range(len(items))
        ]
        assert first == (is_enough.index(True) if any(is_enough) else None)

    @given(st.lists(ITEMS, max_size=30))
    def test_what_is_remembered_stays_small(self, items: list[str]) -> None:
        health, _ = after(items)

        assert health.failures == len(items)
        assert len(health.items) == len(set(health.items)) <= FEWEST_ITEMS


class TestHowLongItIsClosed:
    def test_half_a_minute_then_twice_as_long_each_time_up_to_a_quarter_of_an_hour(self) -> None:
        assert [closing_time(number).total_seconds() for number in range(1, 8)] == [30, 60, 120, 240, 480, 900, 900]

    @given(st.integers(1, 10**9))
    def test_never_shorter_than_the_first_nor_longer_than_the_longest(self, number: int) -> None:
        assert FIRST_CLOSING <= closing_time(number) <= min(LONGEST_CLOSING, closing_time(number + 1))

    @given(ITEMS, st.integers(1, 50))
    def test_whatever_fails_next_closes_it_for_longer(self, item: str, closings: int) -> None:
        health, closing = after_failure(SiteHealth(MOST_FAILURES, (), closings), item)

        assert health.closings == closings + 1
        assert closing == closing_time(closings + 1)
