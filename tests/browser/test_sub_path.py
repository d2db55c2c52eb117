"""Below a path of another server, in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import Visitors, is_told
from tests.fixtures.fronts import PATH, TOKEN, Fronts


@pytest.mark.parametrize("front", ["taking", "leaving"])
def test_everything_is_found_and_changes_arrive(fronts: Fronts, front: str, visitors: Visitors) -> None:
    fronts.api.empty()
    (item,) = fronts.api.engine.titled("The Lamp")
    page = visitors.page(getattr(fronts, front))
    page.goto(f"{PATH}/login?way=token")
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Sign in").click()
    is_told(page)
    page.locator(f"#item-{item} .act button").click()
    expect(page.locator(f"#item-{item}")).to_have_attribute("data-state", "paused")
    fronts.api.http.post(f"/queue/items/{item}/resume")
    expect(page.locator(f"#item-{item}")).to_have_attribute("data-state", "waiting")
    page.get_by_role("link", name="Library").click()
    expect(page.locator(".bar nav a[aria-current=page]")).to_have_attribute("href", f"{PATH}/library")


def test_a_bookmark_brings_the_link_of_a_page(fronts: Fronts, visitors: Visitors) -> None:
    page = visitors.page(fronts.taking)
    page.goto(f"{PATH}/login?way=token")
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("What can be pasted here").click()
    bookmark = page.get_by_role("link", name="Add to ohdio").get_attribute("href")
    assert bookmark is not None
    visitors.expect("422")  # such a link cannot be collected; what counts is that it has come
    page.goto(f"{PATH}/docs?page=1&more=2")
    page.evaluate(bookmark.removeprefix("javascript:"))
    expect(page.get_by_label("Link of a category, a feed or a book")).to_have_value(
        f"{fronts.taking}{PATH}/docs?page=1&more=2"
    )
