"""Orders for all that matches a list of the queue, and how much that is."""

from __future__ import annotations

from typing import Any

import pytest

from ohdio_api import search
from ohdio_api.queue import filter as queue_filter
from ohdio_api.queue import several
from ohdio_core.collection import control
from ohdio_core.schemas.queue import ItemStatus
from tests.fixtures.api import Api
from tests.integration.api.queue_calls import order


def named(api: Api, title: str, count: int, status: str = "failed") -> list[int]:
    """Insert items in a state whose books have a title."""
    items = api.engine.items(count)
    api.engine.execute(
        "UPDATE audiobooks SET title = :title WHERE id IN (SELECT audiobook_id FROM queue_items WHERE id = ANY(:ids))",
        title=title,
        ids=items,
    )
    api.engine.execute(
        "UPDATE queue_items SET status = :status, bytes_total = 1000 WHERE id = ANY(:ids)", status=status, ids=items
    )
    return items


def statuses(api: Api, items: list[int]) -> list[str]:
    return [
        row.status
        for row in api.engine.rows("SELECT status FROM queue_items WHERE id = ANY(:ids) ORDER BY id", ids=items)
    ]


class TestAnOrder:
    def test_is_for_all_that_match_in_several_transactions(self, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(several, "_BATCH", 4)
        monkeypatch.setattr(several, "_READ_AT_ONCE", 10)
        harbours = named(api, "Le phare d’été", 25)
        dunes = named(api, "La dune", 3)

        assert order(api, "/queue/items/retry", {"filter": {"status": "failed", "q": "l'ete"}}) == {"changed": 0}
        assert order(api, "/queue/items/retry", {"filter": {"status": "failed", "q": "d'ete"}}) == {"changed": 25}

        assert statuses(api, [*harbours, *dunes]) == ["queued"] * 25 + ["failed"] * 3

    @pytest.mark.parametrize(
        ("path", "body", "status"),
        [("pause", {}, "paused"), ("delete", {}, None), ("priority", {"priority": 9}, "queued")],
    )
    def test_may_be_any(self, api: Api, path: str, body: dict[str, Any], status: str | None) -> None:
        wanted, other = named(api, "Le phare", 2, "queued"), named(api, "La dune", 2, "queued")

        assert order(api, f"/queue/items/{path}", {"filter": {"q": "phare"}, **body})["changed"] == 2

        assert statuses(api, wanted) == ([] if status is None else [status] * 2)
        assert statuses(api, other) == ["queued"] * 2
        if "priority" in body:
            assert [api.item(item)["priority"] for item in (*wanted, *other)] == [9, 9, 5, 5]

    def test_puts_first_in_the_order_in_which_they_were_added(self, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(several, "_BATCH", 3)
        monkeypatch.setattr(several, "_READ_AT_ONCE", 4)
        before = named(api, "La dune", 2, "queued")
        wanted = named(api, "Le phare", 10, "queued")

        assert order(api, "/queue/items/first", {"filter": {"q": "phare"}}) == {"changed": 10}

        assert [item["id"] for item in api.get("/queue/next", limit=20)["items"]] == [*wanted, *before]

    def test_is_for_what_scans_have_found(self, api: Api) -> None:
        found, other = api.engine.items(2)
        api.engine.execute(
            "INSERT INTO scrapes (id, url, source, external_id, politeness_key) VALUES (7, 'u', 's', 'e', 'k')"
        )
        api.engine.execute("INSERT INTO scrape_books (scrape_id, audiobook_id) VALUES (7, :id)", id=api.book_of(found))

        assert order(api, "/queue/items/pause", {"filter": {"scrape": [7]}}) == {"changed": 1}
        assert order(api, "/queue/items/pause", {"filter": {"audiobook": [api.book_of(other)]}}) == {"changed": 1}

    def test_leaves_out_what_matches_no_more_when_its_turn_comes(self, api: Api) -> None:
        """Two people: one removes what failed, while the other has retried it."""
        failed = named(api, "Le phare", 3)
        matching = queue_filter.QueueFilter(statuses=(ItemStatus.FAILED,))
        remove = several._if_still(matching, control.delete)
        api.engine.execute("UPDATE queue_items SET status = 'queued' WHERE id = :id", id=failed[1])

        assert api.engine.order(remove, failed) == 2

        assert statuses(api, failed) == ["queued"]

    @pytest.mark.parametrize(
        "body",
        [
            {"ids": [1], "filter": {}},
            {"filter": None},
            {"filter": {"status": "lost"}},
            {"filter": {"q": 7}},
            {"filter": {"q": "\x00"}},
            {"filter": {"scrape": ["7"]}},
            {"filter": {"sort": "added"}},
        ],
    )
    def test_that_is_not_clear_changes_nothing(self, api: Api, body: object) -> None:
        items = api.engine.items(2)

        assert api.http.post("/queue/items/pause", json=body).status_code == 422

        assert statuses(api, items) == ["queued"] * 2


class TestTheNumberThatMatches:
    def test_is_told_with_what_it_weighs(self, api: Api) -> None:
        named(api, "Le phare", 3)
        named(api, "La dune", 2, "paused")

        assert api.get("/queue/matching") == {"items": 5, "is_exact": True, "bytes_total": 5000}
        assert api.get("/queue/matching", status="failed") == {"items": 3, "is_exact": True, "bytes_total": 3000}
        assert api.get("/queue/matching", q="dune") == {"items": 2, "is_exact": True, "bytes_total": 2000}
        assert api.get("/queue/matching", q="dune", status="failed")["items"] == 0

    def test_is_at_least_told_where_it_is_large(self, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(queue_filter, "MOST_COUNTED", 4)
        monkeypatch.setattr(queue_filter, "MOST_FOUND", 4)
        named(api, "Le phare", 6)

        assert api.get("/queue/matching", q="phare") == {"items": 4, "is_exact": False, "bytes_total": None}
        assert api.get("/queue/matching", status="failed") == {"items": 6, "is_exact": True, "bytes_total": None}

    def test_is_told_of_common_words_by_a_glance(self, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(search, "_GLANCED_AT", 5)
        named(api, "Le phare", 6)
        assert api.get("/queue/matching", q="phare") == {"items": 5, "is_exact": False, "bytes_total": None}

        named(api, "La dune", 1)
        assert api.get("/queue/matching", q="dune")["items"] == 1

    def test_is_exact_where_no_more_can_match(self, api: Api) -> None:
        named(api, "Le phare", 300)
        found = api.get("/queue/matching", q="phare")
        assert (found["items"], found["is_exact"]) == (300, True)
