"""What people come for, on a phone by touch and with the keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_player import SOUND, recorded
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors
from tests.fixtures.workers import wait_until
from tests.integration.web.test_needs import CUT, fail
from tests.sites.audio import AudioFactory

BOOK = "https://librivox.org/the-lamp-by-ann-whitfield/"
_PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> AudioFactory:
    return AudioFactory(tmp_path_factory.mktemp("sounds"))


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_book_is_found_and_heard_by_touch(visitors: Visitors, api: Api, sounds: AudioFactory) -> None:
    recorded(api, sounds, 40)
    page = visitors.page(api.url, **_PHONE)
    page.goto("/")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Library").tap()
    page.wait_for_url("**/library")  # the first page has such a field, too
    page.get_by_label("Search titles, authors and shows").fill("lamp")
    page.locator(".card a").tap()
    page.locator("[data-play]").tap()
    wait_until(lambda: page.evaluate(SOUND) is not None, 20, "it sounds")
    page.get_by_role("button", name="30 seconds ahead").tap()
    page.get_by_role("button", name=re.compile("^Back to")).tap()
    expect(page.locator("#player [data-is=now]")).to_have_text(re.compile("0:0"))


@pytest.mark.full
class TestByTouch:
    def test_links_are_added_and_the_queue_is_ordered_mended_and_paused(self, visitors: Visitors, api: Api) -> None:
        first, second = api.engine.titled("One", "Two")
        fail(api, first, CUT)
        page = visitors.page(api.url, **_PHONE)
        page.goto("/")
        page.locator("#url").fill(BOOK)
        page.get_by_role("button", name="Add", exact=True).tap()
        expect(page.locator(".rows .row")).to_have_count(3)
        page.locator(".need").get_by_role("button", name="Retry it").tap()
        expect(page.locator(f"#item-{first}")).to_have_attribute("data-state", "waiting")
        page.locator(f"#item-{second} .menu summary").tap()
        page.locator(f"#item-{second}").get_by_role("button", name="Put it first").tap()
        expect(page.locator(f"#item-{second} .state")).to_contain_text("Next")
        page.locator("#pause-all").tap()
        expect(page.locator("#pause-all")).to_contain_text("Resume")
        assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.full
class TestByKeys:
    def test_links_are_added_and_the_queue_is_ordered_mended_and_paused(self, visitors: Visitors, api: Api) -> None:
        first, second = api.engine.titled("One", "Two")
        fail(api, first, CUT)
        page = visitors.page(api.url)
        page.goto("/")
        page.locator("body").press("a")
        page.keyboard.insert_text(BOOK)
        press(page, "Enter")
        expect(page.locator(".rows .row")).to_have_count(3)
        press(page, "Escape")
        page.locator(f"#item-{first} .act button").focus()
        press(page, "r")
        expect(page.locator(f"#item-{first}")).to_have_attribute("data-state", "waiting")
        page.locator(f"#item-{second} .act button").focus()
        press(page, "t")
        expect(page.locator(f"#item-{second} .state")).to_contain_text("Next")
        page.locator("#pause-all").focus()
        press(page, "Enter")
        expect(page.locator("#pause-all")).to_contain_text("Resume")

    def test_a_book_is_found_and_heard(self, visitors: Visitors, api: Api, sounds: AudioFactory) -> None:
        recorded(api, sounds, 40)
        page = visitors.page(api.url)
        page.goto("/")
        press(page, "g", "l")
        expect(page).to_have_url(f"{api.url}/library")
        press(page, "/")
        page.keyboard.insert_text("lamp")
        page.locator(".card a").focus()
        press(page, "Enter")
        page.locator("[data-play]").focus()
        press(page, "Enter")
        wait_until(lambda: page.evaluate(SOUND) is not None, 20, "it sounds")
