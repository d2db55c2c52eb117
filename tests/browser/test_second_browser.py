"""What is changed in one browser shows in another, and takes nothing away there from whoever is at it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors, is_told
from tests.integration.api.test_converting import filed_as
from tests.integration.api.test_follows import follow


def visit(visitors: Visitors, api: Api, path: str) -> Page:
    page = visitors.page(api.url)
    page.goto(path)
    is_told(page)
    return page


def test_a_setting_shows_in_the_other_which_keeps_what_is_typed_there(visitors: Visitors, api: Api) -> None:
    here, there = visit(visitors, api, "/settings"), visit(visitors, api, "/settings")
    typed = there.locator("#page_interval")
    typed.fill("7")
    typed.press("Home")
    here.locator("#digest_minutes").fill("11")
    here.locator("#digest_minutes").press("Enter")
    # A button more stands before the field then.
    expect(there.locator("li:has(#digest_minutes) [name=reset]")).to_be_visible()
    expect(there.locator("#digest_minutes")).to_have_value("11")
    expect(typed).to_have_value("7")
    expect(typed).to_be_focused()
    there.keyboard.type("1")
    expect(typed).to_have_value("17")
    # By a program, and the very one that is being typed: what it is now is said, and what is typed stays.
    api.http.put("/settings/page_interval", json={"value": 3}).raise_for_status()
    expect(there.locator("li:has(#page_interval)")).to_contain_text("changed here on")
    expect(typed).to_have_value("17")
    expect(here.locator("#page_interval")).to_have_value("3")


def test_rows_that_are_gone_go_once_nobody_points_at_the_list(visitors: Visitors, api: Api) -> None:
    one, two, three = api.engine.titled("One", "Two", "Three")
    there = visit(visitors, api, "/")
    rows = there.locator(".queue .row")
    there.locator(f"#item-{two}").hover()
    api.http.delete(f"/queue/items/{one}").raise_for_status()
    expect(there.locator(f"#item-{one}.gone")).to_be_visible()
    there.locator(f"#item-{three}").hover()
    expect(rows).to_have_count(3)  # nothing moves under the pointer
    there.locator("#url").hover()
    expect(rows).to_have_count(2)
    there.locator(f"#item-{two} .menu summary").focus()
    api.http.delete(f"/queue/items/{two}").raise_for_status()
    api.http.delete(f"/queue/items/{three}").raise_for_status()
    expect(there.locator(".queue .gone")).to_have_count(2)
    there.locator("#url").focus()
    expect(there.locator(".queue .nothing")).to_be_visible()


def test_what_is_verified_and_taken_in_shows_as_it_goes(visitors: Visitors, api: Api) -> None:
    (item,) = api.engine.titled("La mer")
    filed_as(api, item, "1.mp3")
    api.engine.worker()
    verified, taken_in = visit(visitors, api, "/library/verify"), visit(visitors, api, "/library/import")
    taken_in.locator("#path").fill("/library/Old shows")
    api.http.post("/library/verification", json={}).raise_for_status()
    api.http.post("/library/imports", json={"path": "/library/Old books"}).raise_for_status()
    expect(verified.locator("#verification")).to_contain_text("0 of 1 book verified")
    expect(taken_in.locator("#found")).to_contain_text("/library/Old books · being read")
    expect(taken_in.locator("#path")).to_have_value("/library/Old shows")
    api.http.delete("/library/verification").raise_for_status()
    expect(verified.locator("#verification")).to_contain_text("Stopped after 0 books")


def test_a_part_read_anew_gives_the_focus_to_no_neighbour(visitors: Visitors, api: Api) -> None:
    ids = [follow(api, url=f"https://stories.example/{name}.xml")["id"] for name in ("one", "two", "three")]
    api.engine.execute("UPDATE follows SET next_attempt_at = clock_timestamp() + interval '1 day'")
    there = visit(visitors, api, "/follows")
    mine, top = there.locator(f"#follow-{ids[0]}"), there.locator(f"#follow-{ids[2]}")
    # What stands above has fewer buttons then.
    mine.get_by_role("link", name="Podcast app").focus()
    api.http.post(f"/follows/{ids[2]}/pause").raise_for_status()
    expect(top.get_by_role("button", name="Resume")).to_be_visible()
    expect(mine.get_by_role("link", name="Podcast app")).to_be_focused()
    # The very button goes, and its neighbours stay.
    mine.get_by_role("button", name="Check now").focus()
    api.http.post(f"/follows/{ids[0]}/pause").raise_for_status()
    expect(mine).to_be_focused()
    there.keyboard.press("Enter")
    there.keyboard.press("Tab")
    expect(mine.get_by_role("button", name="Resume")).to_be_focused()
    # Its whole row goes.
    api.http.delete(f"/follows/{ids[0]}").raise_for_status()
    expect(mine).to_have_count(0)
    expect(there.locator("body")).to_be_focused()
    assert [each["id"] for each in api.get("/follows")["items"]] == [ids[2], ids[1]]
