"""The page of a book that is open while its book arrives, or is removed from the queue elsewhere."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.announcing import change
from tests.browser.test_accessibility import findings
from tests.browser.test_player import SOUND
from tests.fixtures.api import Api
from tests.fixtures.browser import is_told
from tests.fixtures.workers import wait_until
from tests.sites.audio import AudioFactory


def opened(page: Page, api: Api) -> int:
    """Open the page of a book that is to arrive; return its item."""
    (item,) = api.engine.titled("The Lamp")
    page.goto(f"/books/{api.book_of(item)}")
    is_told(page)
    expect(page.locator("#arriving .label")).to_have_text("Next")
    return item


def test_that_arrives_can_be_heard_at_once_and_shows_what_it_has(browser_page: Page, api: Api, tmp_path: Path) -> None:
    item = opened(browser_page, api)
    sounds = AudioFactory(tmp_path)
    files = {f"{n}.mp3": sounds.mp3(f"{n}", 5) for n in range(2)}
    book = api.file_book(item, files)
    for index, (name, data) in enumerate(files.items()):
        api.engine.execute(
            "INSERT INTO book_files (audiobook_id, index, name, size, sha256, duration_seconds) "
            "VALUES (:id, :index, :name, :size, '', 5)",
            id=book,
            index=index,
            name=name,
            size=len(data),
        )
    change(api, item, "status = 'completed'")
    expect(browser_page.locator(".standing")).to_have_text("Complete, every part verified")
    expect(browser_page.locator("ol.parts > li")).to_have_count(2)
    expect(browser_page.get_by_role("button", name="Pause", exact=True)).to_have_count(0)
    assert findings(browser_page) == []
    browser_page.get_by_role("button", name="Play", exact=True).first.click()
    wait_until(lambda: browser_page.evaluate(SOUND) is not None, 20, "it sounds")


def test_that_is_removed_elsewhere_is_offered_no_orders_of_the_queue(browser_page: Page, api: Api) -> None:
    item = opened(browser_page, api)
    api.outside.post("/queue/several", data={"order": "remove", "item": str(item)})
    expect(browser_page.locator(".standing")).to_have_text("Not in the queue")
    expect(browser_page.get_by_role("button", name="Pause", exact=True)).to_have_count(0)


def test_is_read_anew_where_its_state_changes_and_not_with_each_byte(browser_page: Page, api: Api) -> None:
    item = opened(browser_page, api)
    readings: list[str] = []
    browser_page.on("request", lambda each: readings.append(each.url) if "ohdio-page" in each.headers else None)
    with browser_page.expect_response(f"**/books/{api.book_of(item)}"):
        change(api, item, "status = 'paused', bytes_total = 9000000")
    expect(browser_page.locator(".orders .button").first).to_have_text("Resume")
    readings.clear()
    for megabytes in (1, 2, 3):
        change(api, item, f"progress = {megabytes}000000")
        expect(browser_page.locator("#arriving [data-words]")).to_contain_text(f"{megabytes}.0 MB")
    with browser_page.expect_response(f"**/books/{api.book_of(item)}"):
        change(api, item, "status = 'queued'")
    expect(browser_page.locator(".orders .button").first).to_have_text("Pause")
    assert len(readings) == 1
