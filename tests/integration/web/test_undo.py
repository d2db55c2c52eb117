"""Undoing a removal, without a script: what was removed is said with a button beside it."""

from __future__ import annotations

import pytest
from httpx import Response

from tests.fixtures.api import Api
from tests.fixtures.page import Page
from tests.integration.web.test_home import notices, rows, send, titled, visit
from tests.integration.web.test_needs import GONE, fail


def undo(api: Api, answer: Response) -> list[str]:
    """Press the button of what an answer says."""
    removal = Page(answer.text).one(".notice form [name=removal]")
    return notices(send(api, "/queue/undo", {"removal": removal.get("value")}))


def test_of_one_brings_it_back_to_its_place(api: Api) -> None:
    _, two, _ = titled(api, "One", "Two", "Three")
    answer = send(api, f"/queue/{two}/remove")
    assert rows(visit(api)) == ["One", "Three"]
    assert undo(api, answer) == ["1 book is back in the queue."]
    assert rows(visit(api)) == ["One", "Two", "Three"]
    assert api.item(two)["status"] == "queued"


def test_of_several_brings_all_of_them_back(api: Api) -> None:
    one, _, three = titled(api, "One", "Two", "Three")
    answer = send(api, "/queue/several", {"order": "remove", "item": [str(one), str(three)]})
    assert undo(api, answer) == ["2 books are back in the queue."]
    assert rows(visit(api)) == ["One", "Two", "Three"]


def test_of_all_that_match_brings_them_back(api: Api) -> None:
    titled(api, *(f"Harbour {number}" for number in range(60)), "Dune")
    answer = send(api, "/queue/several?q=harbour", {"order": "remove", "everything": "1"})
    assert rows(visit(api)) == ["Dune"]
    assert undo(api, answer) == ["60 books are back in the queue."]


def test_of_what_failed_for_a_cause_brings_it_back_as_failed(api: Api) -> None:
    (one,) = titled(api, "One")
    fail(api, one, GONE)
    assert undo(api, send(api, "/failures/gone/remove")) == ["1 book is back in the queue."]
    assert api.item(one)["status"] == "failed"


def test_of_what_a_scan_added_brings_it_back(api: Api) -> None:
    (one,) = titled(api, "One")
    api.engine.execute(
        "INSERT INTO scrapes (id, url, source, external_id, politeness_key, status) "
        "VALUES (7, 'u', 's', 'e', 'k', 'completed')"
    )
    api.engine.execute(
        "INSERT INTO scrape_books (scrape_id, audiobook_id, is_new) VALUES (7, :id, true)", id=api.book_of(one)
    )
    assert undo(api, send(api, "/scans/7/take-out")) == ["1 book is back in the queue."]


def test_a_second_time_changes_nothing_and_says_so(api: Api) -> None:
    (one,) = titled(api, "One")
    answer = send(api, f"/queue/{one}/remove")
    undo(api, answer)
    assert undo(api, answer) == ["Nothing came back: it is in the queue again, or it was removed too long ago."]


@pytest.mark.parametrize("removal", ["", "x", "7", "00000000-0000-0000-0000-00000000000g", "é" * 500])
def test_of_a_removal_that_there_was_not_says_so(api: Api, removal: str) -> None:
    assert notices(send(api, "/queue/undo", {"removal": removal}))[0].startswith("Nothing came back")


def test_is_not_offered_where_nothing_was_removed(api: Api) -> None:
    answer = send(api, "/queue/several", {"order": "remove", "item": ["99"]})
    assert notices(answer) == ["0 books removed."]
    assert Page(answer.text).all(".notice form") == []
