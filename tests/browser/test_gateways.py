"""Two gateways of one queue: whoever looks through either sees what the other was told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.api import Api, serve
from tests.fixtures.browser import Visitors, is_told


@pytest.fixture
def second(api: Api, tmp_path: Path) -> Iterator[Api]:
    """Another gateway of the same database. Tests name it first: it ends after those who visit it have left."""
    with serve(api.engine.url, tmp_path) as second:
        yield second


def visit(visitors: Visitors, gateway: Api) -> Page:
    page = visitors.page(gateway.url)
    page.goto("/")
    is_told(page)
    return page


def test_a_pause_is_seen_through_the_other(second: Api, visitors: Visitors, api: Api) -> None:
    api.engine.titled("One")
    here, there = visit(visitors, api), visit(visitors, second)
    here.locator("#pause-all").click()
    expect(there.locator("#pause-all")).to_contain_text("Resume")
    there.locator("#pause-all").click()
    expect(here.locator("#pause-all")).to_contain_text("Pause")


def test_a_row_changes_in_both(second: Api, visitors: Visitors, api: Api) -> None:
    (one,) = api.engine.titled("One")
    here, there = visit(visitors, api), visit(visitors, second)
    here.locator(f"#item-{one} .act button").click()
    for page in (here, there):
        expect(page.locator(f"#item-{one}")).to_have_attribute("data-state", "paused")
    assert [gateway.item(one)["status"] for gateway in (api, second)] == ["paused", "paused"]
