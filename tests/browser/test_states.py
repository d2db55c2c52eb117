"""Pages with nothing, one, fifty and ten thousand of everything, and with the names that sites think of."""

from __future__ import annotations

import pytest

from tests.browser.boxes import wrong_boxes
from tests.browser.states import fill_with, fill_with_odd_names
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors
from tests.integration.web.test_library import filed

LISTS = (
    "/",
    "/?status=completed",
    "/library?view=grid",
    "/library?view=list",
    "/library/trash",
    "/library/missing",
    "/follows",
    "/settings/history",
    "/feeds",
)
#: Rows on a page at most, whatever there is.
_MOST_ROWS = 100
_ROWS = "document.querySelectorAll('main li:not(.facet li)').length"


def wrong(visitors: Visitors, api: Api, width: int, paths: tuple[str, ...]) -> dict[str, list[str]]:
    page = visitors.page(api.url, viewport={"width": width, "height": 740})
    visitors.expect("503")  # of a library that has lost its books
    found = {}
    for path in paths:
        page.goto(path)
        found[path] = wrong_boxes(page)
        assert page.evaluate(_ROWS) <= _MOST_ROWS, path
    return {path: what for path, what in found.items() if what}


@pytest.mark.full
@pytest.mark.parametrize("width", [360, 820, 1280])
@pytest.mark.parametrize("count", [0, 1, 50, 10_000])
def test_lists_of_any_length_are_whole_and_never_over_a_hundred_rows(
    visitors: Visitors, api: Api, width: int, count: int
) -> None:
    fill_with(api, count)
    assert wrong(visitors, api, width, LISTS) == {}


@pytest.mark.parametrize(
    "width", [360, pytest.param(820, marks=pytest.mark.full), pytest.param(1280, marks=pytest.mark.full)]
)
def test_odd_names_cut_and_cover_nothing(visitors: Visitors, api: Api, width: int) -> None:
    book = fill_with_odd_names(api)
    assert wrong(visitors, api, width, ("/", "/library", "/library?view=list", f"/books/{book}")) == {}


@pytest.mark.full
@pytest.mark.parametrize("width", [360, 820, 1280])
def test_odd_names_do_so_on_every_page(visitors: Visitors, api: Api, width: int) -> None:
    book = fill_with_odd_names(api)
    item = api.engine.value("SELECT min(id) FROM queue_items WHERE status = 'failed'")
    books = tuple(f"/books/{book + number}" for number in range(8))
    assert wrong(visitors, api, width, (*LISTS, *books, f"/books/{book}/edit", f"/?open={item}")) == {}


def test_what_is_read_from_right_to_left_is_cut_at_its_end(visitors: Visitors, api: Api) -> None:
    (book,) = filed(api, title := "حكاية الصياد والعفريت " * 9)
    api.engine.execute("UPDATE audiobooks SET authors = '{אורי בן־דוד,Maximiliane von und zu Hohenlohe}'")
    page = visitors.page(api.url, viewport={"width": 360, "height": 740})
    page.goto("/library?view=list")
    shown = page.locator(f".of-list a[href$='/{book}'] bdi", has_text=title[:5])
    # Its first letter stands at the right edge of its box, and its last beyond the left one.
    assert shown.evaluate(
        """(element) => {
            const range = document.createRange(), text = element.firstChild;
            const at = (index) => {
                range.setStart(text, index);
                range.setEnd(text, index + 1);
                return range.getBoundingClientRect();
            };
            const box = element.getBoundingClientRect();
            return Math.abs(at(0).right - box.right) < 2 && at(text.data.trimEnd().length - 1).left < box.left;
        }"""
    )
    people = page.locator(".of-list .people bdi")
    assert people.evaluate("(element) => getComputedStyle(element).direction") == "ltr"
