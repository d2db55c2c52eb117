"""The bar tells where one is, also after pages were swapped below it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.rows(3)
def test_is_marked_in_the_bar_and_returned_to(browser_page: Page) -> None:
    browser_page.goto("/")
    for name in ("Library", "Settings", "Home", "Library"):
        browser_page.get_by_role("link", name=name, exact=True).click()
        expect(browser_page.locator(".bar nav [aria-current=page]")).to_have_text(name)
    browser_page.get_by_role("button", name="FR").click()
    expect(browser_page.locator(".bar nav [aria-current=page]")).to_have_text("Bibliothèque")
    browser_page.go_back()
    expect(browser_page.locator(".bar nav [aria-current=page]")).to_have_count(1)
