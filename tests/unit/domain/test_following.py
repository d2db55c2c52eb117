"""When a listing that is followed is looked at again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ohdio_core.domain.audiobook import BookRef
from ohdio_core.domain.following import NewestFirst, next_check
from ohdio_core.domain.rhythm import Rhythm

NOON = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
HOURS = timedelta(hours=6)


def book(day: int | None) -> BookRef:
    published = None if day is None else datetime(2026, 3, day, tzinfo=UTC)
    return BookRef("rss", f"https://stories.example/{day}", str(day), published=published)


def test_those_that_begin_together_drift_apart() -> None:
    waits = {next_check(HOURS, failures=0, now=NOON) for _ in range(50)}
    assert len(waits) > 40
    assert all(0.9 * HOURS <= wait <= 1.1 * HOURS for wait in waits)


def test_a_site_that_asks_for_more_time_has_it() -> None:
    assert next_check(HOURS, failures=3, now=NOON, retry_after=timedelta(days=1)) == timedelta(days=1)


@pytest.mark.parametrize(
    ("every", "most"),
    [
        (timedelta(minutes=5), HOURS),
        (timedelta(days=1), timedelta(days=1)),
        (timedelta(days=365), timedelta(days=7)),
    ],
)
def test_a_listing_that_says_nothing_is_new_so_soon_is_believed_for_a_week(every: timedelta, most: timedelta) -> None:
    wait = next_check(HOURS, failures=0, now=NOON, rhythm=Rhythm(every))
    assert 0.9 * most <= wait <= 1.1 * most


def test_nobody_asks_at_an_hour_that_is_to_be_skipped() -> None:
    night = Rhythm(skipped_hours=frozenset({17, 18, 19, 20}))
    for _ in range(50):
        at = NOON + next_check(HOURS, failures=0, now=NOON, rhythm=night)
        assert at.hour not in night.skipped_hours
        assert at < NOON + timedelta(hours=10)


def test_a_feed_that_skips_every_hour_is_asked_all_the_same() -> None:
    wait = next_check(HOURS, failures=0, now=NOON, rhythm=Rhythm(skipped_hours=frozenset(range(24))))
    assert wait <= 1.1 * HOURS


@pytest.mark.parametrize(
    ("days", "is_shown"),
    [
        ((3, 2, 1), True),
        ((3, 3, 1), True),
        ((1, 2), False),
        ((3, None, 1), False),
        ((None, None), False),
        ((3,), False),
    ],
)
def test_the_newest_come_first_where_dates_show_it(days: tuple[int | None, ...], is_shown: bool) -> None:
    order = NewestFirst()
    for day in days:
        order.add([book(day)])
    assert order.is_shown is is_shown
