"""What sites call their books, in a browser: nothing of it runs, however it gets onto the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.api import Api
from tests.integration.api.filed_books import SOUND

TITLES = {
    "an element": "<img src=x onerror=document.title='run'>",
    "an order to the script of pages": '<a hx-post="/queue/pause" hx-trigger="load">x</a>',
    "the end of what scripts are told": "'}]\"><script>document.title='run'</script>",
    "a direction that is turned round": "\u202edesrever \u2067",
}


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_titles_run_nothing_on_any_page_nor_when_they_change(browser_page: Page, api: Api, title: str) -> None:
    item, filed = api.engine.titled("Sailing", title)
    book = api.file_book(filed, {"01 - One.mp3": SOUND})
    browser_page.goto(f"/books/{book}")
    expect(browser_page.get_by_role("heading", level=1)).to_have_text(title)
    browser_page.goto("/library")
    browser_page.goto(f"/?open={item}")
    api.engine.execute("UPDATE audiobooks SET title = :title", title=title)
    api.http.post(f"/queue/items/{item}/pause")
    row = browser_page.locator(f"#item-{item}")
    expect(row).to_have_attribute("data-state", "paused")
    expect(row.locator(".title")).to_have_text(title)
    assert browser_page.title() != "run"
    assert not api.get("/queue/stats")["is_paused"]
