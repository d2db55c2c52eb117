"""A listening feed in a browser: made, copied, drawn for a phone, revoked."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.fixtures.api import Api
from tests.integration.api.filed_books import filed


def test_an_address_is_made_from_a_book_seen_once_and_revoked(browser_page: Page, api: Api) -> None:
    book_id, _ = filed(api)
    browser_page.goto(f"/books/{book_id}")
    browser_page.locator(".orders .menu summary").click()
    browser_page.get_by_role("link", name="Podcast app").click()
    browser_page.get_by_role("button", name="Make an address").click()
    address = browser_page.locator(".made-feed code")
    expect(address).to_contain_text("/podcast/")
    drawn = browser_page.get_by_role("img", name="The address as a QR code").bounding_box()
    assert drawn is not None
    assert min(drawn["width"], drawn["height"]) > 150
    browser_page.get_by_role("button", name="Copy").click()
    assert browser_page.evaluate("getSelection().toString()") == address.text_content()
    browser_page.get_by_role("button", name="Revoke The book Sailing").click()
    expect(browser_page.locator(".notice > span")).to_contain_text("Revoked")
    expect(browser_page.locator("[data-feed]")).to_have_count(0)
    expect(browser_page.locator(".made-feed")).to_have_count(0)
