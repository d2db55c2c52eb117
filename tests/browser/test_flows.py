"""What a person does once in a while, in a browser: following, being told, moving elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.fixtures.api import Api
from tests.integration.api.test_follows import FEED
from tests.unit.sources.rss.documents import rss

_LIST = '<opml version="2.0"><body><outline type="rss" text="Tales" xmlUrl="https://stories.example/tales.xml"/></body></opml>'


def test_a_secret_link_and_a_list_are_followed_and_told_what_to_keep(
    browser_page: Page, api: Api, tmp_path: Path
) -> None:
    api.origin.answer("/tales.xml", rss())
    browser_page.goto("/follows")
    browser_page.get_by_label("Link of a feed, a category or an author").fill(f"{FEED}?token=tok3n4711abcdef99")
    browser_page.get_by_label("private", exact=True).check()
    browser_page.get_by_role("button", name="Follow", exact=True).click()
    expect(browser_page.locator(".notice > span")).to_have_text(re.compile(r"^private:\d+ is followed\.$"))
    expect(browser_page.locator("[data-follow]")).to_contain_text("private: its link is a secret")
    (tmp_path / "apps.opml").write_text(_LIST)
    browser_page.get_by_text("Follow a whole list").click()
    browser_page.get_by_label("File of the app").set_input_files(tmp_path / "apps.opml")
    browser_page.get_by_role("button", name="Add the list").click()
    expect(browser_page.locator("[data-follow]")).to_have_count(2)
    listed = browser_page.locator("[data-follow]", has_text="tales.xml")
    listed.get_by_text("Change what it keeps").click()
    listed.get_by_label("keep the newest").fill("3")
    listed.get_by_role("button", name="Save").click()
    expect(listed).to_contain_text("keeps the newest 3")
    assert "tok3n4711" not in browser_page.content()


def test_a_program_is_told_and_a_test_arrives(browser_page: Page, api: Api) -> None:
    api.origin.answer("/hooks/ohdio", status=204)
    browser_page.goto("/settings/notifications")
    browser_page.get_by_label("How").select_option("webhook")
    browser_page.get_by_label("Address").fill(f"{api.origin.url}/hooks/ohdio")
    browser_page.get_by_role("button", name="Add", exact=True).click()
    expect(browser_page.locator("[data-copied]")).to_contain_text("whsec_")
    browser_page.get_by_role("button", name="Test").click()
    expect(browser_page.locator(".notice > span")).to_have_text("The test has arrived.")
    assert [json.loads(seen.body)["type"] for seen in api.origin.requests] == ["test"]


def test_what_was_decided_is_saved_to_a_file_and_brought_in(browser_page: Page, api: Api, tmp_path: Path) -> None:
    assert api.http.post("/follows", json={"url": FEED}).is_success
    browser_page.goto("/settings/moving")
    with browser_page.expect_download() as download:
        browser_page.get_by_role("link", name="Save the file").click()
    download.value.save_as(tmp_path / "ohdio.json")
    api.empty()
    browser_page.get_by_label("File that an ohdio has made").set_input_files(tmp_path / "ohdio.json")
    browser_page.get_by_role("button", name="Bring in").click()
    expect(browser_page.locator("#report + ul li").first).to_contain_text("1 added")
    assert [follow["url"] for follow in api.get("/follows")["items"]] == [FEED]
