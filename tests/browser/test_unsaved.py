"""Settings in a browser: what is typed and not saved says so, and the limit of downloads stands with them."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.test_accessibility import findings
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors, is_told


def test_a_field_says_that_it_is_not_saved_until_it_is(visitors: Visitors, api: Api) -> None:
    page = visitors.page(api.url)
    page.goto("/settings")
    is_told(page)
    space, interval = (page.locator(f"form:has(#{name})") for name in ("min_disk_space_mb", "page_interval"))
    expect(page.get_by_text("Not saved yet").locator("visible=true")).to_have_count(0)
    for form, value in ((space, "2000"), (interval, "3")):
        form.locator("[name=value]").fill(value)
        expect(form.get_by_text("Not saved yet")).to_be_visible()
    space.get_by_role("button", name="Save").click()
    expect(page.locator(".notice")).to_contain_text("How much stays free on the disk: 2000\N{NO-BREAK SPACE}MiB now.")
    expect(space.get_by_text("changed here")).to_be_visible()
    expect(space.get_by_text("Not saved yet")).to_be_hidden()
    # Also once the page has read itself anew, as another has changed something.
    api.http.put("/settings/log_level", json={"value": "debug"}).raise_for_status()
    expect(page.locator("#log_level")).to_have_value("debug")
    expect(interval.locator("[name=value]")).to_have_value("3")
    expect(interval.get_by_text("Not saved yet")).to_be_visible()
    assert findings(page) == []
    interval.locator("[name=value]").fill("0.5")
    expect(interval.get_by_text("Not saved yet")).to_be_hidden()
    space.get_by_role("button", name="Use the default").click()
    expect(space.locator("[name=value]")).to_have_value("1000")
    expect(space.get_by_text("Not saved yet")).to_be_hidden()
    api.http.delete("/settings/log_level").raise_for_status()


def test_how_many_download_at_once_is_set_with_the_settings_of_downloads(visitors: Visitors, api: Api) -> None:
    page = visitors.page(api.url)
    page.goto("/settings")
    is_told(page)
    limit = page.get_by_label("How many books download at once")
    expect(limit).to_have_value("3")
    limit.fill("5")
    limit.press("Enter")
    expect(page.locator("form:has(#limit)").get_by_text("Not saved yet")).to_be_hidden()
    expect(limit).to_have_value("5")
    assert api.engine.value("SELECT max_concurrent_downloads FROM queue_control") == 5
    api.http.put("/queue/limit", json={"max_concurrent_downloads": 4}).raise_for_status()
    expect(limit).to_have_value("4")
