"""Undoing a removal in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors


def test_a_removal_is_undone_with_the_button_that_says_it(browser_page: Page, api: Api) -> None:
    one, two, three = api.engine.titled("One", "Two", "Three")
    browser_page.goto("/")
    for item in (one, three):
        browser_page.locator(f"#item-{item} .tick input").check()
    browser_page.locator("#several").get_by_role("button", name="Remove").click()
    expect(browser_page.locator(".notice span")).to_have_text("2 books removed.")
    expect(browser_page.locator(".queue .row")).to_have_count(1)
    browser_page.locator(".notice").get_by_role("button", name="Undo").click()
    expect(browser_page.locator(".queue .row .title")).to_have_text(["One", "Two", "Three"])
    assert [item["id"] for item in api.get("/queue")["items"]] == [one, two, three]


def test_by_a_key(browser_page: Page, api: Api) -> None:
    (one,) = api.engine.titled("One")
    browser_page.goto("/")
    browser_page.keyboard.press("j")
    browser_page.keyboard.press("Delete")
    expect(browser_page.locator(".queue .row")).to_have_count(0)
    expect(browser_page.locator(".notice form")).to_be_visible()
    browser_page.keyboard.press("z")
    expect(browser_page.locator(f"#item-{one}")).to_be_visible()


def test_is_seen_by_whoever_looks_at_the_same_list(visitors: Visitors, api: Api) -> None:
    (one,) = api.engine.titled("One")
    mine, theirs = visitors.page(api.url), visitors.page(api.url)
    mine.goto("/")
    theirs.goto("/")
    mine.locator(f"#item-{one} .menu summary").click()
    mine.locator(f"#item-{one}").get_by_role("button", name="Remove from the queue").click()
    expect(theirs.locator(f"#item-{one}.gone")).to_be_visible()
    mine.locator(".notice").get_by_role("button", name="Undo").click()
    expect(theirs.locator(f"#item-{one}:not(.gone)")).to_be_visible()


@pytest.mark.rows(5)
def test_the_offer_goes_away_by_itself_but_not_under_the_pointer(browser_page: Page, api: Api) -> None:
    (one,) = api.engine.titled("One")
    browser_page.clock.install()
    browser_page.goto("/")
    browser_page.locator(f"#item-{one} .tick input").check()
    browser_page.locator("#several").get_by_role("button", name="Remove").click()
    notice = browser_page.locator(".notice")
    notice.hover()
    browser_page.clock.run_for(30_000)
    expect(notice).to_be_visible()
    browser_page.mouse.move(0, 0)
    browser_page.clock.run_for(2_000)
    expect(notice).to_have_count(0)
