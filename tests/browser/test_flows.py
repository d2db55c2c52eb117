"""What a person does once in a while, in a browser: following, being told, moving elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import findings
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors
from tests.fixtures.workers import wait_until
from tests.integration.api.test_follows import FEED
from tests.integration.api.test_telling import add, arrived, fail, settle
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
    listed.get_by_role("link", name="Change").click()
    wanted = browser_page.get_by_role("form", name="What is wanted of it")
    wanted.get_by_label("keep the newest").fill("3")
    wanted.get_by_role("button", name="Save").click()
    expect(listed).to_contain_text("keeps the newest 3")
    assert "tok3n4711" not in browser_page.content()


def test_a_follow_is_ordered_as_wished_paused_resumed_given_out_and_ended(
    browser_page: Page, api: Api, tmp_path: Path
) -> None:
    browser_page.goto("/follows")
    browser_page.get_by_label("Link of a feed, a category or an author").fill(FEED)
    first = browser_page.get_by_role("form", name="Follow a link")
    first.get_by_label("the newest, too:").check()
    first.get_by_label("How many of the newest").fill("4")
    first.get_by_label("keep the newest").fill("5")
    first.get_by_role("button", name="Follow", exact=True).click()
    followed = browser_page.locator("[data-follow]")
    expect(followed).to_contain_text("keeps the newest 5")
    assert api.get("/follows")["items"][0]["take"] == 4
    followed.get_by_role("button", name="Pause").click()
    expect(followed).to_contain_text("Paused")
    followed.get_by_role("button", name="Resume").click()
    expect(followed).to_contain_text("Is being checked")
    api.engine.execute("UPDATE follows SET next_attempt_at = now() + interval '5 hours'")
    browser_page.goto("/follows")
    expect(followed).to_contain_text("Checked again at")
    followed.get_by_role("button", name="Check now").click()
    expect(followed).to_contain_text("Is being checked")
    browser_page.get_by_text("Follow a whole list").click()
    with browser_page.expect_download() as download:
        browser_page.get_by_role("link", name="Save what is followed").click()
    download.value.save_as(tmp_path / "given.opml")
    assert f'xmlUrl="{FEED}"' in (tmp_path / "given.opml").read_text()
    followed.get_by_role("button", name="Follow no more").click()
    expect(browser_page.get_by_text("Nothing is followed yet.")).to_be_visible()


def test_more_is_chosen_of_a_follow_by_keys_alone_and_changed_on_a_phone(visitors: Visitors, api: Api) -> None:
    visitors.expect("422")  # of the form that was wrong
    page = visitors.page(api.url)
    page.goto("/follows")
    form = page.get_by_role("form", name="Follow a link")
    form.get_by_label("Link of a feed, a category or an author").fill(FEED)
    expect(form.get_by_label("Title contains")).not_to_be_visible()
    form.get_by_text("More choices").press("Enter")
    form.get_by_label("Title contains").fill("phare, mer")
    page.keyboard.press("Tab")
    expect(form.get_by_label("Title leaves out")).to_be_focused()
    form.get_by_label("At a time, at most (books)").fill("many")
    form.get_by_label("Check every so many hours").fill("12")
    form.get_by_label("Priority, from 0 to 100").fill("70")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("How many at a time is a whole number")
    assert findings(page) == []
    expect(form.get_by_label("Title contains")).to_have_value("phare, mer")
    form.get_by_label("At a time, at most (books)").fill("5")
    page.keyboard.press("Enter")
    followed = page.locator("[data-follow]")
    expect(followed).to_contain_text("only what its filters want · 5 at a time at most · every 12")
    (view,) = api.get("/follows")["items"]
    assert (view["filters"]["title_include"], view["priority"]) == (["phare", "mer"], 70)

    phone = visitors.page(api.url, color_scheme="dark", locale="fr-CA", viewport={"width": 375, "height": 740})
    phone.goto("/follows")
    phone.get_by_role("link", name="Modifier").click()
    wanted = phone.get_by_role("form", name="Ce qui en est voulu")
    expect(wanted.get_by_label("Le titre contient")).to_have_value("phare, mer")
    assert findings(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    wanted.get_by_label("En tout, au plus (Go)").fill("1,5")
    wanted.get_by_label("Priorité, de 0 à 100").fill("")
    wanted.get_by_role("button", name="Enregistrer").click()
    expect(phone.locator("[data-follow]")).to_contain_text("1,5\N{NO-BREAK SPACE}Go")
    changed = api.get("/follows")["items"][0]
    assert (changed["most_gigabytes"], changed["priority"], changed["filters"]) == (1.5, 5, view["filters"])


def test_a_program_that_does_not_answer_is_told_once_it_does_and_a_player_is_asked(
    browser_page: Page, api: Api
) -> None:
    api.origin.answer("/Library/Refresh", status=204)
    api.origin.answer("/hook", status=503)
    channel = add(api, "webhook", "/hook")
    api.origin.answer("/hook", status=503)
    fail(api, "The lamp")
    settle(api, channel)
    wait_until(lambda: bool(api.get("/channels")["items"][0]["error"]), 20, "an attempt has failed")
    browser_page.goto("/settings/notifications")
    told = browser_page.locator("[data-channel]")
    expect(told).to_contain_text("HTTP 503 was answered.")
    told.get_by_text("The last messages").click()
    expect(told.get_by_role("listitem")).to_contain_text(re.compile(r"\d+ attempts? · tried again at"))
    api.origin.answer("/hook")
    told.get_by_role("button", name="Try again").click()
    wait_until(lambda: api.get("/channels")["items"][0]["waiting"] == 0, 20, "it has arrived")
    browser_page.goto("/settings/notifications")
    told.get_by_text("The last messages").click()
    expect(told.get_by_role("listitem")).to_contain_text("arrived at")
    browser_page.get_by_text("Tell somebody").click()
    browser_page.get_by_label("How").select_option("jellyfin")
    browser_page.get_by_label("Address").fill(api.origin.url)
    browser_page.get_by_label("Token, of a player").fill("token-of-a-player")
    browser_page.get_by_role("button", name="Add", exact=True).click()
    player = told.filter(has_text="Jellyfin")
    player.get_by_role("button", name="Test").click()
    expect(browser_page.locator(".notice > span")).to_have_text("The test has arrived.")
    assert 'Token="token-of-a-player"' in arrived(api, "/Library/Refresh")[0].headers["authorization"]
    player.get_by_role("button", name="Remove").click()
    expect(told).to_have_count(1)


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
    (tmp_path / "archive.txt").write_text("archiveorg letters_brides_0709_librivox\n")
    browser_page.get_by_label("File of what you had").set_input_files(tmp_path / "archive.txt")
    browser_page.get_by_role("button", name="Count as had").click()
    expect(browser_page.locator("#report + ul li")).to_contain_text("Books that you had 1 added")
    assert api.engine.value("SELECT url FROM unwanted_books").endswith("letters_brides_0709_librivox")
