"""Ticking books of the library in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.api import Api
from tests.integration.web.test_library import filed, know


def tick(page: Page, title: str) -> None:
    page.locator(".card", has_text=title).locator(".tick input").check()


@pytest.mark.rows(96, 98)
def test_ticks_are_counted_saved_and_deleted_with_undo_and_none_is_taken_for_one_of_the_queue(
    browser_page: Page, api: Api
) -> None:
    one, two, _ = filed(api, "One", "Two", "Three")
    for book in (one, two):
        know(api, book, file_size=48_000_000)
    browser_page.goto("/library")
    tick(browser_page, "One")
    tick(browser_page, "Two")
    expect(browser_page.locator("[data-ticked]")).to_have_text("2 books")
    expect(browser_page.locator("[data-ticked-size]")).to_have_text("96\u00a0MB")

    with browser_page.expect_download() as saved:
        browser_page.locator("#several").get_by_role("button", name="Save").click()
    assert saved.value.suggested_filename == "ohdio.zip"
    expect(browser_page.locator("[data-ticked]")).to_have_text("2 books")

    browser_page.locator("#several").get_by_role("button", name="Delete").click()
    expect(browser_page.locator(".notice > span")).to_have_text("2 books are in the trash, for seven days.")
    expect(browser_page.locator(".card")).to_have_count(1)
    browser_page.locator(".notice").get_by_role("button", name="Undo").click()
    expect(browser_page.locator(".card")).to_have_count(3)

    tick(browser_page, "Three")
    browser_page.get_by_role("link", name="Home").click()
    browser_page.get_by_role("heading", name="Queue").wait_for()
    expect(browser_page.locator("[data-ticked]")).to_be_hidden()
