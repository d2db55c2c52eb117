"""Download hours as people see and set them: until when a book waits, and that it comes now anyway."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from ohdio_core.collection.download_hours import HoursKeeper
from ohdio_core.domain.download_hours import DownloadHours
from tests.fixtures.api import Api
from tests.fixtures.workers import wait_until
from tests.integration.api.queue_calls import order
from tests.integration.web.test_home import send, visit


class Downloader:
    """Writes down the hours that are set, as a downloader does."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._keeper = HoursKeeper(api.engine.database, self._hours)

    def _hours(self) -> str:
        (found,) = (each for each in self._api.get("/settings")["items"] if each["name"] == "download_hours")
        return str(found["value"])

    def set(self, hours: str) -> None:
        answer = self._api.http.put("/settings/download_hours", json={"value": hours})
        assert answer.status_code == 200, answer.text
        self.keep()

    def keep(self) -> None:
        """Write down the hours that are set."""
        self._keeper.keep()

    def reset(self) -> None:
        assert self._api.http.delete("/settings/download_hours").status_code == 200
        self._keeper.keep()


@pytest.fixture
def downloader(api: Api) -> Iterator[Downloader]:
    api.engine.workers_of_all_services()
    yield Downloader(api)
    api.engine.execute("UPDATE queue_control SET hours_from = NULL, hours_until = NULL")


@contextmanager
def outside_hours(api: Api) -> Iterator[None]:
    """Keep the download hours from beginning, until the block ends."""
    api.engine.execute("UPDATE queue_control SET hours_from = now() + interval '3 h', hours_until = NULL")
    try:
        yield
    finally:
        api.engine.execute("UPDATE queue_control SET hours_from = NULL, hours_until = NULL")


def in_three_hours() -> tuple[str, datetime]:
    """Return hours that begin in three hours, and when they do."""
    begin = (datetime.now(UTC) + timedelta(hours=3)).astimezone().replace(second=0, microsecond=0)
    return f"{begin:%H:%M}-{begin + timedelta(hours=2):%H:%M}", begin


def is_told_in(zone: str) -> bool:
    """Return whether this process, in which the API runs, tells times in a zone."""
    return os.environ.get("TZ") == zone


def test_a_book_waits_until_they_begin_and_everybody_is_told_so(api: Api, downloader: Downloader) -> None:
    (item,) = api.engine.titled("La mer")
    assert (api.item(item)["is_outside_hours"], api.get("/health")["hours"]) == (False, None)
    hours, begin = in_three_hours()
    downloader.set(hours)
    found, told = api.item(item), f"outside of the download hours, until {begin:%H:%M}"
    assert (found["is_outside_hours"], found["wait_reason"]) == (True, told)
    assert datetime.fromisoformat(found["next_attempt_at"]) == begin
    assert api.get("/health")["hours"]["reason"] == told
    page = visit(api)
    banner, dot = page.one(".banner"), page.one(".bar .health")
    assert banner.text_content().strip() == f"Outside of the download hours, until {begin:%H:%M}."
    assert (banner.get("data-is"), dot.get("data-is")) == ("calm", "calm")
    goes_on = f"Downloads go on at {begin:%H:%M}"
    assert dot.text_content() in {goes_on, f"{goes_on} tomorrow"}
    assert any(f"until {begin:%H:%M}" in text for text in page.texts("[data-words]"))


def test_while_all_downloads_are_paused_that_is_what_is_said(api: Api, downloader: Downloader) -> None:
    api.engine.titled("La mer")
    downloader.set(in_three_hours()[0])
    order(api, "/queue/pause")
    page = visit(api)
    assert (page.all(".banner"), api.get("/health")["hours"]) == ([], None)
    assert page.one(".bar .health").text_content() == "Paused"


def test_one_book_is_collected_now_anyway(api: Api, downloader: Downloader) -> None:
    first, wanted = api.engine.titled("La mer", "Le phare")
    downloader.set(in_three_hours()[0])
    assert "Collect it now anyway" in visit(api).texts(f"#item-{wanted} .menu button")
    send(api, f"/queue/{wanted}/resume")
    assert [api.item(item)["is_outside_hours"] for item in (first, wanted)] == [True, False]
    wait_until(lambda: api.item(wanted)["status"] == "processing", 10, "it begins")
    assert api.item(first)["status"] == "queued"
    assert api.http.post(f"/queue/items/{wanted}/resume").status_code == 409


def test_one_that_was_paused_is_collected_now_when_it_is_resumed(api: Api, downloader: Downloader) -> None:
    (item,) = api.engine.titled("La mer")
    downloader.set(in_three_hours()[0])
    order(api, f"/queue/items/{item}/pause")
    assert order(api, f"/queue/items/{item}/resume")["is_outside_hours"] is False
    wait_until(lambda: api.item(item)["status"] == "processing", 10, "it begins")


def test_several_that_are_resumed_wait_for_them_as_all_others(api: Api, downloader: Downloader) -> None:
    paused, waiting = api.engine.titled("La mer", "Le phare")
    downloader.set(in_three_hours()[0])
    order(api, f"/queue/items/{paused}/pause")
    assert order(api, "/queue/items/resume", {"filter": {}}) == {"changed": 1}
    found = [api.item(item) for item in (paused, waiting)]
    assert [(item["status"], item["is_outside_hours"]) for item in found] == [("queued", True)] * 2


def test_go_by_another_clock_as_soon_as_that_is_set(api: Api, downloader: Downloader) -> None:
    api.engine.titled("La mer")
    for zone in ("Pacific/Auckland", "America/Montreal"):
        assert api.http.put("/settings/time_zone", json={"value": zone}).status_code == 200
        wait_until(partial(is_told_in, zone), 10, "the process has heard of it")
        downloader.reset()
        assert api.engine.value("SELECT hours_until FROM queue_control") is None
        downloader.set("23:00-07:00")
        begin, end = DownloadHours.of("23:00-07:00").stretch(datetime.now(UTC), ZoneInfo(zone))
        row = api.engine.rows("SELECT hours_from, hours_until FROM queue_control")[0]
        assert (row.hours_from, row.hours_until) == (begin, end)
    api.http.delete("/settings/time_zone")


@pytest.mark.parametrize("hours", ["7-23", "25:00-07:00", "23:00", "23:00-07:00;", "23:00-07:00 12:00-13:00"])
def test_what_is_no_hours_is_refused_with_an_example(api: Api, hours: str) -> None:
    answer = api.http.put("/settings/download_hours", json={"value": hours})
    assert answer.status_code == 422
    assert "23:00-07:00" in answer.json()["detail"]
