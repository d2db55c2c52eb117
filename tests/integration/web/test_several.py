"""Ordering something of several books at once, without a script."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures.api import Api
from tests.integration.web.test_home import BROWSER, notices, send, titled, visit
from tests.integration.web.test_needs import CUT, GONE, fail


def order(api: Api, name: str, *items: Any) -> list[str]:
    return notices(send(api, "/queue/several", {"order": name, "item": [str(item) for item in items]}))


def status(api: Api, *items: int) -> list[str]:
    return [api.item(item)["status"] for item in items]


def test_those_that_are_ticked_are_paused_and_go_on_and_others_do_not(api: Api) -> None:
    one, two, three = titled(api, "One", "Two", "Three")
    assert order(api, "pause", one, three) == ["2 books paused."]
    assert status(api, one, two, three) == ["paused", "queued", "paused"]
    assert order(api, "resume", one, two) == ["1 book goes on."]
    assert status(api, one, two, three) == ["queued", "queued", "paused"]


def test_those_that_failed_are_tried_again(api: Api) -> None:
    one, two = titled(api, "One", "Two")
    api.engine.execute("UPDATE queue_items SET status = 'failed' WHERE id = :id", id=one)
    assert order(api, "retry", one, two) == ["1 book is tried again."]
    assert status(api, one, two) == ["queued", "queued"]


def test_those_that_are_removed_are_gone(api: Api) -> None:
    one, two = titled(api, "One", "Two")
    assert order(api, "remove", one) == ["1 book removed."]
    assert [item["id"] for item in api.get("/queue")["items"]] == [two]


@pytest.mark.parametrize("items", [[], ["x"], ["-1"], ["0"], ["99999999999999999999"], ["1e3"], ["٣"]])
def test_none_that_there_could_be_is_said(api: Api, items: list[str]) -> None:
    assert order(api, "pause", *items) == ["No book is ticked."]


def test_an_order_that_there_is_not_changes_nothing(api: Api) -> None:
    (one,) = titled(api, "One")
    assert order(api, "shred", one) == ["No book is ticked."]
    assert status(api, one) == ["queued"]


class TestEverythingThatMatches:
    def everything(self, api: Api, name: str, query: str) -> list[str]:
        return notices(send(api, f"/queue/several?{query}", {"order": name, "everything": "1"}))

    def test_is_offered_where_there_is_more_than_a_page(self, api: Api) -> None:
        items = titled(api, *(f"Harbour {number}" for number in range(60)), "Dune")
        api.engine.execute("UPDATE queue_items SET bytes_total = 1000000")
        offer = visit(api, "/?q=harbour").one("[name=everything]")
        assert (offer.get("data-books"), offer.get("data-size")) == ("60 books", "60\u00a0MB")
        assert offer.getparent().text_content().strip() == "All 60 that match"
        api.engine.execute("UPDATE queue_items SET status = 'paused' WHERE id = ANY(:ids)", ids=items[:10])
        assert visit(api, "/?status=paused").all("[name=everything]") == []

    def test_is_what_the_address_names(self, api: Api) -> None:
        items = titled(api, *(f"Harbour {number}" for number in range(60)), "Dune")
        form = visit(api, "/?q=harbour").one("#several")
        answer = send(api, form.get("action"), {"order": "pause", "everything": "1", "item": str(items[60])})
        assert notices(answer) == ["60 books paused."]
        assert status(api, items[0], items[59], items[60]) == ["paused", "paused", "queued"]

    @pytest.mark.parametrize(
        ("query", "paused"),
        [("", [0, 2]), ("status=queued", [0, 2]), ("q=lamp", [0]), ("scan=7", [2]), ("status=completed", [])],
    )
    def test_may_be_narrowed_as_a_list_is(self, api: Api, query: str, paused: list[int]) -> None:
        items = titled(api, "Lamp", "Ferry", "Harbour")
        api.engine.execute("UPDATE queue_items SET status = 'completed' WHERE id = :id", id=items[1])
        api.engine.execute(
            "INSERT INTO scrapes (id, url, source, external_id, politeness_key) VALUES (7, 'u', 's', 'e', 'k')"
        )
        api.engine.execute(
            "INSERT INTO scrape_books (scrape_id, audiobook_id) VALUES (7, :id)", id=api.book_of(items[2])
        )
        self.everything(api, "pause", query)
        assert [place for place, state in enumerate(status(api, *items)) if state == "paused"] == paused

    def test_may_be_what_failed_for_one_cause(self, api: Api) -> None:
        gone, cut = titled(api, "Gone", "Cut")
        fail(api, gone, GONE)
        fail(api, cut, CUT)
        assert self.everything(api, "retry", "cause=unreachable") == ["1 book is tried again."]
        assert status(api, gone, cut) == ["failed", "queued"]

    @pytest.mark.parametrize(
        "query", ["status=lost", "cause=rain", "sort=rain", "order=rain", "scan=0", "scan=x", "q=%00"]
    )
    @pytest.mark.parametrize("name", ["pause", "remove"])
    def test_that_cannot_be_changes_nothing(self, api: Api, query: str, name: str) -> None:
        (one,) = titled(api, "One")
        answer = api.outside.post(f"/queue/several?{query}", data={"order": name, "everything": "1"}, headers=BROWSER)
        assert answer.status_code == 422
        assert status(api, one) == ["queued"]
