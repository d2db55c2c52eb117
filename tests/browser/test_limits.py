"""Download hours and speeds in a browser: set in one, and true in another without a reload."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import findings
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors
from tests.integration.api.queue_calls import order
from tests.integration.api.test_download_hours import Downloader, in_three_hours
from tests.integration.api.test_events import announce


@pytest.fixture
def downloader(api: Api) -> Iterator[Downloader]:
    api.engine.workers_of_all_services()
    yield Downloader(api)
    api.http.delete("/settings/download_hours")
    api.http.delete("/settings/speed_limit_kb")
    api.engine.execute("UPDATE queue_control SET hours_from = NULL, hours_until = NULL")


def test_books_wait_for_the_hours_that_are_set_and_one_is_collected_anyway(
    visitors: Visitors, api: Api, downloader: Downloader
) -> None:
    order(api, "/queue/pause")
    first, wanted = api.engine.titled("La mer", "Le phare")
    page, other = visitors.page(api.url), visitors.page(api.url, color_scheme="dark")
    other.goto("/")
    page.goto("/settings")
    hours, begin = in_three_hours()
    field = page.get_by_label("Hours of the day in which books are downloaded")
    field.fill(hours)
    field.press("Enter")
    expect(page.get_by_role("button", name="Use the default")).to_have_count(1)  # it is stored
    expect(field).to_have_value(hours)
    downloader.keep()
    other.locator("#pause-all").click()
    told = f"Outside of the download hours, until {begin:%H:%M}"
    expect(other.locator(".banner[data-is=calm]")).to_have_text(f"{told}.")
    expect(other.locator(".health")).to_have_attribute("data-is", "calm")
    row = other.locator(f"#item-{wanted}")
    expect(row.locator("[data-words]")).to_have_text(told)
    assert findings(other) == []
    page.goto("/")
    menu = page.locator(f"#item-{wanted} .menu")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    menu.get_by_role("button", name="Collect it now anyway").focus()
    page.keyboard.press("Enter")
    expect(row.locator("[data-words]")).not_to_have_text(told)
    assert [api.item(item)["is_outside_hours"] for item in (first, wanted)] == [True, False]


@pytest.mark.usefixtures("downloader")
def test_how_fast_a_book_may_come_is_set_and_seen_elsewhere(visitors: Visitors, api: Api) -> None:
    (item,) = api.engine.titled("La mer")
    page, other = visitors.page(api.url), visitors.page(api.url)
    for each in (page, other):
        each.goto(f"/?open={item}")
    field, there = (each.get_by_label("No faster than") for each in (page, other))
    field.fill("120")
    field.press("Enter")
    expect(there).to_have_value("120")
    assert findings(page) == []
    page.goto("/settings")
    of_all = page.get_by_label("How fast all downloads together may be")
    of_all.fill("500")
    page.locator("li", has=of_all).get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Use the default")).to_have_count(1)
    assert api.engine.value("SELECT value FROM settings WHERE name = 'speed_limit_kb'") is not None
    api.engine.admit()
    claimed = api.engine.start(item)
    api.engine.execute("UPDATE queue_items SET limited_by = 'all', progress = 7, bytes_total = 9")
    announce(api, [("queue_item", item)])
    far = other.locator(f"#item-{item} .far")
    expect(far).to_contain_text("as fast as the limit for all downloads allows")
    # Numbers that come by themselves leave that where it is.
    api.engine.execute("UPDATE queue_items SET progress = 8 WHERE id = :id", id=claimed.id)
    announce(api, [("queue_item", item)])
    expect(far).to_contain_text("8 B of 9 B")
    expect(far).to_contain_text("as fast as the limit for all downloads allows")
