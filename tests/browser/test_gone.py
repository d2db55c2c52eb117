"""A page of one thing that is deleted elsewhere, or called otherwise, while it is open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import findings
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors, is_told
from tests.integration.api.test_follows import follow
from tests.integration.api.test_scrapes import scan
from tests.integration.web.test_library import filed

Scene = tuple[str, Callable[[], object]]


def book(api: Api) -> Scene:
    """A book of the library, and what deletes it."""
    (kept,) = filed(api, "The Lamp")
    return f"/books/{kept}", lambda: api.http.delete(f"/audiobooks/{kept}").raise_for_status()


def editing(api: Api) -> Scene:
    """The page on which a book is changed, and what deletes the book."""
    path, delete = book(api)
    return f"{path}/edit", delete


def dismissing(api: Api) -> Scene:
    """A scan, and what dismisses it."""
    only = scan(api, 1, "completed")
    return f"/scans/{only}", lambda: api.http.delete(f"/scrapes/{only}").raise_for_status()


def changing(api: Api) -> Scene:
    """The page on which a follow is changed, and what ends that."""
    only = follow(api)
    return f"/follows/{only['id']}/change", lambda: api.http.delete(f"/follows/{only['id']}").raise_for_status()


def held(api: Api) -> Scene:
    """The page on which a follow is confirmed, and what ends that."""
    only = follow(api, held_against={"path": "/library/Old"})
    return f"/follows/{only['id']}/held", lambda: api.http.delete(f"/follows/{only['id']}").raise_for_status()


def orders(page: Page) -> int:
    """Return how many buttons can be pressed on a page, its rows of the queue left out."""
    count: int = page.evaluate(
        """[...document.querySelectorAll("main :is(button, summary.button, .button, .entry)")]
        .filter((each) => !each.disabled && !each.closest("[inert], .row, .banners")).length"""
    )
    return count


@pytest.mark.parametrize("scene", [book, editing, dismissing, changing, held])
def test_offers_nothing_any_more_and_says_why(visitors: Visitors, api: Api, scene: Callable[[Api], Scene]) -> None:
    path, delete = scene(api)
    page = visitors.page(api.url)
    page.goto(path)
    is_told(page)
    assert orders(page) > 0
    heading = page.locator("h1").inner_text()
    visitors.expect("404")
    delete()
    expect(page.get_by_role("alert")).to_contain_text("What is shown here is as it was.")
    assert orders(page) == 0
    assert page.locator("h1").inner_text() == heading
    assert findings(page) == []


def test_what_is_typed_stays_and_is_not_sent(visitors: Visitors, api: Api) -> None:
    path, delete = editing(api)
    page = visitors.page(api.url)
    page.goto(path)
    is_told(page)
    title = page.locator("#edit-title")
    title.fill("The Lamp in the Harbour")
    visitors.expect("404")
    delete()
    expect(page.get_by_role("alert")).to_be_visible()
    title.press("Enter")
    expect(title).to_have_value("The Lamp in the Harbour")
    expect(title).to_be_focused()


def test_that_comes_back_offers_everything_again(visitors: Visitors, api: Api) -> None:
    path, delete = book(api)
    page = visitors.page(api.url)
    page.goto(path)
    is_told(page)
    before = orders(page)
    visitors.expect("404")
    delete()
    expect(page.get_by_role("alert")).to_be_visible()
    (kept,) = api.get("/library/trash")["items"]
    api.http.post("/library/trash/restore", json={"ids": [kept["id"]]}).raise_for_status()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert orders(page) == before


def test_that_is_called_otherwise_is_called_so_in_the_title_of_its_window_too(browser_page: Page, api: Api) -> None:
    (kept,) = filed(api, "The Lamp")
    browser_page.goto(f"/books/{kept}")
    is_told(browser_page)
    api.http.patch(f"/audiobooks/{kept}", json={"revision": 0, "title": "The Buoy"}).raise_for_status()
    expect(browser_page.locator("h1")).to_have_text("The Buoy")
    expect(browser_page).to_have_title("The Buoy · ohdio")
