"""The tabs of the settings, in windows that have no room for all of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.boxes import wrong_boxes
from tests.browser.test_accessibility import findings
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors

#: Those that nothing lies over and no edge cuts.
_SEEN = """(tabs) => tabs.filter((tab) => {
    const { left, right, top, height } = tab.getBoundingClientRect();
    const { width } = document.documentElement.getBoundingClientRect();
    return left >= 0 && right <= width && tab.contains(document.elementFromPoint((left + right) / 2, top + height / 2));
}).map((tab) => tab.pathname)"""


def seen(page: Page) -> list[str]:
    """Return the tabs that are in sight as a whole."""
    found: list[str] = page.locator(".tabs a").evaluate_all(_SEEN)
    return found


def goes_on(page: Page) -> list[bool]:
    """Return whether a sign says that there is more before, and after, what is seen."""
    sign = """(tabs) => ["before", "after"].map((side) =>
        !["none", "normal"].includes(getComputedStyle(tabs, `::${side}`).content))"""
    found: list[bool] = page.locator(".tabs").evaluate(sign)
    return found


@pytest.mark.parametrize("locale", ["en-CA", "fr-CA"])
@pytest.mark.parametrize("width", [320, 360, 820])
def test_stand_on_one_line_with_the_chosen_one_in_sight(visitors: Visitors, api: Api, width: int, locale: str) -> None:
    page = visitors.page(api.url, locale=locale, viewport={"width": width, "height": 740})
    for path, before, after in (
        ("/settings", False, True),
        ("/settings/notifications", True, True),
        ("/settings/system", True, False),
    ):
        page.goto(path)
        tops = page.locator(".tabs a").evaluate_all("(tabs) => tabs.map((tab) => tab.offsetTop)")
        assert len(set(tops)) == 1
        assert path in seen(page)
        expect(page.locator(".tabs")).to_have_attribute("aria-label", "Settings" if locale == "en-CA" else "Réglages")
        assert goes_on(page) == ([before, after] if width < 720 else [False, False])
        assert wrong_boxes(page) == []
        assert findings(page) == []


def test_are_gone_through_by_the_keyboard_each_in_sight(visitors: Visitors, api: Api) -> None:
    page = visitors.page(api.url, viewport={"width": 320, "height": 740})
    page.goto("/settings")
    tabs = page.locator(".tabs a")
    tabs.first.focus()
    for number in range(1, tabs.count()):
        page.keyboard.press("Tab")
        expect(tabs.nth(number)).to_be_focused()
        path = tabs.nth(number).evaluate("(tab) => tab.pathname")
        assert path in seen(page)
    assert goes_on(page) == [True, False]
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("System")
