"""Undoing removals: what was taken out of the queue comes back as it was."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from ohdio_api.queue import several
from ohdio_core.collection.removals import forget_removals
from ohdio_core.domain.queue import StopReason
from ohdio_core.work.outcome import PutBack
from tests.fixtures.api import Api
from tests.integration.api.queue_calls import order

#: What belongs to the moment and not to the item.
_OF_THE_MOMENT = {"updated_at"}


def kept(api: Api, item: int) -> dict[str, Any]:
    """Return the whole row of an item, without what belongs to the moment."""
    (row,) = api.engine.rows("SELECT * FROM queue_items WHERE id = :id", id=item)
    return {name: value for name, value in row._mapping.items() if name not in _OF_THE_MOMENT}


def remove(api: Api, *items: int) -> str:
    answer = order(api, "/queue/items/delete", {"ids": list(items)})
    assert answer["changed"] == len(items)
    return str(answer["removal"])


def restore(api: Api, body: dict[str, Any]) -> int:
    return int(order(api, "/queue/items/restore", body)["changed"])


def unwanted(api: Api) -> int:
    return int(api.engine.value("SELECT count(*) FROM unwanted_books"))


@pytest.mark.parametrize("status", ["queued", "paused", "failed", "completed"])
def test_the_same_row_comes_back_with_its_place_progress_and_attempts(api: Api, status: str) -> None:
    _, item, _ = api.engine.titled("One", "Two", "Three")
    order(api, "/queue/items/first", {"ids": [item]})
    api.engine.execute(
        "UPDATE queue_items SET status = :status, priority = 8, progress = 700, best_progress = 700, "
        "bytes_total = 1000, "
        "parts_done = 2, parts_total = 3, attempts = 4, setbacks = 1, error = 'e', is_refetch = true WHERE id = :id",
        status=status,
        id=item,
    )
    before, following = kept(api, item), [one["id"] for one in api.get("/queue/next")["items"]]

    removal = remove(api, item)
    assert api.http.get(f"/queue/items/{item}").status_code == 404
    assert restore(api, {"removal": removal}) == 1

    assert kept(api, item) == before
    assert [one["id"] for one in api.get("/queue/next")["items"]] == following
    assert api.get("/queue/stats")["total"] == 3


def test_its_book_is_wanted_again_and_found_by_its_scans(api: Api) -> None:
    (item,) = api.engine.titled("One")
    removal = remove(api, item)
    assert unwanted(api) == 1
    restore(api, {"removal": removal})
    assert unwanted(api) == 0


def test_all_that_one_order_removed_comes_back_and_nothing_else(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(several, "_BATCH", 4)
    monkeypatch.setattr(several, "_READ_AT_ONCE", 10)
    items = api.engine.titled(*(f"Book {number}" for number in range(25)), "Other")
    remove(api, items[25])
    removal = order(api, "/queue/items/delete", {"filter": {"q": "book"}})["removal"]

    assert restore(api, {"removal": removal}) == 25

    assert [item["id"] for item in api.get("/queue", limit=200)["items"]] == items[:25]
    assert restore(api, {"removal": removal}) == 0


def test_one_comes_back_by_its_id(api: Api) -> None:
    (item,) = api.engine.titled("One")
    api.http.delete(f"/queue/items/{item}").raise_for_status()
    assert restore(api, {"ids": [item]}) == 1
    assert api.item(item)["status"] == "queued"


def test_what_was_to_be_described_is_described_after_all(api: Api) -> None:
    (item,) = api.engine.titled("One")
    book = api.book_of(item)
    api.engine.execute("UPDATE queue_items SET is_ready = false, stage = 'metadata'")
    api.engine.execute(
        "INSERT INTO extractions (id, politeness_key) SELECT id, 'site' FROM audiobooks WHERE id = :id "
        "ON CONFLICT (id) DO UPDATE SET status = 'queued'",
        id=book,
    )
    removal = remove(api, item)
    assert api.engine.value("SELECT status FROM extractions WHERE id = :id", id=book) == "cancelled"
    restore(api, {"removal": removal})
    assert api.engine.value("SELECT status FROM extractions WHERE id = :id", id=book) == "queued"


class TestOneThatRuns:
    def test_goes_on_where_its_worker_has_not_stopped_yet(self, api: Api) -> None:
        (item,) = api.engine.titled("One")
        api.engine.worker()
        claim = api.engine.admit_and_start()
        removal = remove(api, item)
        assert restore(api, {"removal": removal}) == 1
        row = api.engine.row(item)
        assert (row.stop_requested, row.deleted_at, row.lease_token) == (None, None, claim.token)

    def test_waits_for_its_next_run_where_it_has(self, api: Api) -> None:
        (item,) = api.engine.titled("One")
        api.engine.worker()
        claim = api.engine.admit_and_start()
        api.engine.execute("UPDATE queue_items SET progress = 700, best_progress = 700 WHERE id = :id", id=item)
        removal = remove(api, item)
        api.engine.finish(claim, PutBack(StopReason.DELETE), progress=700)
        assert api.engine.status(item) is None
        assert restore(api, {"removal": removal}) == 1
        row = api.engine.row(item)
        assert (row.status, row.lease_token, row.admitted_at, row.progress) == ("queued", None, None, 700)


def test_a_book_that_was_added_again_meanwhile_is_left_as_it_is(api: Api) -> None:
    (item,) = api.engine.titled("One")
    removal = remove(api, item)
    api.engine.execute(
        "INSERT INTO queue_items (audiobook_id, politeness_key) SELECT id, 'site' FROM audiobooks WHERE title = 'One'"
    )
    (again,) = (row.id for row in api.engine.rows("SELECT id FROM queue_items"))
    assert restore(api, {"removal": removal}) == 0
    assert [one["id"] for one in api.get("/queue")["items"]] == [again]


def test_after_an_hour_a_removal_is_final(api: Api) -> None:
    old, new = api.engine.titled("Old", "New")
    first, second = remove(api, old), remove(api, new)
    api.engine.execute(
        "UPDATE removed_items SET removed_at = now() - interval '61 minutes' WHERE item_id = :id", id=old
    )
    api.engine.order(forget_removals)
    assert restore(api, {"removal": first}) == 0
    assert restore(api, {"removal": second}) == 1


def test_a_book_that_was_deleted_with_its_files_does_not_come_back(api: Api) -> None:
    (item,) = api.engine.titled("One")
    book = api.book_of(item)
    removal = remove(api, item)
    api.http.delete(f"/audiobooks/{book}").raise_for_status()
    assert restore(api, {"removal": removal}) == 0


@pytest.mark.parametrize(
    "body", [{}, {"removal": "x"}, {"removal": 7}, {"removal": str(uuid4()), "ids": [1]}, {"ids": []}]
)
def test_an_order_that_is_not_clear_is_refused(api: Api, body: dict[str, Any]) -> None:
    assert api.http.post("/queue/items/restore", json=body).status_code == 422


def test_everything_that_is_cleared_can_be_had_back(api: Api) -> None:
    items = api.engine.titled("One", "Two")
    removal = order(api, "/queue/clear", {"status": "all"})["removal"]
    assert api.get("/queue")["items"] == []
    assert restore(api, {"removal": removal}) == 2
    assert [item["id"] for item in api.get("/queue")["items"]] == items
