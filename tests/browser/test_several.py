"""Ticking rows in a browser."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors


def tick(page: Page, item: int) -> Locator:
    return page.locator(f"#item-{item} .tick input")


def said(page: Page) -> Locator:
    return page.locator("[data-ticked]")


def test_the_bar_says_how_many_and_how_large_and_carries_out(browser_page: Page, api: Api) -> None:
    one, two, _ = api.engine.titled("One", "Two", "Three")
    api.engine.execute("UPDATE queue_items SET bytes_total = 48000000")
    browser_page.goto("/")
    expect(said(browser_page)).to_be_hidden()
    tick(browser_page, one).check()
    tick(browser_page, two).check()
    expect(said(browser_page)).to_have_text("2 books")
    expect(browser_page.locator("[data-ticked-size]")).to_have_text("96\u00a0MB")
    browser_page.locator("#several").get_by_role("button", name="Pause").click()
    expect(browser_page.locator(".row[data-state=paused]")).to_have_count(2)
    expect(said(browser_page)).to_be_hidden()


def test_shift_ticks_all_between(browser_page: Page, api: Api) -> None:
    items = api.engine.titled(*(f"Book {number}" for number in range(6)))
    browser_page.goto("/")
    tick(browser_page, items[4]).click()
    tick(browser_page, items[1]).click(modifiers=["Shift"])
    expect(said(browser_page)).to_have_text("4 books")
    tick(browser_page, items[2]).click(modifiers=["Shift"])
    expect(said(browser_page)).to_have_text("2 books")


def test_ticks_stay_while_rows_change_and_pages_are_turned(browser_page: Page, api: Api) -> None:
    items = api.engine.titled(*(f"Book {number:02}" for number in range(52)))
    browser_page.goto("/?sort=title")
    tick(browser_page, items[0]).check()
    api.http.post(f"/queue/items/{items[0]}/pause").raise_for_status()
    expect(browser_page.locator(f"#item-{items[0]}")).to_have_attribute("data-state", "paused")
    expect(tick(browser_page, items[0])).to_be_checked()
    browser_page.get_by_role("link", name="Next page").click()
    tick(browser_page, items[51]).check()
    expect(said(browser_page)).to_have_text("2 books")
    browser_page.locator("#several").get_by_role("button", name="Remove").click()
    expect(browser_page.locator(".notice > span")).to_have_text("2 books removed.")
    left = {item["id"] for item in api.get("/queue", limit=200)["items"]}
    assert left == set(items[1:51])


def test_none_is_ticked_any_more(browser_page: Page, api: Api) -> None:
    one, two = api.engine.titled("One", "Two")
    browser_page.goto("/")
    tick(browser_page, one).check()
    browser_page.get_by_role("button", name="Tick none").click()
    expect(tick(browser_page, one)).not_to_be_checked()
    expect(said(browser_page)).to_be_hidden()
    tick(browser_page, two).check()
    expect(said(browser_page)).to_have_text("1 book")


def test_the_bar_works_without_a_script(visitors: Visitors, api: Api) -> None:
    page = visitors.page(api.url, java_script_enabled=False)
    one, two = api.engine.titled("One", "Two")
    page.goto("/")
    tick(page, two).check()
    page.locator("#several").get_by_role("button", name="Pause").click()
    assert [api.item(item)["status"] for item in (one, two)] == ["queued", "paused"]


class TestEverythingThatMatches:
    def test_is_offered_once_the_page_is_ticked_as_a_whole_and_takes_what_is_on_other_pages(
        self, browser_page: Page, api: Api
    ) -> None:
        items = api.engine.titled(*(f"Book {number:02}" for number in range(120)), "Other")
        api.engine.execute("UPDATE queue_items SET bytes_total = 1000000")
        browser_page.goto("/?q=book&sort=title")
        tick(browser_page, items[0]).check()
        offer = browser_page.get_by_label("All 120 that match")
        expect(offer).to_be_hidden()
        browser_page.get_by_role("button", name="Tick all on this page").click()
        expect(said(browser_page)).to_have_text("50 books")
        offer.check()
        expect(said(browser_page)).to_have_text("120 books")
        expect(browser_page.locator("[data-ticked-size]")).to_have_text("120\u00a0MB")
        browser_page.locator("#several").get_by_role("button", name="Pause").click()
        expect(browser_page.locator(".notice")).to_have_text("120 books paused.")
        assert api.get("/queue/stats")["queued"] == 1

    def test_is_taken_back_by_any_row_that_is_not_ticked(self, browser_page: Page, api: Api) -> None:
        items = api.engine.titled(*(f"Book {number:02}" for number in range(60)))
        browser_page.goto("/?sort=title")
        tick(browser_page, items[0]).check()
        browser_page.get_by_role("button", name="Tick all on this page").click()
        browser_page.get_by_label("All 60 that match").check()
        tick(browser_page, items[3]).uncheck()
        expect(said(browser_page)).to_have_text("49 books")
        browser_page.locator("#several").get_by_role("button", name="Pause").click()
        expect(browser_page.locator(".notice")).to_have_text("49 books paused.")

    def test_is_no_more_once_another_page_is_shown(self, browser_page: Page, api: Api) -> None:
        items = api.engine.titled(*(f"Book {number:02}" for number in range(60)))
        browser_page.goto("/?sort=title")
        tick(browser_page, items[0]).check()
        browser_page.get_by_role("button", name="Tick all on this page").click()
        browser_page.get_by_label("All 60 that match").check()
        browser_page.get_by_role("link", name="Next page").click()
        expect(browser_page.locator(f"#item-{items[59]}")).to_be_visible()
        expect(said(browser_page)).to_have_text("50 books")
