"""Which hours of the day books are downloaded in, by clocks that are set forward and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ohdio_core.domain.download_hours import DownloadHours

MONTREAL = ZoneInfo("America/Montreal")
#: In 2026 the clock is set from 2:00 to 3:00 on 8 March, and from 2:00 back to 1:00 on 1 November.
USUAL, FORWARD, BACK = (datetime(2026, *day, tzinfo=MONTREAL) for day in ((6, 1), (3, 8), (11, 1)))


def minutes_open(text: str, day: datetime) -> int:
    """Return how many minutes of a day in Montreal, from noon to noon, are download hours."""
    hours = DownloadHours.of(text)
    begin = (day - timedelta(hours=12)).astimezone(UTC)
    end = (day + timedelta(hours=12)).astimezone(UTC)
    length = (end - begin) // timedelta(minutes=1)
    return sum(hours.has(begin + timedelta(minutes=minute), MONTREAL) for minute in range(length))


@pytest.mark.parametrize(
    ("text", "hour", "is_in"),
    [
        ("", 12, True),
        ("23:00-07:00", 23, True),
        ("23:00-07:00", 6, True),
        ("23:00-07:00", 7, False),
        ("23:00-07:00", 12, False),
        ("9:00-17:00", 12, True),
        ("9:00-12:00", 12, False),
        ("23:00-07:00, 12:00-13:30", 12, True),
        ("22:00-24:00", 23, True),
        ("22:00-24:00", 0, False),
        ("08:00-08:00", 3, True),
    ],
)
def test_an_hour_is_one_of_them_or_none(text: str, hour: int, is_in: bool) -> None:
    assert DownloadHours.of(text).has(datetime(2026, 6, 1, hour, tzinfo=UTC), UTC) is is_in


@pytest.mark.parametrize(
    ("text", "usual", "forward", "back"),
    [
        ("01:00-05:00", 240, 180, 300),  # holds the hour that is missing, and the one that comes twice
        ("23:00-07:00", 480, 420, 540),
        ("02:15-02:45", 30, 0, 30),  # is missing
        ("01:15-01:45", 30, 30, 60),  # comes twice
        ("00:30-01:30", 60, 60, 90),  # ends in the hour that comes twice
        ("01:30-03:30", 120, 60, 150),  # begins in it: what is before does not come again
        ("03:00-05:00", 120, 120, 120),
    ],
)
def test_go_by_the_clock_on_the_wall_when_it_is_set(text: str, usual: int, forward: int, back: int) -> None:
    assert minutes_open(text, USUAL) == usual
    assert minutes_open(text, FORWARD) == forward
    assert minutes_open(text, BACK) == back


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MONTREAL).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "begin", "end"),
    [
        ("2026-06-01 12:00", "2026-06-01 23:00", "2026-06-02 07:00"),
        ("2026-06-01 23:00:30", None, "2026-06-02 07:00"),
        ("2026-03-07 12:00", "2026-03-07 23:00", "2026-03-08 07:00"),
        ("2026-03-08 01:59:59", None, "2026-03-08 07:00"),
        ("2026-11-01 00:30", None, "2026-11-01 07:00"),
    ],
)
def test_begin_and_end_at_moments(moment: str, begin: str | None, end: str) -> None:
    hours = DownloadHours.of("23:00-07:00")
    assert hours.stretch(at(moment), MONTREAL) == (None if begin is None else at(begin), at(end))


def test_in_the_missing_hour_they_begin_a_day_later() -> None:
    begin, end = DownloadHours.of("02:15-02:45").stretch(at("2026-03-08 00:00"), MONTREAL)
    assert (begin, end) == (at("2026-03-09 02:15"), at("2026-03-09 02:45"))


def test_without_any_they_never_end() -> None:
    assert DownloadHours.of("").stretch(at("2026-06-01 12:00"), MONTREAL) == (None, None)
    assert DownloadHours.of("08:00-08:00").stretch(at("2026-06-01 12:00"), MONTREAL) == (None, None)
