"""Menus: of a book, and of rows; by touch, by the keyboard, and without script."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessibility import findings
from tests.browser.test_player import recorded
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors, is_told
from tests.fixtures.workers import wait_until
from tests.integration.web.test_library import filed
from tests.sites.audio import AudioFactory

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
WIDE = {"viewport": {"width": 1280, "height": 740}}


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> AudioFactory:
    return AudioFactory(tmp_path_factory.mktemp("sounds"))


def buttons(page: Page) -> list[str]:
    """Return what a book's page offers without a menu being opened."""
    seen = page.locator(".orders .button").filter(visible=True)
    return [text.strip() for text in seen.all_inner_texts()]


def is_within_the_window(entries: Locator) -> bool:
    """Return whether all of these are seen without scrolling, and none is beneath anything else."""
    reached = """(entries) => entries.every((entry) => {
        const box = entry.getBoundingClientRect();
        return entry.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
    })"""
    return bool(entries.evaluate_all(reached))


@pytest.mark.parametrize("window", [PHONE, WIDE], ids=["phone", "wide"])
def test_a_book_offers_two_things_and_the_rest_in_a_menu(
    visitors: Visitors, api: Api, sounds: AudioFactory, window: dict[str, Any]
) -> None:
    page = visitors.page(api.url, **window)
    page.goto(f"/books/{recorded(api, sounds, 3, 3)}")
    expect(page.locator(".orders .main")).to_have_text(["Play"])
    assert buttons(page) == ["Play", "Save to this device", "More: The Lamp"]
    page.locator(".orders summary").click()
    entries = page.locator(".orders .entry")
    said = [text.strip() for text in entries.all_inner_texts()]
    assert said[:1] + said[-2:] == ["Listen in a podcast app", "Download again", "Delete"]
    assert is_within_the_window(entries)
    assert findings(page) == []


@pytest.mark.parametrize("width", [360, 720, 820, 900, 1080])
def test_the_menu_of_a_book_never_stands_alone_on_a_line(
    visitors: Visitors, api: Api, sounds: AudioFactory, width: int
) -> None:
    book = recorded(api, sounds, 3, 3)
    page = visitors.page(api.url, locale="fr-CA", viewport={"width": width, "height": 740})
    page.goto(f"/books/{book}")
    page.locator("[data-play] span").evaluate("(said) => { said.textContent = 'Continuer à 12 h 34 min 56 s'; }")
    save, menu = (page.locator(f".orders {each}").bounding_box() for each in (".pair > .button", ".menu"))
    assert save is not None
    assert menu is not None
    assert save["y"] < menu["y"] + menu["height"] <= save["y"] + save["height"] + 4


def test_without_script_saving_is_what_is_wanted_most(visitors: Visitors, api: Api, sounds: AudioFactory) -> None:
    book = recorded(api, sounds, 3, 3)
    drawn = "(button) => getComputedStyle(button).backgroundColor"
    page = visitors.page(api.url)
    page.goto(f"/books/{book}")
    main = page.locator(".orders [data-play]").evaluate(drawn)
    assert page.locator(".orders .pair > .button").evaluate(drawn) != main
    plain = visitors.page(api.url, java_script_enabled=False)
    plain.goto(f"/books/{book}")
    assert plain.locator(".orders .pair > .button").evaluate(drawn) == main


def test_on_a_phone_a_menu_opens_where_all_of_it_is_seen_and_closes_beside_it(visitors: Visitors, api: Api) -> None:
    items = api.engine.titled("One", "Two", "Three", "Four")
    for script in (True, False):
        page = visitors.page(api.url, java_script_enabled=script, **PHONE)
        page.goto("/")
        menu = page.locator(f"#item-{items[-1]} .menu")
        menu.locator("summary").tap()
        assert is_within_the_window(menu.locator(".entry"))
        page.touchscreen.tap(180, 40)
        expect(menu.locator(".entry").first).to_be_hidden()


