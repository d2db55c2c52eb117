"""What is cut off or goes missing on a phone alone."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors

_PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


def test_what_opens_has_its_mark_and_the_height_of_a_finger(visitors: Visitors, api: Api) -> None:
    page = visitors.page(api.url, **_PHONE)
    page.goto("/settings/people")
    summary = page.get_by_text("Add somebody")
    expect(summary).to_have_css("display", "list-item")
    box = summary.bounding_box()
    assert box is not None
    assert box["height"] >= 43.5


def test_what_a_field_is_for_ends_in_dots_where_it_does_not_fit(visitors: Visitors, api: Api) -> None:
    page = visitors.page(api.url, **_PHONE)
    page.goto("/sources")
    expect(page.locator("main input[placeholder]").first).to_have_css("text-overflow", "ellipsis")
