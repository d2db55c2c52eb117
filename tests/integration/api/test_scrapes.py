"""Scans: watching and ending them."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from ohdio_core.work.stages import SCRAPING
from tests.fixtures.api import Api


def scan(api: Api, number: int, status: str = "queued") -> int:
    with api.engine.database.unit_of_work() as work:
        scrape_id: int = work.session.execute(
            text(
                "INSERT INTO scrapes (url, source, external_id, politeness_key, status, progress, found, new, known) "
                "VALUES (:url, 'stories', :id, 'stories.example', :status, 2, 40, 38, 2) RETURNING id"
            ),
            {"url": f"https://stories.example/{number}", "id": str(number), "status": status},
        ).scalar_one()
    return scrape_id


def test_a_scan_says_how_far_it_has_come(api: Api) -> None:
    view = api.get(f"/scrapes/{scan(api, 1)}")
    shown = [view[name] for name in ("url", "status", "pages_done", "found", "new", "known", "error")]
    assert shown == ["https://stories.example/1", "scraping", 2, 40, 38, 2, None]


def test_a_scan_says_that_no_scraper_is_running(api: Api) -> None:
    scrape_id = scan(api, 1)
    assert api.get(f"/scrapes/{scrape_id}")["wait_reason"] == "no scraper is running"
    assert api.get("/scrapes")["items"][0]["wait_reason"] == "no scraper is running"
    api.engine.at(SCRAPING).worker()
    assert api.get(f"/scrapes/{scrape_id}")["wait_reason"] is None


def test_a_scan_that_is_tried_again_later_says_why(api: Api) -> None:
    scrape_id = scan(api, 1)
    api.engine.execute(
        "UPDATE scrapes SET wait_reason = 'The site is closed.', next_attempt_at = now() + interval '1 hour'"
    )
    assert api.get(f"/scrapes/{scrape_id}")["wait_reason"] == "The site is closed."


@pytest.mark.parametrize("status", ["completed", "failed", "cancelled"])
def test_a_scan_that_has_ended_says_how(api: Api, status: str) -> None:
    assert api.get(f"/scrapes/{scan(api, 1, status)}")["status"] == status


def test_scans_are_listed_the_newest_first_page_by_page(api: Api) -> None:
    ids = [scan(api, number) for number in range(5)]
    first = api.get("/scrapes", limit=3)
    second = api.get("/scrapes", limit=3, cursor=first["next"])
    assert [item["id"] for item in first["items"] + second["items"]] == ids[::-1]
    assert second["next"] is None


def test_a_scan_under_way_is_cancelled(api: Api) -> None:
    scrape_id = scan(api, 1)
    assert api.http.delete(f"/scrapes/{scrape_id}").status_code == 204
    assert api.get(f"/scrapes/{scrape_id}")["status"] == "cancelled"


def test_a_scan_that_has_ended_is_dismissed(api: Api) -> None:
    scrape_id = scan(api, 1, "completed")
    assert api.http.delete(f"/scrapes/{scrape_id}").status_code == 204
    assert api.get("/scrapes")["items"] == []
    assert api.http.get(f"/scrapes/{scrape_id}").status_code == 404


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_scan_that_is_not_there_is_not_found(api: Api, method: str) -> None:
    answer = api.http.request(method, "/scrapes/999999")
    assert answer.status_code == 404
    assert answer.json()["detail"] == "There is no scan 999999; it may have been dismissed."