def sticking_out(page: Page) -> list[str]:
    """Return what of an open menu is beyond the window, and whether the page is wider than that."""
    reached = """() => {
        const box = document.querySelector("details.menu[open] > .sheet").getBoundingClientRect();
        const { scrollWidth, clientWidth, clientHeight } = document.documentElement;
        const out = {
            left: box.left < 0, right: box.right > clientWidth, top: box.top < 0, bottom: box.bottom > clientHeight,
            page: scrollWidth > clientWidth,
        };
        return Object.keys(out).filter((side) => out[side]);
    }"""
    found: list[str] = page.evaluate(reached)
    return found


@pytest.mark.parametrize("locale", ["en-CA", "fr-CA"])
def test_a_menu_is_within_the_window_also_where_that_is_low(
    visitors: Visitors, api: Api, sounds: AudioFactory, locale: str
) -> None:
    book = recorded(api, sounds, 3, 3)
    sizes = [(740, 360), (844, 390), (915, 412), (720, 900), (820, 1180), (1024, 768), (1080, 700), (1280, 480)]
    page = visitors.page(api.url, locale=locale)
    seen = {}
    for path, menu in ((f"/books/{book}", ".orders .menu"), ("/?q=Lamp", ".row .menu")):
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            page.goto(path)
            page.locator(f"{menu} summary").click()
            if found := sticking_out(page):
                seen[menu, width, height] = found
    assert seen == {}


@pytest.mark.parametrize("height", [800, 600])
def test_a_menu_near_the_bottom_is_seen_whole_also_above_the_player(
    browser_page: Page, api: Api, sounds: AudioFactory, height: int
) -> None:
    book = recorded(api, sounds, 40, 40)
    items = api.engine.titled(*(f"Night {n}" for n in range(8)))
    page = browser_page
    page.set_viewport_size({"width": 1280, "height": height})
    page.goto(f"/books/{book}")
    for is_played in (False, True):
        if is_played:
            page.goto(f"/books/{book}")
            page.get_by_role("button", name="Play", exact=True).first.click()
            expect(page.locator("#player")).to_be_visible()
        page.locator('.bar nav a[href="/"]').click()
        expect(page.locator("h2#queue")).to_be_visible()
        for item in (items[3], items[-1]):
            menu = page.locator(f"#item-{item} .menu")
            # So that nothing is below its row.
            menu.evaluate("""(menu) => {
                const player = document.querySelector("#player").offsetHeight;
                scrollBy(0, menu.getBoundingClientRect().bottom - innerHeight + player + 8);
            }""")
            menu.locator("summary").press("Enter")
            expect(menu.locator(".entry").first).to_be_visible()
            wait_until(partial(is_within_the_window, menu.locator(".entry")), 10, "it is placed")
            page.keyboard.press("Escape")


@pytest.mark.parametrize("window", [PHONE, WIDE], ids=["phone", "wide"])
@pytest.mark.parametrize("path", ["/", "/library"])
def test_what_is_offered_for_what_is_ticked_stands_above_the_player(
    visitors: Visitors, api: Api, sounds: AudioFactory, path: str, window: dict[str, Any]
) -> None:
    book = recorded(api, sounds, 40, 40)
    api.engine.titled(*(f"Night {n}" for n in range(8)))
    filed(api, *(f"Day {n}" for n in range(8)))
    page = visitors.page(api.url, **window)
    page.goto(f"/books/{book}")
    page.get_by_role("button", name="Play", exact=True).first.click()
    expect(page.locator("#player")).to_be_visible()
    page.locator(f'.bar nav a[href="{path}"]').click()
    page.locator("main .tick input").first.check()
    offered = page.locator("#several .button").filter(visible=True)
    expect(offered.first).to_be_visible()
    assert is_within_the_window(offered)


