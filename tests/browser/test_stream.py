"""A page whose stream of changes is cut becomes true again by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from ohdio_core.work.stages import DOWNLOADS
from tests.browser.tcp_proxy import TcpProxy
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors, is_told
from tests.fixtures.workers import wait_until
from tests.integration.api.test_events import announce


@pytest.fixture
def proxy(api: Api) -> Iterator[TcpProxy]:
    proxy = TcpProxy(urlsplit(api.url).port or 80)
    yield proxy
    proxy.end()


@pytest.mark.rows(6, 9)
def test_after_the_server_was_away(visitors: Visitors, api: Api, proxy: TcpProxy) -> None:
    one, two = api.engine.titled("One", "Two")
    visitors.expect("net::ERR_")
    page = visitors.page(proxy.url)
    page.goto("/")
    is_told(page)
    page.set_viewport_size({"width": 820, "height": 320})
    page.evaluate("document.body.marked = true; scrollTo(0, document.body.scrollHeight)")
    expect(page.get_by_role("banner")).not_to_be_in_viewport()
    proxy.cut()
    expect(page.get_by_text("Not connected")).to_be_in_viewport()
    api.http.post(f"/queue/items/{one}/pause").raise_for_status()
    api.http.post("/queue/pause").raise_for_status()
    proxy.mend()
    expect(page.locator("#pause-all")).to_contain_text("Resume")
    expect(page.locator(f"#item-{one}")).to_have_attribute("data-state", "paused")
    expect(page.locator(f"#item-{two}")).to_have_attribute("data-state", "waiting")
    expect(page.get_by_text("Not connected")).to_be_hidden()
    assert page.evaluate("document.body.marked")


@pytest.mark.parametrize("path", ["/library", "/sources"])
def test_on_a_page_of_which_nothing_else_changes(visitors: Visitors, api: Api, path: str) -> None:
    api.engine.workers_of_all_services()
    (item,) = api.engine.titled("One")
    page = visitors.page(api.url)
    with page.expect_response("**/health"):
        page.goto(path)
    title = page.title()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    dot = page.locator(".bar .health")
    expect(dot).to_have_text("All well")
    api.http.post("/queue/pause").raise_for_status()
    expect(dot).to_have_text("Paused")
    api.engine.execute("UPDATE queue_items SET status = 'failed', error = 'It is gone.' WHERE id = :id", id=item)
    announce(api, [(DOWNLOADS.topic.name, item)])
    expect(dot).to_have_text("1 failed")
    assert set(asked) == {"/health"}
    assert page.title() == title != ""


def test_windows_of_one_browser_share_a_stream_however_many_are_seen(visitors: Visitors, api: Api) -> None:
    first = visitors.page(api.url)
    # Browsers have six connections to a server.
    windows = [first, *(first.context.new_page() for _ in range(6))]
    for window in windows:
        window.goto("/")
        is_told(window)
    assert api.watchers() == 1
    api.http.post("/queue/pause").raise_for_status()
    for window in windows:
        expect(window.locator("#pause-all")).to_contain_text("Resume")
    first.context.new_page().goto("/library")
    first.close()
    api.http.post("/queue/resume").raise_for_status()
    for window in windows[1:]:
        expect(window.locator("#pause-all")).to_contain_text("Pause")
    assert api.watchers() == 1


def test_windows_that_nobody_sees_leave_the_connections_to_others(visitors: Visitors, api: Api) -> None:
    def look(window: Page, at: str) -> None:
        window.evaluate(f"location.hash = '{at}'; document.dispatchEvent(new Event('visibilitychange'))")

    one = visitors.page(api.url)
    one.context.add_init_script(
        "Object.defineProperty(document, 'hidden', { get: () => location.hash !== '#seen', configurable: true })"
    )
    other = one.context.new_page()
    for window in (one, other):
        window.goto("/")
    look(one, "seen")
    is_told(one)
    expect(other.locator("body")).not_to_have_attribute("data-stream", re.compile(""))
    api.http.post("/queue/pause").raise_for_status()
    expect(one.locator("#pause-all")).to_contain_text("Resume")
    expect(other.locator("#pause-all")).to_contain_text("Pause")
    look(other, "seen")
    expect(other.locator("#pause-all")).to_contain_text("Resume")
    assert api.watchers() == 1
    for window in (one, other):
        look(window, "")
    wait_until(lambda: api.watchers() == 0, 10, "nobody is told")


def test_a_browser_whose_windows_can_share_nothing_is_told_in_each(visitors: Visitors, api: Api) -> None:
    one = visitors.page(api.url)
    one.context.add_init_script("delete window.SharedWorker")
    other = one.context.new_page()
    # As where pages may keep nothing.
    refuse = "throw new DOMException('', 'SecurityError')"
    other.add_init_script(f"window.SharedWorker = class {{ constructor() {{ {refuse}; }} }}")
    for window in (one, other):
        window.goto("/")
        is_told(window)
    assert api.watchers() == 2
    one.close()
    wait_until(lambda: api.watchers() == 1, 10, "it is told no more")


def test_a_window_whose_script_of_the_stream_does_not_come_says_so_and_asks_again(
    visitors: Visitors, proxy: TcpProxy
) -> None:
    visitors.expect("net::ERR_")
    page = visitors.page(proxy.url)
    page.add_init_script("Object.defineProperty(document, 'hidden', { get: () => location.hash !== '#seen' })")
    page.goto("/")
    proxy.cut()
    page.evaluate("location.hash = 'seen'; document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_text("Not connected")).to_be_visible()
    proxy.mend()
    is_told(page)


def test_a_late_answer_says_nothing_of_a_stream_that_is_open(visitors: Visitors, api: Api) -> None:
    visitors.expect("503")
    asked: list[Route] = []

    def answer(route: Route) -> None:
        asked.append(route)
        if len(asked) == 1:
            route.fulfill(status=503)
        elif len(asked) > 2:
            route.continue_()

    page = visitors.page(api.url)
    page.add_init_script("delete window.SharedWorker")
    page.route("**/api/v1/events*", answer)
    page.goto("/")
    wait_until(lambda: page.evaluate("1") and len(asked) == 2, 10, "it is asked why the stream does not open")
    page.evaluate("dispatchEvent(new Event('pagehide')); document.dispatchEvent(new Event('visibilitychange'))")
    is_told(page)
    asked[1].fulfill(status=503)
    for _ in range(5):
        page.evaluate("fetch('/health')")
    is_told(page)
