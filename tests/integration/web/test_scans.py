"""The page of a scan, and its card on the first page, without a script."""

from __future__ import annotations

from tests.fixtures.api import Api
from tests.integration.api.test_scrapes import scan
from tests.integration.api.test_taking_out import found_by, in_queue
from tests.integration.web.test_home import notices, rows, send, titled, visit


def test_shows_its_books_of_every_state_and_no_others(api: Api) -> None:
    one, two, _ = titled(api, "One", "Two", "Three")
    scrape_id = scan(api, 1, "completed")
    found_by(api, scrape_id, [one, two], added=True)
    api.engine.execute("UPDATE queue_items SET status = 'completed' WHERE id = :id", id=two)
    assert rows(visit(api, f"/scans/{scrape_id}?sort=title")) == ["One", "Two"]
    assert rows(visit(api, f"/scans/{scrape_id}?status=completed")) == ["Two"]
    assert rows(visit(api, f"/scans/{scrape_id}?q=on")) == ["One"]


def test_its_card_says_what_its_books_come_to(api: Api) -> None:
    (one,) = titled(api, "One")
    found_by(api, scan(api, 1, "completed"), [one], added=True)
    api.engine.execute("UPDATE audiobooks SET duration_seconds = 200000, file_size = 96000000")
    (said,) = visit(api).texts(".scan .facts")
    assert "56 h · 96 MB · " in said
    assert said.endswith(" free")


def test_what_it_added_is_taken_out(api: Api) -> None:
    one, two = titled(api, "One", "Two")
    scrape_id = scan(api, 1, "completed")
    found_by(api, scrape_id, [one], added=True)
    answer = send(api, f"/scans/{scrape_id}/take-out")
    assert notices(answer) == ["1 book was taken out."]
    assert in_queue(api) == {two}


def test_dismissed_on_its_own_page_leads_home(api: Api) -> None:
    scrape_id = scan(api, 1, "completed")
    answer = send(api, f"/scans/{scrape_id}/end", {"back": f"/scans/{scrape_id}"})
    assert (answer.status_code, answer.url.path) == (200, "/")


def test_that_there_is_not_is_said(api: Api) -> None:
    answer = api.outside.get("/scans/41", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "scan 41" in answer.text
