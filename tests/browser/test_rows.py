"""Rows of the table of what a browser must be able to do (docs/ui.md) that no other test has gone through."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors
from tests.fixtures.workers import wait_until
from tests.integration.api.test_scrapes import scan
from tests.integration.web.test_library import filed, know
from tests.integration.web.test_needs import CUT, fail
from tests.sites.pictures import jpeg

BOOK = "https://librivox.org/the-lamp-by-ann-whitfield/"
OHDIO = "https://ici.radio-canada.ca/ohdio"
#: How many covers are pictures by now.
_DECODED = "[...document.querySelectorAll('.card img')].filter((one) => one.naturalWidth).length"


@pytest.mark.rows(17, 18, 19, 20, 21, 22, 23, 25, 27, 28, 30, 36, 87)
def test_what_is_pasted_is_judged_and_told_by_its_kind(browser_page: Page, api: Api) -> None:
    page = browser_page
    page.goto("/")
    expect(page.locator(".queue .nothing")).to_contain_text("Nothing here yet")
    page.get_by_text("What can be pasted here").click()
    expect(page.locator(".kinds li")).to_have_count(4)
    add = page.get_by_role("button", name="Add", exact=True)
    add.click()  # nothing: the browser itself asks for something
    expect(page.locator(".notice")).to_have_count(0)
    for link, said in (
        (f"  {BOOK} ", "1 book added."),
        (BOOK, "It is in the queue"),
        (f"{OHDIO}/livres-audio/105770/la-lampe", "1 book added."),
    ):
        page.fill("#url", link)
        add.click()
        expect(page.locator(".notice").filter(has_text=said).last).to_be_visible()
        expect(page.locator("#url")).to_have_value("")
    for count, link in enumerate((f"{OHDIO}/categories/1003592/jeunesse", "https://stories.example/tales"), 1):
        page.fill("#url", link)
        add.click()
        expect(page.locator(".scan")).to_have_count(count)
    assert [item["priority"] for item in api.get("/queue")["items"]] == [5, 5]
    for link, why in (
        ("open.spotify.com/track/7", "protected (DRM)"),
        ("www.youtube.com/watch?v=7", "Only yt-dlp reads"),
    ):
        page.fill("#url", f"https://{link}")
        add.click()
        expect(page.locator(".notice[data-kind=refused]").filter(has_text=why)).to_be_visible()
        expect(page.locator("#url")).to_have_value(f"https://{link}")
    page.get_by_role("link", name="Sources").click()
    expect(page.locator(".example a", has_text="1003592")).to_have_attribute("href", re.compile(r"/add\?url=.*1003592"))


@pytest.mark.rows(31, 32, 33, 34, 35)
def test_a_scan_has_a_card_until_it_is_dismissed(browser_page: Page, api: Api) -> None:
    running, failed = scan(api, 1), scan(api, 2, "failed")
    api.engine.execute("UPDATE scrapes SET error = 'The page is gone.' WHERE id = :id", id=failed)
    browser_page.goto("/")
    cards = browser_page.locator(".scan")
    expect(cards).to_have_count(2)
    gone = browser_page.locator(f"[data-scan='{failed}']")
    expect(gone.locator(".danger")).to_have_text("The page is gone.")
    gone.get_by_role("button", name="Dismiss").click()
    expect(cards).to_have_count(1)
    api.engine.execute("UPDATE scrapes SET status = 'completed', finished_at = now() WHERE id = :id", id=running)
    browser_page.reload()
    expect(cards.locator(".facts")).to_contain_text("40 found · 38 new")
    expect(cards.get_by_role("button", name="Dismiss")).to_be_visible()


@pytest.mark.rows(74, 79, 80, 83, 84, 85, 86)
def test_the_queue_is_sorted_hurried_mended_and_cleared(browser_page: Page, api: Api) -> None:
    first, second, third = api.engine.titled("Clover", "Amber", "Birch")
    fail(api, second, CUT)
    page = browser_page
    page.goto("/")
    titles = page.locator(".rows .title")
    expect(titles).to_have_text(["Clover", "Amber", "Birch"])
    page.get_by_role("link", name="By title").click()
    expect(titles).to_have_text(["Amber", "Birch", "Clover"])
    page.get_by_role("link", name="In the order of starting").click()
    expect(titles).to_have_text(["Clover", "Amber", "Birch"])
    page.locator(f"#item-{third} .menu summary").click()
    page.locator(f"#item-{third}").get_by_role("button", name="Raise its priority").click()
    expect(page.locator(f"#item-{third} .state")).to_contain_text("Next")
    assert [item["id"] for item in api.get("/queue/next")["items"]] == [third, first]
    page.locator(f"#item-{second} .act button").click()
    expect(page.locator(f"#item-{second}")).to_have_attribute("data-state", "waiting")
    page.get_by_role("button", name="More at once").click()
    expect(page.locator("[data-limit]")).to_have_text("4 at once")
    api.engine.execute("UPDATE queue_items SET status = 'completed' WHERE id = :id", id=first)
    page.goto("/?status=completed")
    page.get_by_label("Tick: Clover").check()
    page.locator("#several").get_by_role("button", name="Remove").click()
    expect(page.locator(".notice > span")).to_have_text("1 book removed.")
    assert {item["id"] for item in api.get("/queue")["items"]} == {second, third}


@pytest.mark.rows(2, 44, 90, 91, 92, 93, 94, 95, 97, 99, 100, 101, 105)
def test_the_library_is_searched_sorted_seen_in_two_views_and_each_book_opened(browser_page: Page, api: Api) -> None:
    lamp, tides = filed(api, "The Lamp", "Les marées", cover=jpeg(2))
    api.engine.titled("Not complete")
    know(api, lamp, authors=["Ann"], duration_seconds=6_000, file_size=96_000_000)
    told: dict[str, object] = {
        "description": "The sea comes.",
        "published_year": 2021,
        "publisher": "Chouette",
        "genre": "Jeunesse",
    }
    told |= {"series": "Rives", "series_position": "2", "isbn": "9782924519172"}
    know(api, tides, authors=["Odile"], narrators=["Rose"], duration_seconds=90, language="fr", **told)
    page = browser_page
    page.goto("/library")
    names = page.locator(".card .name")
    expect(names).to_have_text(["Les marées", "The Lamp"])
    expect(page.locator(".card").last).to_contain_text("1\u00a0h\u00a040")
    wait_until(lambda: page.evaluate(_DECODED) == 2, 10, "both covers are shown")
    page.get_by_role("link", name="By author").click()
    expect(names).to_have_text(["The Lamp", "Les marées"])
    search = page.get_by_label("Search titles, authors and shows")
    search.press_sequentially("odi")
    expect(names).to_have_text(["Les marées"])
    search.fill("nobody")
    expect(page.locator(".nothing")).to_contain_text("Nothing is called “nobody”.")
    page.get_by_role("link", name="Show all").click()
    expect(names).to_have_count(2)
    page.get_by_role("link", name="List").click()
    expect(page.locator(".of-list")).to_have_count(2)
    expect(page.locator(".of-list").last).to_contain_text("96\u00a0MB")
    page.goto("/library")  # the view is remembered
    page.locator(".of-list .title", has_text="Les marées").click()
    expect(page.locator(".by")).to_have_text("Odile · read by Rose")
    for said in ("The sea comes.", "2021", "Chouette", "Jeunesse", "Rives, 2", "9782924519172", "French"):
        expect(page.locator("main")).to_contain_text(said)
    page.locator(".orders .menu summary").click()
    expect(page.get_by_role("button", name="Delete")).to_be_visible()
    page.get_by_role("button", name="Download again").click()
    expect(page.locator(".notice > span")).to_contain_text("It is downloaded again")


@pytest.mark.rows(7, 8, 13)
def test_what_goes_wrong_or_takes_its_time_is_seen(visitors: Visitors, api: Api) -> None:
    (item,) = api.engine.titled("One")
    page = visitors.page(api.url)
    visitors.expect("404|500|net::ERR_FAILED")
    page.goto("/")

    def fault(route: Route) -> None:
        route.fulfill(status=500, content_type="text/html", body="<main><h1>Something went wrong</h1></main>")

    page.route("**/queue/*/pause", fault)
    page.locator(f"#item-{item} .act button").click()
    expect(page.locator("body")).to_contain_text("One")
    assert api.item(item)["status"] == "queued"

    waiting: list[Route] = []

    def keep(route: Route) -> None:
        waiting.append(route)

    page.route("**/library", keep)
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Library").click()
    expect(page.locator(".htmx-request .loading, .loading.htmx-request").first).to_have_count(1)
    waiting[0].continue_()
    expect(page.get_by_role("heading", name="Library")).to_be_visible()
    page.goto("/nothing")
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
    expect(page.locator("h1")).not_to_be_empty()
