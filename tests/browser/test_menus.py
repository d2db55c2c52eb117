"""Menus: of a book, and of rows; by touch, by the keyboard, and without script."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessibility import findings
from tests.browser.test_player import recorded
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors
from tests.integration.web.test_library import filed
from tests.sites.audio import AudioFactory

_PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
_WIDE = {"viewport": {"width": 1280, "height": 740}}


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> AudioFactory:
    return AudioFactory(tmp_path_factory.mktemp("sounds"))


def buttons(page: Page) -> list[str]:
    """Return what a book's page offers without a menu being opened."""
    seen = page.locator(".orders .button").filter(visible=True)
    return [text.strip() for text in seen.all_inner_texts()]


def is_within_the_window(entries: Locator) -> bool:
    """Return whether all of these are seen without scrolling, and none is beneath anything else."""
    reached = """(entries) => entries.every((entry) => {
        const box = entry.getBoundingClientRect();
        return entry.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
    })"""
    return bool(entries.evaluate_all(reached))


@pytest.mark.parametrize("window", [_PHONE, _WIDE], ids=["phone", "wide"])
def test_a_book_offers_two_things_and_the_rest_in_a_menu(
    visitors: Visitors, api: Api, sounds: AudioFactory, window: dict[str, Any]
) -> None:
    page = visitors.page(api.url, **window)
    page.goto(f"/books/{recorded(api, sounds, 3, 3)}")
    expect(page.locator(".orders .main")).to_have_text(["Play"])
    assert buttons(page) == ["Play", "Save to this device", "More: The Lamp"]
    page.locator(".orders summary").click()
    entries = page.locator(".orders .entry")
    said = [text.strip() for text in entries.all_inner_texts()]
    assert said[:1] + said[-2:] == ["Podcast app", "Download again", "Delete"]
    assert is_within_the_window(entries)
    assert findings(page) == []


def test_on_a_phone_a_menu_opens_where_all_of_it_is_seen_and_closes_beside_it(visitors: Visitors, api: Api) -> None:
    items = api.engine.titled("One", "Two", "Three", "Four")
    for script in (True, False):
        page = visitors.page(api.url, java_script_enabled=script, **_PHONE)
        page.goto("/")
        menu = page.locator(f"#item-{items[-1]} .menu")
        menu.locator("summary").tap()
        assert is_within_the_window(menu.locator(".entry"))
        page.touchscreen.tap(180, 40)
        expect(menu.locator(".entry").first).to_be_hidden()


def test_a_menu_is_gone_through_by_the_keyboard(browser_page: Page, api: Api) -> None:
    (book,) = filed(api, "The Lamp")
    browser_page.goto(f"/books/{book}")
    summary = browser_page.locator(".orders summary")
    summary.focus()
    browser_page.keyboard.press("Enter")
    browser_page.keyboard.press("Tab")
    expect(browser_page.get_by_role("link", name="Podcast app")).to_be_focused()
    browser_page.keyboard.press("Escape")
    expect(summary).to_be_focused()
    expect(browser_page.get_by_role("link", name="Podcast app")).to_be_hidden()


def test_what_is_chosen_closes_its_menu_and_keeps_the_focus(browser_page: Page, api: Api) -> None:
    (item,) = api.engine.titled("One")
    browser_page.goto("/")
    menu = browser_page.locator(f"#item-{item} .menu")
    menu.locator("summary").click()
    with browser_page.expect_response("**/sooner"):
        menu.get_by_role("button", name="Raise its priority").click()
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()
