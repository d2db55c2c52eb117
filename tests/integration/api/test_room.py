"""What the API tells of books that would not fit the disk, and takes for them."""

from __future__ import annotations

from collections.abc import Sequence

from ohdio_core.collection.room import Weight, hold, no_room
from tests.fixtures.api import Api
from tests.integration.api.test_scrapes import scan
from tests.integration.api.test_taking_out import found_by

_MEBIBYTE = 2**20


def held(api: Api, items: Sequence[int], mebibytes: int = 300) -> None:
    """Hold items, as a downloader does that has no room for them."""
    weight = Weight(mebibytes * _MEBIBYTE, mebibytes * _MEBIBYTE)
    reasons = {item: no_room(weight.to_come, "/srv/books") for item in items}
    assert api.engine.order(hold, reasons, dict.fromkeys(items, weight)) == len(items)


def test_what_is_held_says_why_and_how_large_it_is(api: Api) -> None:
    (item,) = api.engine.items(1)
    held(api, [item])
    shown = api.item(item)
    assert (shown["status"], shown["bytes_total"]) == ("paused", 300 * _MEBIBYTE)
    assert shown["wait_reason"].startswith("there is no room for its 300 MiB on the disk of /srv/books")
    assert shown["wait_message"]["id"] == "wait.no_room"


def test_it_is_listed_and_resumed_apart_from_what_a_person_has_paused(api: Api) -> None:
    first, second, paused, waiting = api.engine.items(4)
    held(api, [first, second])
    api.outside.post(f"/api/v1/queue/items/{paused}/pause").raise_for_status()
    assert {item["id"] for item in api.get("/queue", is_held=True)["items"]} == {first, second}
    assert {item["id"] for item in api.get("/queue", is_held=False)["items"]} == {paused, waiting}
    answer = api.outside.post("/api/v1/queue/items/resume", json={"filter": {"is_held": True}})
    assert answer.json() == {"changed": 2}
    assert [api.item(item)["status"] for item in (first, second, paused)] == ["queued", "queued", "paused"]


def test_health_counts_what_is_held(api: Api) -> None:
    assert api.get("/health")["held"] is None
    items = api.engine.items(2)
    held(api, items)
    api.engine.execute("UPDATE queue_items SET progress = :done WHERE id = :id", id=items[0], done=100 * _MEBIBYTE)
    assert api.get("/health")["held"] == {"items": 2, "bytes": 500 * _MEBIBYTE}


def test_a_scan_is_summed_up_with_what_is_expected_of_books_without_a_size(api: Api) -> None:
    told, untold = api.engine.items(2)
    scrape_id = scan(api, 1, "completed")
    found_by(api, scrape_id, [told, untold], added=True)
    api.engine.execute("UPDATE audiobooks SET duration_seconds = 1000")
    api.engine.execute("UPDATE queue_items SET bytes_total = 9000000 WHERE id = :id", id=told)
    held(api, [untold], 10)
    api.engine.execute("UPDATE queue_items SET bytes_total = NULL WHERE id = :id", id=untold)
    contents = api.get(f"/scrapes/{scrape_id}/contents")
    assert (contents["bytes"], contents["expected_bytes"], contents["held"]) == (9_000_000, 25_000_000, 1)


def test_whoever_waits_for_a_collection_learns_what_is_held(api: Api) -> None:
    items = api.engine.items(2)
    held(api, items[:1])
    progress = api.get("/queue/progress", audiobook=[api.book_of(item) for item in items[:1]])
    assert (progress["paused"], progress["held"]) == (1, 1)
    assert "no room" in progress["waiting"]["wait_reason"]