def test_arrows_go_through_an_open_menu_and_leave_the_sound_alone(
    browser_page: Page, api: Api, sounds: AudioFactory
) -> None:
    browser_page.goto(f"/books/{recorded(api, sounds, 40, 40)}")
    browser_page.get_by_role("button", name="Play", exact=True).first.click()
    expect(browser_page.locator("#player [data-is=word]")).to_have_text("Pause")
    browser_page.locator("#player [data-do=play]").click()
    now = browser_page.locator("#player [data-is=now]").inner_text()
    summary = browser_page.locator(".orders summary")
    summary.focus()
    browser_page.keyboard.press("Enter")
    entries = browser_page.locator(".orders .entry")
    for key, place in (("ArrowDown", 0), ("ArrowRight", 1), ("ArrowLeft", 0), ("ArrowUp", -1), ("ArrowDown", 0)):
        browser_page.keyboard.press(key)
        expect(entries.nth(place)).to_be_focused()
    expect(browser_page.locator("#player [data-is=now]")).to_have_text(now)
    assert browser_page.evaluate("scrollY") == 0


def test_a_menu_closes_where_the_focus_leaves_it(browser_page: Page, api: Api) -> None:
    (book,) = filed(api, "The Lamp")
    browser_page.goto(f"/books/{book}")
    menu = browser_page.locator(".orders .menu")
    for key in ("Tab", "Shift+Tab"):
        menu.locator("summary").focus()
        browser_page.keyboard.press("Enter")
        expect(menu).to_have_attribute("open", "")
        if key == "Tab":
            menu.locator(".entry").last.focus()
        browser_page.keyboard.press(key)
        expect(menu).not_to_have_attribute("open", "")
        expect(menu.locator("summary")).not_to_be_focused()


def test_a_menu_is_gone_through_by_the_keyboard(browser_page: Page, api: Api) -> None:
    (book,) = filed(api, "The Lamp")
    browser_page.goto(f"/books/{book}")
    summary = browser_page.locator(".orders summary")
    summary.focus()
    browser_page.keyboard.press("Enter")
    browser_page.keyboard.press("Tab")
    expect(browser_page.get_by_role("link", name="Podcast app")).to_be_focused()
    browser_page.keyboard.press("Escape")
    expect(summary).to_be_focused()
    expect(browser_page.get_by_role("link", name="Podcast app")).to_be_hidden()


def test_what_is_chosen_closes_its_menu_and_keeps_the_focus(browser_page: Page, api: Api) -> None:
    (item,) = api.engine.titled("One")
    browser_page.goto("/")
    menu = browser_page.locator(f"#item-{item} .menu")
    menu.locator("summary").click()
    with browser_page.expect_response("**/sooner"):
        menu.get_by_role("button", name="Raise its priority").click()
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_the_place_of_a_book_in_the_queue_is_where_its_row_is_seen(visitors: Visitors, api: Api) -> None:
    items = api.engine.titled("The Lamp", *(f"The Lamp {n}" for n in range(12)))
    book = api.engine.value("SELECT audiobook_id FROM queue_items WHERE id = :id", id=items[-1])
    page = visitors.page(api.url, **PHONE)
    page.goto(f"/books/{book}")
    page.get_by_role("link", name="Its place in the queue").tap()
    expect(page.locator(f"#item-{items[-1]}")).to_be_in_viewport()


def test_what_a_book_waits_for_and_what_to_do_is_told_while_its_page_is_open(browser_page: Page, api: Api) -> None:
    (item,) = api.engine.titled("The Lamp")
    browser_page.goto(f"/books/{api.engine.value('SELECT audiobook_id FROM queue_items WHERE id = :id', id=item)}")
    is_told(browser_page)
    browser_page.get_by_role("button", name="Pause", exact=True).click()
    expect(browser_page.locator("#arriving .label")).to_have_text("Paused")
    api.outside.post(f"/queue/{item}/resume", data={"back": "/"})
    expect(browser_page.locator("#arriving .label")).to_have_text("Next")
    expect(browser_page.locator(".orders .button").first).to_have_text("Pause")
    assert findings(browser_page) == []
