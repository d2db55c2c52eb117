"""The page of a book that is not here yet, or is downloaded again: it says what its row says, and what to do."""

from __future__ import annotations

from tests.fixtures.api import Api
from tests.fixtures.page import Page
from tests.integration.web.test_home import visit
from tests.integration.web.test_library import filed
from tests.integration.web.test_needs import GONE, fail


def book_of(api: Api, item: int) -> int:
    """Return the id of the book that an item collects."""
    return int(api.engine.value("SELECT audiobook_id FROM queue_items WHERE id = :id", id=item))


def said(page: Page) -> list[str]:
    """Return how the book is, and why."""
    return [text for text in page.texts("#arriving .label, #arriving [data-words], #arriving [data-more]") if text]


def buttons(page: Page) -> list[str]:
    """Return what is offered without a menu, what is wanted most first."""
    return page.texts(".orders > form > .button, .orders > .pair > .button")


def test_of_one_that_failed_says_why_and_tries_it_again(api: Api) -> None:
    (item,) = api.engine.titled("One")
    fail(api, item, GONE)
    page = visit(api, f"/books/{book_of(api, item)}")
    assert said(page) == ["Failed", "it does not exist (any more)"]
    assert buttons(page) == ["Retry", "Its place in the queue"]
    assert page.texts(".orders .main") == ["Retry"]
    api.outside.post(f"/queue/{item}/retry", data={"back": f"/books/{book_of(api, item)}"})
    assert api.engine.status(item) == "queued"


def test_of_one_that_waits_says_when_its_turn_is(api: Api) -> None:
    items = api.engine.titled("One", "Two")
    assert said(visit(api, f"/books/{book_of(api, items[0])}")) == ["Next", "position 1", "No downloader is running"]
    page = visit(api, f"/books/{book_of(api, items[1])}")
    assert said(page) == ["Waiting", "position 2", "No downloader is running"]
    assert buttons(page) == ["Pause", "Its place in the queue"]


def test_of_one_that_arrives_says_how_much_there_is(api: Api) -> None:
    (item,) = api.engine.titled("One")
    api.engine.execute(
        "UPDATE queue_items SET status = 'paused', progress = 1000000, bytes_total = 4000000 WHERE id = :id", id=item
    )
    page = visit(api, f"/books/{book_of(api, item)}")
    assert said(page) == ["Paused", "1.0 MB of 4.0 MB · goes on where it stopped"]
    assert [run.get("width") for run in page.all("#arriving .edge .stopped")] == ["25.0%"]
    assert page.texts(".orders .main") == ["Resume"]


def test_of_one_that_is_downloaded_again_says_both(api: Api) -> None:
    (book,) = filed(api, "One")
    page = visit(api, f"/books/{book}")
    assert (page.texts(".standing"), said(page)) == (["Complete, every part verified"], [])
    assert "Its place in the queue" not in page.texts(".orders a")
    api.outside.post(f"/books/{book}/fetch", data={"back": f"/books/{book}"})
    page = visit(api, f"/books/{book}")
    assert page.texts(".standing") == ["Complete, every part verified"]
    assert page.texts("#arriving .again") == ["Another download:"]
    assert said(page)[0] in {"Waiting", "Next"}
    assert "Its place in the queue" in page.texts(".orders a")
