"""The first page in a browser: what people press, and what changes before their eyes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from ohdio_core.work.claim import Claim
from ohdio_core.work.outcome import Done
from tests.browser.announcing import announce, change
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors, is_told
from tests.fixtures.effort import Pace
from tests.fixtures.workers import wait_until


def row(page: Page, item: int) -> Locator:
    return page.locator(f"#item-{item}")


def card(page: Page, item: int) -> Locator:
    """Return a book that stands under "Now"."""
    return page.locator(f"#now-{item}")


def button(page: Page, item: int) -> Locator:
    return row(page, item).locator(".act button")


def titles(page: Page) -> list[str]:
    return page.locator(".rows .title").all_inner_texts()


def started(api: Api, item: int) -> Claim:
    """Begin with an item, as a worker does."""
    api.engine.admit()
    claimed = api.engine.claim(item)
    assert claimed is not None
    return claimed


def mark(*elements: Locator) -> None:
    """Put a mark into elements; another in the place of one, or a reloaded page, has none."""
    for element in elements:
        element.evaluate("element => element.marked = true")


def is_marked(element: Locator) -> bool:
    return bool(element.evaluate("element => element.marked === true"))


def body(page: Page) -> Locator:
    return page.locator("body")


class TestAdding:
    @pytest.mark.rows(1, 15, 26)
    def test_a_link_pasted_and_enter_shows_the_book_without_a_reload(self, browser_page: Page, api: Api) -> None:
        browser_page.goto("/")
        expect(browser_page.locator("#url")).to_be_focused()
        mark(body(browser_page))
        browser_page.keyboard.insert_text("https://librivox.org/the-lamp-by-ann-whitfield/")
        browser_page.keyboard.press("Enter")
        expect(browser_page.locator(".rows .row")).to_have_count(1)
        expect(browser_page.locator(".notice")).to_have_text("1 book added.")
        expect(browser_page.locator("#url")).to_have_value("")
        assert browser_page.url == f"{api.url}/"
        assert is_marked(body(browser_page))

    @pytest.mark.rows(16, 29)
    def test_what_is_refused_is_said_and_stays(self, browser_page: Page) -> None:
        browser_page.goto("/")
        browser_page.fill("#url", "ftp://books.example/x")
        browser_page.click("text=Add >> nth=0")
        expect(browser_page.locator(".notice[data-kind=refused]")).to_contain_text("ftp://books.example/x")
        expect(browser_page.locator("#url")).to_have_value("ftp://books.example/x")

    def test_what_is_pasted_before_the_answer_comes_stays(self, browser_page: Page) -> None:
        browser_page.goto("/")

        def paste_another(route: Route) -> None:
            browser_page.fill("#url", "https://librivox.org/the-tide-by-ann-whitfield/")
            route.continue_()

        browser_page.route("**/add", paste_another)
        browser_page.fill("#url", "https://librivox.org/the-lamp-by-ann-whitfield/")
        browser_page.get_by_role("button", name="Add", exact=True).click()
        expect(browser_page.locator(".notice")).to_contain_text("1 book added.")
        expect(browser_page.locator("#url")).to_have_value("https://librivox.org/the-tide-by-ann-whitfield/")


class TestRows:
    @pytest.mark.rows(81)
    @pytest.mark.parametrize("press", [Locator.click, lambda button: button.press("Enter")], ids=["mouse", "keyboard"])
    def test_pause_changes_one_row_in_its_place(
        self, browser_page: Page, api: Api, press: Callable[[Locator], None]
    ) -> None:
        items = api.engine.titled("One", "Two", "Three")
        browser_page.goto("/")
        mark(*(row(browser_page, item) for item in (items[0], items[2])))
        before = titles(browser_page)
        press(button(browser_page, items[1]))
        expect(row(browser_page, items[1])).to_have_attribute("data-state", "paused")
        expect(button(browser_page, items[1])).to_have_attribute("title", "Resume")
        assert api.item(items[1])["status"] == "paused"
        assert titles(browser_page) == before
        assert [is_marked(row(browser_page, item)) for item in (items[0], items[2])] == [True, True]
        assert [api.item(item)["status"] for item in (items[0], items[2])] == ["queued", "queued"]
        assert browser_page.url == f"{api.url}/"

    def test_a_pressed_button_keeps_the_focus_for_the_next_press(self, browser_page: Page, api: Api) -> None:
        (one,) = api.engine.titled("One")
        browser_page.goto("/")
        button(browser_page, one).press("Enter")
        expect(row(browser_page, one)).to_have_attribute("data-state", "paused")
        browser_page.keyboard.press("Enter")
        expect(row(browser_page, one)).to_have_attribute("data-state", "waiting")

    def test_a_row_with_the_focus_changes_all_the_same(self, browser_page: Page, api: Api) -> None:
        (one,) = api.engine.titled("One")
        browser_page.goto("/")
        button(browser_page, one).focus()
        api.http.post(f"/queue/items/{one}/pause").raise_for_status()
        expect(row(browser_page, one)).to_have_attribute("data-state", "paused")
        expect(button(browser_page, one)).to_be_focused()

    @pytest.mark.rows(70, 88, 89)
    def test_progress_moves_the_edge_and_the_words_and_no_row(self, browser_page: Page, api: Api) -> None:
        api.engine.worker()
        one, *_ = api.engine.titled("One", "Two", "Three")
        started(api, one)
        browser_page.goto("/")
        now = card(browser_page, one)
        expect(now).to_have_attribute("data-state", "running")
        mark(card(browser_page, one))
        before = titles(browser_page)
        for done, width in ((24_000_000, "25.0%"), (72_000_000, "75.0%")):
            change(
                api,
                one,
                f"stage = 'downloading', progress = {done}, bytes_total = 96000000, parts_done = 2, parts_total = 12, "
                "bytes_per_second = 1000000",
            )
            expect(now.locator(".edge .fill")).to_have_attribute("width", width)
            expect(now.locator("[data-words]")).to_have_text(
                f"{done // 1_000_000} MB of 96 MB · part 3 of 12 · 1.0 MB/s"
            )
        expect(now.locator("[data-more]")).to_have_text("24 s left")
        assert titles(browser_page) == before
        assert is_marked(card(browser_page, one))

    def test_a_book_that_completes_turns_gold_where_it_stands(self, browser_page: Page, api: Api) -> None:
        api.engine.worker()
        one, two = api.engine.titled("One", "Two")
        claimed = started(api, one)
        browser_page.goto("/")
        now = card(browser_page, one)
        expect(now).to_have_attribute("data-state", "running")
        assert api.engine.finish(claimed, Done())
        announce(api)
        expect(now).to_have_attribute("data-state", "complete")
        expect(now.locator(".edge .whole")).to_have_attribute("width", "100.0%")
        expect(card(browser_page, two)).to_be_visible()

    def test_a_title_that_becomes_known_changes_nothing_else(self, browser_page: Page, api: Api) -> None:
        one, two = api.engine.titled("One", "Two")
        browser_page.goto("/")
        mark(row(browser_page, two))
        browser_page.locator("#url").fill("half a li")
        api.engine.execute("UPDATE audiobooks SET title = 'The Lamp' WHERE id = :id", id=api.book_of(one))
        change(api, one, "updated_at = clock_timestamp()")
        expect(row(browser_page, one).locator(".title")).to_have_text("The Lamp")
        assert titles(browser_page) == ["The Lamp", "Two"]
        assert is_marked(row(browser_page, two))
        expect(browser_page.locator("#url")).to_have_value("half a li")


class TestPlaces:
    def test_of_all_that_wait_are_told_as_books_begin_end_and_move(self, browser_page: Page, api: Api) -> None:
        api.engine.worker()
        api.http.put("/queue/limit", json={"max_concurrent_downloads": 1}).raise_for_status()
        one, two, *others = api.engine.titled("One", "Two", "Three", "Four", "Five", "Six")
        last = others[-1]
        claimed = started(api, one)

        # The page as a whole, which a window reads in its first seconds, too, brings no row up to date here.
        def go_on(route: Route) -> None:
            if "ohdio-page" not in route.request.headers:
                route.continue_()

        browser_page.route(f"{api.url}/", go_on)
        browser_page.goto("/")
        is_told(browser_page)
        _expect_order(browser_page, two, *others)
        mark(*(row(browser_page, item) for item in (two, *others)))
        before = titles(browser_page)

        assert api.engine.finish(claimed, Done())
        started(api, two)
        announce(api)
        expect(row(browser_page, two)).to_have_attribute("data-state", "running")
        _expect_order(browser_page, *others)

        api.http.post(f"/queue/items/{last}/first").raise_for_status()
        _expect_order(browser_page, last, *others[:-1])
        api.http.delete(f"/queue/items/{last}").raise_for_status()
        _expect_order(browser_page, *others[:-1])
        assert titles(browser_page)[: len(before) - 1] == before[:-1]
        assert all(is_marked(row(browser_page, item)) for item in (two, *others[:-1]))


def _expect_order(page: Page, *items: int) -> None:
    """Expect what rows say of their places, and that one alone is the next."""
    for place, item in enumerate(items, 1):
        expect(row(page, item).locator(".state")).to_have_text(
            re.compile(rf"{'Next' if place == 1 else 'Waiting'}\s*position {place}$")
        )
    expect(page.locator(".row:not(.gone) .state", has_text="Next")).to_have_count(1)


class TestOthers:
    def test_what_changes_while_one_is_on_the_way_to_another_page_breaks_nothing(
        self, browser_page: Page, api: Api
    ) -> None:
        api.engine.worker()
        (one,) = api.engine.titled("One")
        started(api, one)
        browser_page.goto("/")
        is_told(browser_page)
        expect(card(browser_page, one)).to_be_visible()
        # The address is told before the page is swapped.
        browser_page.evaluate("history.pushState(null, '', '/library')")
        with browser_page.expect_response("**/library"):
            api.http.post("/queue/pause").raise_for_status()
        expect(browser_page.locator(".health")).to_be_visible()
        expect(card(browser_page, one)).to_be_visible()

    @pytest.mark.rows(82)
    def test_pause_all_is_seen_by_somebody_else_within_a_second(
        self, browser_page: Page, visitors: Visitors, api: Api
    ) -> None:
        api.engine.titled("One")
        other = visitors.page(api.url)
        for page in (browser_page, other):
            page.goto("/")
            is_told(page)
        with Pace() as pace:
            browser_page.click("#pause-all")
            expect(browser_page.locator("#pause-all")).to_contain_text("Resume")
            began = other.evaluate("performance.now()")
            expect(other.locator("#pause-all")).to_contain_text("Resume")
            took = (other.evaluate("performance.now()") - began) / 1000
        assert took < pace.stretched(1.5)
        expect(other.locator(".facts")).to_contain_text("All downloads are paused.")
        assert api.get("/queue/stats")["is_paused"]


class TestTheAddress:
    @pytest.mark.rows(77, 78)
    def test_a_filter_is_an_address_and_back_returns(self, browser_page: Page, api: Api) -> None:
        one, two = api.engine.titled("One", "Two")
        api.engine.execute("UPDATE queue_items SET status = 'failed', error = 'It is gone.' WHERE id = :id", id=two)
        browser_page.goto("/")
        mark(body(browser_page))
        browser_page.click("[data-status=failed]")
        expect(browser_page).to_have_url(f"{api.url}/?status=failed")
        expect(row(browser_page, one)).to_have_count(0)
        assert titles(browser_page) == ["Two"]
        browser_page.go_back()
        expect(browser_page).to_have_url(f"{api.url}/")
        expect(row(browser_page, one)).to_be_visible()
        assert sorted(titles(browser_page)) == ["One", "Two"]
        browser_page.go_forward()
        expect(row(browser_page, one)).to_have_count(0)
        assert is_marked(body(browser_page))

    def test_a_search_finds_titles_and_is_an_address(self, browser_page: Page, api: Api) -> None:
        api.engine.titled("The Lamp", "Salt")
        browser_page.goto("/")
        browser_page.keyboard.press("/")
        expect(browser_page.locator("#q")).to_be_focused()
        browser_page.keyboard.insert_text("lamp")
        browser_page.keyboard.press("Enter")
        expect(browser_page).to_have_url(re.compile(r"/\?q=lamp$"))
        expect(browser_page.locator(".rows .row")).to_have_count(1)
        assert titles(browser_page) == ["The Lamp"]


class TestLooks:
    @pytest.mark.rows(12)
    def test_nothing_is_wider_than_a_phone(self, visitors: Visitors, api: Api) -> None:
        one, two, *_ = api.engine.titled("W" * 300, "A title of many words that goes on and on " * 5, "Three")
        api.engine.worker()
        started(api, one)
        api.engine.execute(
            "UPDATE queue_items SET status = 'failed', error = :error WHERE id = :id", id=two, error="x" * 400
        )
        page = visitors.page(api.url, viewport={"width": 360, "height": 740})
        for path in ("/", "/docs", "/login", "/?status=failed"):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path

    @pytest.mark.rows(4)
    def test_dark_colours_are_kept(self, browser_page: Page) -> None:
        browser_page.goto("/")
        paper = "getComputedStyle(document.documentElement).backgroundColor"
        light = browser_page.evaluate(paper)
        browser_page.get_by_role("button", name="Colours as the device has them").click()
        expect(browser_page.locator("html")).to_have_attribute("data-theme", "dark")
        dark = browser_page.evaluate(paper)
        browser_page.reload()
        assert browser_page.evaluate(paper) == dark != light


class TestWithoutScripts:
    def test_add_pause_and_filter_work(self, visitors: Visitors, api: Api) -> None:
        page = visitors.page(api.url, java_script_enabled=False)
        page.goto("/")
        page.locator("#url").fill("https://librivox.org/the-lamp/ https://librivox.org/salt/")
        page.locator("#url").press("Enter")
        expect(page.locator(".rows .row")).to_have_count(2)
        page.locator(".act button").first.click()
        expect(page.locator("[data-state=paused]")).to_have_count(1)
        page.click("[data-status=paused]")
        expect(page).to_have_url(f"{api.url}/?status=paused")
        expect(page.locator(".rows .row")).to_have_count(1)
        wait_until(lambda: api.get("/queue/stats")["paused"] == 1, 5, "one is paused")
