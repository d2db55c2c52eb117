"""What keys do."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.fixtures.api import Api


def test_rows_are_walked_ticked_paused_and_removed(browser_page: Page, api: Api) -> None:
    one, two, three = api.engine.titled("One", "Two", "Three")
    browser_page.goto("/")
    keyboard = browser_page.keyboard
    keyboard.press("j")
    keyboard.press("j")
    expect(browser_page.locator(f"#item-{two} .title a")).to_be_focused()
    keyboard.press("x")
    expect(browser_page.locator(f"#item-{two} .tick input")).to_be_checked()
    keyboard.press("p")
    expect(browser_page.locator(f"#item-{two}")).to_have_attribute("data-state", "paused")
    keyboard.press("k")
    keyboard.press("Enter")
    expect(browser_page.locator(f"#item-{one} .details")).to_be_visible()
    keyboard.press("Delete")
    expect(browser_page.locator(".rows .row")).to_have_count(2)
    assert [item["id"] for item in api.get("/queue")["items"]] == [two, three]


def test_lead_to_pages_and_fields(browser_page: Page, api: Api) -> None:
    browser_page.goto("/")
    browser_page.locator("h1").click(force=True)
    browser_page.evaluate("document.activeElement.blur()")
    browser_page.keyboard.press("g")
    browser_page.keyboard.press("l")
    expect(browser_page).to_have_url(f"{api.url}/library")
    browser_page.keyboard.press("/")
    expect(browser_page.locator("#q")).to_be_focused()
    browser_page.keyboard.press("j")
    expect(browser_page.locator("#q")).to_have_value("j")


def test_are_listed_and_can_be_turned_off(browser_page: Page, api: Api) -> None:
    api.engine.titled("One")
    browser_page.goto("/")
    browser_page.locator("[data-show-keys]").click()
    expect(browser_page.get_by_role("dialog", name="Keys")).to_be_visible()
    browser_page.get_by_role("button", name="Turn single keys off").click()
    expect(browser_page.get_by_role("dialog")).to_have_count(0)
    browser_page.keyboard.press("?")
    browser_page.keyboard.press("j")
    expect(browser_page.get_by_role("dialog")).to_have_count(0)
    expect(browser_page.locator(".row .title a")).not_to_be_focused()
