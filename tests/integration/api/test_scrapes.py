"""Scans: watching and ending them."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from ohdio_api.interrupted import find_interrupted
from ohdio_core.db.follow_models import Follow
from ohdio_core.db.models import Scrape
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


def test_what_a_scan_says_of_its_listing_has_ids_and_values(api: Api) -> None:
    scrape_id = scan(api, 1)
    more = {"id": "librivox.more_pages", "values": {}}
    api.engine.execute(
        """
        UPDATE scrapes SET note = 'There are more pages.', note_message = CAST(:more AS jsonb),
               left_out = '{"a video": 2, "an old word": 1}',
               left_out_messages = '{"a video": {"id": "omission.video", "values": {}}}'
        """,
        more=json.dumps(more),
    )
    view = api.get(f"/scrapes/{scrape_id}")
    assert (view["note"], view["note_message"]) == ("There are more pages.", more)
    assert view["left_out"] == {"a video": 2, "an old word": 1}
    assert view["left_out_messages"] == {
        "a video": {"id": "omission.video", "values": {}},
        "an old word": {"id": "legacy", "values": {"text": "an old word"}},
    }


def test_a_scan_or_check_whose_scraper_fell_silent_says_so(api: Api) -> None:
    scan_id, follow = (
        scan(api, 1),
        api.http.post("/follows", json={"url": "https://podcasts.example/phare/feed.xml"}).json()["id"],
    )
    api.engine.workers_of_all_services()
    for table in ("scrapes", "follows"):
        api.engine.execute(
            f"UPDATE {table} SET status = 'processing', lease_token = gen_random_uuid(), "
            "lease_until = clock_timestamp() + interval '1 minute'"
        )
    views = (f"/scrapes/{scan_id}", f"/follows/{follow}")
    assert [api.get(view)["wait_reason"] for view in views] == [None, None]
    for table in ("scrapes", "follows"):
        api.engine.execute(f"UPDATE {table} SET lease_until = clock_timestamp() - interval '1 s'")
    assert [api.get(view)["wait_reason"] for view in views] == ["it was interrupted, and goes on by itself soon"] * 2
    with api.engine.database.reading() as session:
        assert [find_interrupted(session, table) for table in (Scrape, Follow)] == [[scan_id], [follow]]


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


def test_scans_in_some_states_are_listed_alone(api: Api) -> None:
    running, failed, _ = scan(api, 1), scan(api, 2, "failed"), scan(api, 3, "completed")
    found = api.get("/scrapes", status=["scraping", "failed"])["items"]
    assert [item["id"] for item in found] == [failed, running]


def test_a_scan_that_failed_is_not_listed_as_failed_once_its_link_was_scanned_again(api: Api) -> None:
    earlier, later = scan(api, 1, "failed"), scan(api, 1, "failed")
    assert [item["id"] for item in api.get("/scrapes", status="failed")["items"]] == [later]
    assert [item["id"] for item in api.get("/scrapes")["items"]] == [later, earlier]


def test_scans_of_a_link_are_found_however_it_is_written(api: Api) -> None:
    link = "ici.radio-canada.ca/ohdio/categories/77/contes"
    api.http.post("/submissions", json={"urls": [f"https://{link}"]})
    scan(api, 1)
    (found,) = api.get("/scrapes", url=f"http://{link}?utm_source=x")["items"]
    assert found["url"] == f"https://{link}"


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_a_scan_that_did_not_get_to_its_end_goes_on_where_it_stopped(api: Api, status: str) -> None:
    scrape_id = scan(api, 1, status)
    api.engine.execute("UPDATE scrapes SET error = 'Page 3 is gone.', attempts = 5, cursor = '3'")
    retried = api.http.post(f"/scrapes/{scrape_id}/retry").json()
    assert (retried["id"], retried["status"], retried["error"]) == (scrape_id, "scraping", None)
    (row,) = api.engine.rows("SELECT cursor, attempts, progress FROM scrapes")
    assert tuple(row) == ("3", 0, 2)


@pytest.mark.parametrize(
    ("status", "other", "sentence"),
    [
        ("completed", "failed", "Only a scan that failed or was cancelled can be retried; this one is completed."),
        ("failed", "queued", "https://stories.example/1 is being scanned already."),
        ("queued", "failed", "https://stories.example/1 is being scanned already."),
    ],
)
def test_a_scan_that_is_complete_or_made_again_is_not_retried(api: Api, status: str, other: str, sentence: str) -> None:
    scrape_id, _ = scan(api, 1, status), scan(api, 1, other)
    answer = api.http.post(f"/scrapes/{scrape_id}/retry")
    assert (answer.status_code, answer.json()["detail"]) == (409, sentence)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_scan_that_is_not_there_is_not_found(api: Api, method: str) -> None:
    answer = api.http.request(method, "/scrapes/999999")
    assert answer.status_code == 404
    assert answer.json()["detail"] == "There is no scan 999999; it may have been dismissed."
