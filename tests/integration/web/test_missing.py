"""The page of books whose files are gone, without a script."""

from __future__ import annotations

import shutil

import pytest

from tests.fixtures.api import Api
from tests.fixtures.page import Page
from tests.fixtures.workers import wait_until
from tests.integration.web.test_home import BROWSER, notices, send, visit


@pytest.fixture
def shelf(api: Api) -> list[int]:
    """Six books of a site that is known, of which the first was deleted by hand; their ids."""
    items = api.engine.titled(*(f"Book {number}" for number in range(6)))
    api.engine.execute("UPDATE audiobooks SET source = 'ohdio'")
    books = [api.file_book(item, {"01.mp3": b"sound"}) for item in items]
    lose(api, "Book 0")
    return books


def lose(api: Api, *titles: str) -> None:
    for title in titles:
        shutil.rmtree(api.library_dir / "Odile Marchand" / title)


def missing(api: Api, path: str = "/library/missing") -> Page:
    return visit(api, path)


def titles(page: Page) -> list[str]:
    return page.texts(".of-missing .title")


def test_names_what_is_gone_and_where_it_was(api: Api, shelf: list[int]) -> None:
    page = missing(api)
    assert titles(page) == ["Book 0"]
    assert page.texts(".of-missing .people") == ["Odile Marchand/Book 0"]
    assert page.one(".of-missing .title").get("href") == f"/books/{shelf[0]}"
    assert page.all(".banner p") == []
    # Books are counted anew after a while.
    wait_until(
        lambda: "Missing books" in visit(api, "/library").texts(".library .aside"), 10, "the library leads there"
    )


def test_one_is_fetched_again(api: Api, shelf: list[int]) -> None:
    answer = send(api, f"/library/missing/{shelf[0]}/fetch", {"back": "/library/missing"})
    assert notices(answer) == ["1 book is fetched again."]
    assert api.get(f"/audiobooks/{shelf[0]}")["status"] == "queued"
    assert Page(answer.text).texts(".nothing") == [
        f"No book is missing: all that are complete are in {api.library_dir}."
    ]
    assert notices(send(api, f"/library/missing/{shelf[1]}/fetch")) == ["0 books are fetched again."]


def test_one_is_let_go(api: Api, shelf: list[int]) -> None:
    said = notices(send(api, f"/library/missing/{shelf[0]}/forget"))
    assert said == ["1 book is let go; no scan brings it back."]
    assert api.http.get(f"/audiobooks/{shelf[0]}").status_code == 404
    assert notices(send(api, f"/library/missing/{shelf[1]}/forget")) == [
        "0 books are let go; no scan brings them back."
    ]
    assert api.http.get(f"/audiobooks/{shelf[1]}").status_code == 200


@pytest.mark.usefixtures("shelf")
class TestAll:
    @pytest.mark.parametrize(
        ("order", "said", "left"),
        [
            ("fetch", "2 books are fetched again.", 6),
            ("forget", "2 books are let go; no scan brings them back.", 4),
        ],
    )
    def test_that_are_missing_are_settled_at_once(self, api: Api, order: str, said: str, left: int) -> None:
        lose(api, "Book 1")
        page = missing(api, "/library/missing?sure=1")
        assert len(titles(page)) == 2
        assert notices(send(api, f"/library/missing/{order}", {"count": "2"})) == [said]
        assert len(api.get("/audiobooks")["items"]) == left

    def test_are_left_alone_where_others_are_missing_than_were_shown(self, api: Api) -> None:
        lose(api, "Book 1")
        answer = send(api, "/library/missing/forget", {"count": "1"})
        assert answer.url.path == "/library/missing"
        assert (notices(answer), len(api.get("/audiobooks")["items"])) == ([], 6)

    def test_of_so_many_as_if_a_disk_were_not_mounted_are_a_step_further_away(self, api: Api) -> None:
        lose(api, *(f"Book {number}" for number in range(1, 5)))
        page = missing(api)
        assert "So many at once look like a library of which a disk" in page.one(".banner").text_content()
        assert page.texts("main > .orders .button") == ["They are gone for good"]
        sure = page.one("main > .orders a").get("href")
        assert sure is not None
        assert missing(api, sure).texts("main > .orders .button") == ["Fetch 5 books again", "Let go of 5 books"]


def test_a_library_that_is_not_mounted_is_told_and_nothing_counts_as_missing(api: Api, shelf: list[int]) -> None:
    assert shelf
    (api.library_dir / ".ohdio-library").unlink()
    answer = api.outside.get("/library/missing", headers=BROWSER)
    assert answer.status_code == 503
    assert "mount it" in answer.text
