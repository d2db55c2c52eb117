"""Ordering something of several books at once, without a script."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures.api import Api
from tests.integration.web.test_home import notices, send, titled


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
