"""How pages look, compared with pictures that are kept in ``snapshots`` (``make snapshots`` takes them anew)."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFilter

from tests.browser.snapshots import KEPT, differences, keep_still, look_at
from tests.browser.states import fill_with_odd_names
from tests.browser.test_french import fill
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors
from tests.fixtures.workers import wait_until

#: The look of each width: light and dark, English and French, each at least once.
LOOKS = {360: ("dark", "fr"), 820: ("light", "fr"), 1280: ("light", "en")}
#: Kept with the project, so that all of them are no burden to it.
_LARGEST = 30_000  # bytes of one
_LARGEST_IN_ALL = 1_000_000


def is_counted(api: Api) -> bool:
    """Return whether the numbers of the library are those of its books, and no longer of the test before."""
    (row,) = api.engine.rows(
        "SELECT count(*) AS books, coalesce(sum(duration_seconds), 0)::bigint AS seconds "
        "FROM audiobooks WHERE library_path IS NOT NULL"
    )
    told = api.get("/library/facets")
    return (told["books"], told["seconds"]) == (row.books, row.seconds)


def look(visitors: Visitors, api: Api, **paths: str) -> list[str]:
    """Return what differs of these pages, at each width: by one browser, which has what they share already."""
    page = visitors.page(api.url, bypass_csp=True, reduced_motion="reduce")
    keep_still(page)
    api.engine.execute("UPDATE audiobooks SET created_at = :day, filed_at = :day", day="2026-01-02 12:00+00")
    wait_until(lambda: is_counted(api), 10, "the library is counted")
    # However long it takes until the last picture, whoever is there at the first one still is.
    api.engine.execute("UPDATE workers SET beat_at = now() + interval '1 hour'")
    told = []
    for width, (theme, language) in LOOKS.items():
        page.set_viewport_size({"width": width, "height": 740})
        chosen = {"theme": theme, "language": language}
        page.context.add_cookies([{"name": name, "value": value, "url": api.url} for name, value in chosen.items()])
        for name, path in paths.items():
            page.goto(path)
            told.append(look_at(page, f"{name}-{width}-{theme}-{language}"))
    return [one for one in told if one]


def test_of_a_full_ohdio(visitors: Visitors, api: Api) -> None:
    there = fill(api)
    # What failed is tried again at one time in every picture, and not by an admission that is late.
    api.engine.execute(
        "UPDATE queue_items SET next_attempt_at = '2099-01-02 12:00+00', wait_reason = NULL, wait_message = NULL "
        "WHERE next_attempt_at IS NOT NULL"
    )
    book = f"/books/{there['audiobook_id']}"
    assert look(visitors, api, home="/", library="/library", book=book, settings="/settings/names") == []


def test_of_an_empty_one(visitors: Visitors, api: Api) -> None:
    assert look(visitors, api, empty="/", follows="/follows") == []


def test_of_odd_names(visitors: Visitors, api: Api) -> None:
    book = fill_with_odd_names(api)
    assert look(visitors, api, odd="/library?view=list", title=f"/books/{book}") == []


def test_that_are_kept_are_small() -> None:
    sizes = [file.stat().st_size for file in KEPT.glob("*")]
    assert len(sizes) == 24
    assert max(sizes) <= _LARGEST
    assert sum(sizes) <= _LARGEST_IN_ALL


class TestTheTolerance:
    @staticmethod
    def page() -> Image.Image:
        page = Image.new("RGB", (360, 740), "#faf8f3")
        drawn = ImageDraw.Draw(page)
        for line in range(20):
            drawn.text((16, 20 + 34 * line), "On and on, and on again", fill="#1e1a15", font_size=14)
        return page

    def test_is_for_how_letters_are_smoothed(self) -> None:
        assert differences(self.page().filter(ImageFilter.GaussianBlur(0.6)), self.page()) is None

    def test_is_not_for_a_word_that_has_gone(self) -> None:
        other = self.page()
        ImageDraw.Draw(other).rectangle((16, 20, 90, 36), fill="#faf8f3")
        assert differences(other, self.page()) is not None

    def test_is_not_for_another_shade_of_paper_or_another_size(self) -> None:
        assert differences(Image.new("RGB", (360, 740), "#f4f2ed"), Image.new("RGB", (360, 740), "#faf8f3")) is not None
        assert differences(self.page(), self.page().crop((0, 0, 360, 700))) is not None

    def test_is_not_for_what_has_moved_by_a_line(self) -> None:
        moved = Image.new("RGB", (360, 740), "#faf8f3")
        moved.paste(self.page(), (0, 8))
        assert differences(moved, self.page()) is not None
