"""The preview in a browser: ticks are counted, filters are applied as one types."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_menus import PHONE, WIDE, is_within_the_window
from tests.browser.test_player import recorded
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors
from tests.integration.web.test_preview import lasting, published
from tests.sites.audio import AudioFactory
from tests.unit.sources.rss.documents import item


def link(api: Api) -> str:
    return published(api, item(1, lasting(20)), item(2, lasting(90)), item(3, lasting(120)))


def open_preview(page: Page, api: Api) -> None:
    page.goto(f"/add?url={quote(link(api), safe='')}")


@pytest.mark.rows(42)
def test_from_the_first_page_to_books_that_were_chosen(browser_page: Page, api: Api) -> None:
    browser_page.goto("/")
    browser_page.fill("#url", link(api))
    browser_page.get_by_role("button", name="Preview").click()
    expect(browser_page.locator("h1")).to_have_text("Le phare")
    edges = (
        "[...document.querySelectorAll('.found, .hit .figure:last-child')].map(e => e.getBoundingClientRect().right)"
    )
    assert len(set(browser_page.evaluate(edges))) == 1  # sizes stand in a column, at the end of the list
    browser_page.locator(".hit >> nth=0").get_by_role("checkbox").uncheck()
    expect(browser_page.locator("[data-chosen]")).to_have_text("2 books")
    expect(browser_page.locator("[data-total]")).to_contain_text("3\u00a0h\u00a030")
    browser_page.get_by_role("button", name="Add 2").click()
    expect(browser_page.locator(".rows .row")).to_have_count(2)
    assert browser_page.url == f"{api.url}/"
    assert [book["audiobook"]["title"] for book in api.get("/queue")["items"]] == [None, None]


def test_a_filter_is_applied_as_one_types_and_stands_in_the_address(browser_page: Page, api: Api) -> None:
    open_preview(browser_page, api)
    browser_page.get_by_label("At least (minutes)").press_sequentially("60")
    expect(browser_page.locator("[data-add]")).to_have_text("Add 2")
    expect(browser_page.get_by_label("At least (minutes)")).to_be_focused()
    assert "least=60" in browser_page.url
    browser_page.get_by_role("link", name="Clear the filters").click()
    expect(browser_page.locator("[data-add]")).to_have_text("Add 3")


def test_what_is_not_typed_to_its_end_yet_takes_nothing_away(visitors: Visitors, api: Api) -> None:
    visitors.expect("422")
    page = visitors.page(api.url)
    open_preview(page, api)
    page.get_by_label("At least (minutes)").fill("60")
    expect(page.locator("[data-add]")).to_have_text("Add 2")
    longest = page.get_by_label("At most (minutes)")
    longest.press_sequentially("1")
    expect(page.locator(".wrong")).to_contain_text("longest")
    expect(longest).to_be_focused()
    longest.press_sequentially("00")
    expect(page.locator("[data-add]")).to_have_text("Add 1")
    expect(page.locator(".wrong")).to_have_count(0)


def test_with_no_book_ticked_nothing_can_be_added(browser_page: Page, api: Api) -> None:
    open_preview(browser_page, api)
    for tick in browser_page.locator("[name=book]").all():
        tick.uncheck()
    expect(browser_page.locator("[data-add]")).to_be_disabled()
    expect(browser_page.locator("[data-chosen]")).to_have_text("0 books")


def test_on_a_phone_the_books_come_first(visitors: Visitors, api: Api) -> None:
    page = visitors.page(api.url, viewport={"width": 360, "height": 740}, has_touch=True)
    open_preview(page, api)
    expect(page.get_by_label("Title contains")).to_be_hidden()
    expect(page.locator("[data-add]")).to_be_in_viewport()
    page.locator("summary", has_text="Filters").tap()
    expect(page.get_by_label("Title contains")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("window", [PHONE, WIDE], ids=["phone", "wide"])
def test_what_adds_the_books_is_seen_beside_a_long_list_also_above_the_player(
    visitors: Visitors, api: Api, tmp_path: Path, window: dict[str, Any]
) -> None:
    book = recorded(api, AudioFactory(tmp_path), 40, 40)
    listing = published(api, *(item(number, lasting(20)) for number in range(1, 25)))
    page = visitors.page(api.url, **window)
    for is_played in (False, True):
        page.goto(f"/books/{book}")
        if is_played:
            page.get_by_role("button", name="Play", exact=True).first.click()
            expect(page.locator("#player")).to_be_visible()
        page.locator('.bar nav a[href="/"]').click()
        page.fill("#url", listing)
        page.get_by_role("button", name="Preview").click()
        page.locator(".hit").nth(16).scroll_into_view_if_needed()
        offered = page.locator(".bottom :is(.button, select, label)")
        expect(offered.first).to_be_visible()
        assert is_within_the_window(offered)
