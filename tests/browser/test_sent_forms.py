"""Forms that were taken are empty after that, and addresses say nothing that chooses nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors, is_told

PODCAST = "https://podcasts.example/phare/feed.xml"


def test_a_link_that_is_followed_leaves_its_field_and_one_that_is_refused_stays(visitors: Visitors, api: Api) -> None:
    visitors.expect("422")
    browser_page = visitors.page(api.url)
    browser_page.goto("/follows")
    is_told(browser_page)
    field = browser_page.locator("#url")
    for _ in range(2):
        field.fill(PODCAST)
        field.press("Enter")
        expect(browser_page.locator(".notice").last).to_be_visible()
        expect(field).to_have_value("")
    field.fill("https://open.spotify.com/show/7")
    field.press("Enter")
    expect(browser_page.locator("main")).to_contain_text("Spotify")
    expect(field).to_have_value("https://open.spotify.com/show/7")
    assert [each["url"] for each in api.get("/follows")["items"]] == [PODCAST]


def test_what_is_typed_while_a_form_is_sent_stays(browser_page: Page) -> None:
    browser_page.goto("/")
    is_told(browser_page)
    field = browser_page.locator("#url")

    def type_meanwhile(route: Route) -> None:
        field.fill("https://stories.example/other")
        route.continue_()

    browser_page.route("**/add", type_meanwhile)
    field.fill("https://stories.example/tales")
    field.press("Enter")
    expect(browser_page.locator(".scan")).to_have_count(1)
    expect(field).to_have_value("https://stories.example/other")


@pytest.mark.parametrize("path", ["/", "/library"])
def test_a_search_for_blanks_stands_in_no_address(browser_page: Page, path: str) -> None:
    browser_page.goto(f"{path}?q=++++&sort=title&status=%20#queue")
    is_told(browser_page)
    expect(browser_page).to_have_url(re.compile(rf"{path}\?sort=title#queue$"))
    search = browser_page.locator("#q")
    for typed, query in (
        ("lamp", "?q=lamp"),
        ("  ", ""),
        ("mer", "?q=mer"),
        ("\u200b", ""),
        ("a", "?q=a"),
        ("\u3164\ufe0f", ""),
        ("b", "?q=b"),
        ("\u2800", ""),
        ("c", "?q=c"),
        ("", ""),
    ):
        search.fill(typed)
        wanted = re.escape(query).replace(r"\?", r"\?(sort=title&)?") if query else r"(\?sort=title)?"
        expect(browser_page).to_have_url(re.compile(rf"{path}{wanted}(&sort=title)?(#queue)?$"))
