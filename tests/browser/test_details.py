"""Opening a row in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from ohdio_core.errors import TransientError
from ohdio_core.work.outcome import outcome_of
from tests.browser.announcing import announce
from tests.fixtures.api import Api
from tests.integration.web.test_needs import CUT, fail

_CUT = outcome_of(TransientError(CUT))


def test_opens_below_its_row_where_the_others_stay_and_the_address_says_it(browser_page: Page, api: Api) -> None:
    one, two = api.engine.titled("One", "Two")
    browser_page.goto("/")
    other = browser_page.locator(f"#item-{two}")
    other.evaluate("element => element.marked = true")
    title = browser_page.locator(f"#item-{one} .title a")
    title.click()
    expect(browser_page.locator(f"#item-{one} .details")).to_contain_text("Nothing was tried yet.")
    assert browser_page.url == f"{api.url}/?open={one}"
    assert other.evaluate("element => element.marked") is True
    expect(title).to_have_attribute("aria-expanded", "true")
    title.click()
    expect(browser_page.locator(".details")).to_have_count(0)
    assert browser_page.url == f"{api.url}/"


def test_stays_open_while_its_row_changes(browser_page: Page, api: Api) -> None:
    (one,) = api.engine.titled("One")
    browser_page.goto(f"/?open={one}")
    expect(browser_page.locator(".details")).to_be_visible()
    api.http.post(f"/queue/items/{one}/pause").raise_for_status()
    expect(browser_page.locator(f"#item-{one}")).to_have_attribute("data-state", "paused")
    expect(browser_page.locator(".details")).to_be_visible()
    expect(browser_page.locator(f"#item-{one} .title a")).to_have_attribute("aria-expanded", "true")


def test_the_report_is_selected_or_copied(browser_page: Page, api: Api) -> None:
    (one,) = api.engine.titled("One")
    browser_page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    browser_page.goto(f"/?open={one}")
    browser_page.get_by_role("button", name="Copy").click()
    assert browser_page.evaluate("navigator.clipboard.readText()").startswith("link    http")


@pytest.mark.rows(52, 67, 68)
def test_tells_of_every_attempt_as_it_ends_and_no_other_row_opens(browser_page: Page, api: Api) -> None:
    one, two = api.engine.titled("One", "Two")
    browser_page.goto(f"/?open={one}")
    expect(browser_page.locator(".details")).to_contain_text("Nothing was tried yet.")
    copy = browser_page.get_by_role("button", name="Copy")
    copy.focus()
    api.engine.worker()
    api.engine.finish(api.engine.admit_and_start(), _CUT, progress=500, received=800)
    announce(api)
    attempt = browser_page.locator(f"#item-{one} .attempts li")
    expect(attempt).to_have_count(1)
    expect(attempt).to_contain_text("The connection to stories.example ended after 700 bytes.")
    expect(copy).to_be_focused()
    # Between attempts it waits, with the reason and the time; at the end it has failed, with the reason.
    row = browser_page.locator(f"#item-{one}")
    expect(row).to_have_attribute("data-state", "waiting")
    expect(row).to_contain_text("The connection to stories.example ended after 700 bytes.")
    expect(row.locator("[data-at]").first).to_be_visible()
    fail(api, one, CUT)
    announce(api)
    expect(row).to_have_attribute("data-state", "failed")
    api.http.post(f"/queue/items/{two}/pause").raise_for_status()
    expect(browser_page.locator(f"#item-{two}")).to_have_attribute("data-state", "paused")
    expect(browser_page.locator(".details")).to_have_count(1)
