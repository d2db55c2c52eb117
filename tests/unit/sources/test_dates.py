"""Dates in the forms in which feeds and sites write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.sources.dates import parse_date

_AT_NINE = datetime(2019, 9, 3, 9, 5, 7, tzinfo=UTC)
_ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 03 Sep 2019 09:05:07 GMT",
        "Tue, 3 Sept 2019 11:05:07 +0200",
        "Tue, 3 Sept. 2019 11:05:07 +02:00",
        "3 September 2019 09:05:07 Z",
        "Tue, 03 Sep 19 05:05:07 EDT",
        "Tue, 03 Sep 2019 11:05:07 CEST",
        "Tue, 03 Sep 2019 11:05:07 MESZ",
        "Tue, 03 Sep 2019 11:05:07 Europe/Berlin",
        "Tue, 03 Sep 2019 05:05:07 America/New_York",
        "Tue, 03 Sep 2019 05:05:07 ET",
        "Tue, Sep 3 2019 02:05:07 -0700",
        "September 3rd, 2019 09:05:07 am UTC",
        "Tue Sep 03 2019 09:05:07 GMT+0000 (Coordinated Universal Time)",
        "Tue Sep 03 2019 02:05:07 GMT-0700 (Pacific Daylight Time)",
        "Tue, 03 Sep 2019 12:05:07 GMT+3",
        "Tue Sep  3 09:05:07 2019",
        "Tue, 03 Sep 2019 09:05:07",
        "2019-09-03T09:05:07Z",
        "2019-09-03T11:05:07+0200",
        "2019-09-03 11:05:07 +02:00",
        "2019/09/03 09:05:07",
        "2019-9-3 09:05:07 UTC",
        "mar., 3 Sep 2019 09:05:07 GMT",
        "Tue, 03 Sep 2019 09:05:07 Atlantis/Nowhere",
        "Tue, 03 Sep 2019 09:05:07 +99:00",
        "Tue, 03 Sep 2019 9:5:7 GMT",
        "Tue, 03 Sep 2019 09:05:07.123 +0000",
        "03/Sep/2019:11:05:07 +0200",
        "20190903T090507Z",
        "1567501507",
        "1567501507000",
        "3. 9. 2019 09:05:07",
    ],
)
def test_every_form_is_one_moment(text: str) -> None:
    assert parse_date(text) == _AT_NINE


@pytest.mark.parametrize(
    "text", ["3 septembre 2019 à 14h30", "14 h 30, le 3 sept. 2019", "3. September 2019, 14 Uhr 30"]
)
def test_a_time_may_be_in_hours_as_people_write_them(text: str) -> None:
    assert parse_date(text) == datetime(2019, 9, 3, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["Tue, 03 Sep 2019", "3 Sept 2019", "September 3, 2019", "2019-09-03", "2019/9/3"])
def test_a_day_without_a_time_is_its_midnight(text: str) -> None:
    assert parse_date(text) == datetime(2019, 9, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2 août 2019",
        "ven. 2 aout 2019",
        "Freitag, 2. August 2019",
        "2 ago. 2019",
        "2 de agosto de 2019",
        "piątek, 2 sierpnia 2019",
        "2 srpna 2019",
        "2 августа 2019",
        "2 Ağustos 2019",
        "2 Αυγ 2019",
        "vr 2 augustus 2019",
        "2019年8月2日",
        "2019년 8월 2일",
        "2. 8. 2019",
        "02.08.2019",
        "20190802",
    ],
)
def test_a_day_is_read_in_many_languages(text: str) -> None:
    assert parse_date(text) == datetime(2019, 8, 2, tzinfo=UTC)


@pytest.mark.parametrize("text", ["13/08/2019", "08/13/2019", "13-8-2019", "8-13-2019", "13.08.2019"])
def test_a_number_above_twelve_is_no_month(text: str) -> None:
    assert parse_date(text) == datetime(2019, 8, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "month"),
    [("mar. 3 sept. 2019", 9), ("mar 3 mars 2020", 3), ("3 mar 2020", 3), ("3 mrt 2020", 3), ("5 juil. 2019", 7)],
)
def test_a_day_of_the_week_is_not_taken_for_a_month(text: str, month: int) -> None:
    date = parse_date(text)
    assert date is not None
    assert date.month == month


def test_half_a_day_later_is_the_afternoon() -> None:
    assert parse_date("3 May 2019, 12:30 PM GMT") == datetime(2019, 5, 3, 12, 30, tzinfo=UTC)
    assert parse_date("3 May 2019, 12:30 a.m. GMT") == datetime(2019, 5, 3, 0, 30, tzinfo=UTC)


def test_the_end_of_a_day_is_the_beginning_of_the_next() -> None:
    assert parse_date("Tue, 31 Dec 2019 24:00:00 GMT") == datetime(2020, 1, 1, tzinfo=UTC)
    assert parse_date("Tue, 31 Dec 2019 23:59:60 GMT") == datetime(2020, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2019",
        "0000-00-00",
        "-0001-11-30",
        "Wed, 30 Nov -0001 00:00:00 +0000",
        "5 jui 2019",
        "Mon, 30 Feb 2019 10:00:00 GMT",
        "3 Sep 2019 25:00",
        "01/02/2024",
        "5-6-2024",
        "31/31/2024",
        "1" * 300,
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_date(text) is None


@given(st.integers(-(10**9), 4 * 10**9), _ZONES)
def test_what_is_written_as_specified_is_read_back(seconds: int, zone: timezone) -> None:
    date = datetime.fromtimestamp(seconds, zone)
    assert parse_date(format_datetime(date)) == date
    assert parse_date(date.isoformat()) == date


@given(st.text(alphabet="0123456789:/-+., ()TZGMTSepamSunEurope", max_size=60))
def test_any_text_is_a_date_or_none(text: str) -> None:
    date = parse_date(text)
    assert date is None or date.tzinfo is not None
