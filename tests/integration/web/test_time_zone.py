"""Times on pages are those of where people are."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import pytest

from ohdio_api.settings import ApiSettings
from ohdio_api.web.words import words
from ohdio_core.live_settings import settings_of
from ohdio_core.time_zone import ProcessTimeZone
from tests.fixtures.api import Api
from tests.fixtures.page import Page
from tests.fixtures.workers import wait_until

BROWSER = {"Accept": "text/html", "Accept-Language": "en-CA,en;q=0.9"}


@pytest.fixture(autouse=True)
def zone_of_the_machine() -> Iterator[None]:
    """Set the time zone as before once a test has ended."""
    before = os.environ.get("TZ")
    yield
    os.environ.pop("TZ", None)
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


class TestZone:
    def test_counts_at_once_and_returns_to_that_of_the_machine(self, api: Api) -> None:
        (item,) = api.engine.titled("The Lamp")
        api.engine.execute(
            "UPDATE queue_items SET wait_reason = 'its site asked for a pause', next_attempt_at = "
            "'2098-07-01T12:00:00Z' WHERE id = :id",
            id=item,
        )

        def shown() -> str:
            (text,) = Page(api.outside.get("/", headers=BROWSER).text).texts(f"#item-{item} [data-more]")
            return text

        def is_told(clock: str) -> bool:
            return clock in shown()

        own = shown()
        for zone, clock in (
            ("Asia/Tokyo", "on 1 Jul 2098 at 21:00"),
            ("America/Halifax", "on 1 Jul 2098 at 09:00"),
            ("UTC", "on 1 Jul 2098 at 12:00"),
        ):
            answer = api.outside.post("/settings/values/time_zone", data={"value": zone}, headers=BROWSER)
            assert answer.status_code == 303
            wait_until(partial(is_told, clock), 5, f"times are those of {zone}")
        api.outside.post("/settings/values/time_zone", data={"reset": "1"}, headers=BROWSER)
        wait_until(lambda: shown() == own, 5, "times are those of the machine")

    @pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "/etc/passwd", "America", "x", "+5"])
    def test_that_there_is_not_is_refused_in_words(self, api: Api, zone: str) -> None:
        answer = api.http.put("/settings/time_zone", json={"value": zone})
        assert answer.status_code == 422
        assert "The name of a time zone is expected, for instance America/Montreal or UTC." in answer.json()["detail"]

    @pytest.mark.parametrize(
        "zone",
        [
            *("America/Montreal", "UTC", ":Europe/Paris", "CET-1CEST,M3.5.0,M10.5.0/3", "<-03>3", ""),
            *(":/usr/share/zoneinfo/Europe/Paris", "/usr/share/zoneinfo/UTC"),
        ],
    )
    def test_is_whatever_the_variable_may_be(self, zone: str) -> None:
        assert settings_of(ApiSettings)["time_zone"].checked(zone) == zone


class TestDaylightSaving:
    """In Montréal clocks went forward on 8 March 2020 at 2:00, and back on 1 November at 2:00."""

    @pytest.mark.parametrize(
        ("moment", "clock"),
        [
            (datetime(2020, 3, 8, 6, 59, tzinfo=UTC), "8 Mar 2020, 01:59"),
            (datetime(2020, 3, 8, 7, 0, tzinfo=UTC), "8 Mar 2020, 03:00"),
            (datetime(2020, 11, 1, 5, 30, tzinfo=UTC), "1 Nov 2020, 01:30"),
            (datetime(2020, 11, 1, 6, 30, tzinfo=UTC), "1 Nov 2020, 01:30"),
            (datetime(2020, 11, 1, 7, 0, tzinfo=UTC), "1 Nov 2020, 02:00"),
            (datetime(2020, 1, 1, 4, 59, tzinfo=UTC), "31 Dec 2019, 23:59"),
        ],
    )
    def test_is_that_of_the_moment_that_is_told(self, moment: datetime, clock: str) -> None:
        ProcessTimeZone().adopt("America/Montreal")
        assert words("en").clock(moment) == clock

    def test_days_end_at_midnight_there(self) -> None:
        ProcessTimeZone().adopt("America/Montreal")
        assert words("en").day(datetime(2026, 11, 2, 4, 59, tzinfo=UTC)) == "1 Nov 2026"
        assert words("en").day(datetime(2026, 11, 2, 5, 0, tzinfo=UTC)) == "2 Nov 2026"
