"""A page whose stream of changes is cut becomes true again by itself."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from ohdio_core.work.stages import DOWNLOADS
from tests.browser.tcp_proxy import TcpProxy
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors
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
    with page.expect_response("**/api/v1/events"):
        page.goto("/")
    page.evaluate("document.body.marked = true")
    proxy.cut()
    expect(page.get_by_text("Not connected")).to_be_visible()
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
    with page.expect_response("**/api/v1/events"), page.expect_response("**/health"):
        page.goto(path)
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


def test_tabs_that_nobody_sees_leave_the_connections_to_others(visitors: Visitors, api: Api) -> None:
    page = visitors.page(api.url)
    page.context.add_init_script(
        "Object.defineProperty(document, 'hidden', { get: () => location.hash !== '#seen', configurable: true })"
    )
    streams: list[str] = []
    page.context.on("request", lambda request: streams.extend([request.url] if "/events" in request.url else []))
    page.goto("/library")
    # As many as a browser has connections to a server.
    for _ in range(5):
        page.context.new_page().goto("/library")
    page.context.new_page().goto("/library")
    assert streams == []
    with page.expect_request("**/api/v1/events") as asked:
        page.evaluate("location.hash = 'seen'; document.dispatchEvent(new Event('visibilitychange'))")
    with page.expect_event("requestfailed", lambda request: request == asked.value):
        page.evaluate("location.hash = ''; document.dispatchEvent(new Event('visibilitychange'))")
