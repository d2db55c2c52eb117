"""Taking a wrong listing out again, whole."""

from __future__ import annotations

from collections.abc import Sequence

from tests.fixtures.api import Api
from tests.integration.api.test_scrapes import scan


def found_by(api: Api, scrape_id: int, items: Sequence[int], *, added: bool) -> None:
    api.engine.execute(
        "INSERT INTO scrape_books (scrape_id, audiobook_id, is_new) "
        "SELECT :scan, audiobook_id, :added FROM queue_items WHERE id = ANY(:items)",
        scan=scrape_id,
        added=added,
        items=list(items),
    )


def take_out(api: Api, scrape_id: int) -> int:
    answer = api.http.post(f"/scrapes/{scrape_id}/take-out")
    assert answer.status_code == 200, answer.text
    removed = answer.json()["removed"]
    assert isinstance(removed, int)
    return removed


def in_queue(api: Api) -> set[int]:
    return {item["id"] for item in api.get("/queue")["items"]}


def test_takes_what_the_scan_added_and_leaves_what_is_complete_or_was_known(api: Api) -> None:
    waiting, complete, known, other = api.engine.items(4)
    scrape_id = scan(api, 1, "completed")
    found_by(api, scrape_id, [waiting, complete], added=True)
    found_by(api, scrape_id, [known], added=False)
    api.engine.execute("UPDATE queue_items SET status = 'completed' WHERE id = :id", id=complete)

    assert api.get(f"/scrapes/{scrape_id}/contents")["removable"] == 1
    assert take_out(api, scrape_id) == 1

    assert in_queue(api) == {complete, known, other}
    assert api.get(f"/scrapes/{scrape_id}/contents")["removable"] == 0


def test_takes_thousands(api: Api) -> None:
    scrape_id = scan(api, 1, "completed")
    found_by(api, scrape_id, api.engine.items(1_200), added=True)
    assert take_out(api, scrape_id) == 1_200
    assert in_queue(api) == set()


def test_ends_a_scan_that_is_under_way(api: Api) -> None:
    scrape_id = scan(api, 1)
    assert take_out(api, scrape_id) == 0
    assert api.get(f"/scrapes/{scrape_id}")["status"] == "cancelled"


def test_of_no_scan_is_refused(api: Api) -> None:
    assert api.http.post("/scrapes/7/take-out").status_code == 404
    assert api.http.get("/scrapes/7/contents").status_code == 404


def test_what_the_books_of_a_scan_come_to(api: Api) -> None:
    filed, running, listed, unknown = api.engine.items(4)
    scrape_id = scan(api, 1, "completed")
    found_by(api, scrape_id, [filed, running, listed, unknown], added=True)
    for item, column in ((filed, "file_size = 1000, duration_seconds = 60"), (running, "duration_seconds = 40")):
        api.engine.execute(f"UPDATE audiobooks SET {column} WHERE id = :id", id=api.book_of(item))
    api.engine.execute("UPDATE queue_items SET bytes_total = 200 WHERE id = :id", id=running)
    api.engine.execute("DELETE FROM book_parts")
    api.engine.execute(
        "INSERT INTO book_parts (audiobook_id, index, external_id, size) VALUES (:id, 0, 'a', 30), (:id, 1, 'b', 4)",
        id=api.book_of(listed),
    )
    sums = api.get(f"/scrapes/{scrape_id}/contents")
    assert (sums["books"], sums["seconds"], sums["bytes"]) == (4, 100, 1234)
