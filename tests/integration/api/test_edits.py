"""What people say of a book: it counts before what its source tells, and goes into the files."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ohdio_core.collection.books import save_details
from ohdio_core.domain.audiobook import BookDetails, Part
from tests.fixtures.api import Api
from tests.integration.api.filed_books import filed

SAID: dict[str, Any] = {
    "title": "The Lamp",
    "authors": ["Ann Whitfield", "Rose Roy"],
    "narrators": ["Paul"],
    "translators": ["Zoé Roy"],
    "series": "Lights",
    "series_position": "2",
    "published_year": 1999,
    "published_on": "1999-05-04",
    "isbn": "9782070368228",
    "asin": "B0015T963C",
    "genre": "Novel",
    "audience": "9-12 ans",
    "description": "A keeper\ncounts ships.",
}


def edit(api: Api, book: int, status: int = 200, **changes: Any) -> Any:
    answer = api.http.patch(f"/audiobooks/{book}", json={"revision": 0, **changes})
    assert answer.status_code == status, answer.text
    return answer.json()


def test_every_field_can_be_changed_and_emptied(api: Api) -> None:
    book, _ = filed(api)
    changed = edit(api, book, **SAID)
    assert {name: changed[name] for name in SAID} == SAID
    assert (changed["revision"], changed["edited"]) == (1, sorted(SAID))
    nothing: dict[str, Any] = dict.fromkeys(["series", "published_year", "isbn", "asin", "audience"]) | {
        "narrators": [],
        "translators": [],
    }
    emptied = edit(api, book, revision=1, **nothing)
    assert {name: emptied[name] for name in nothing} == nothing
    assert emptied["published_on"] is None, "of no year"
    assert (emptied["title"], emptied["revision"]) == ("The Lamp", 2)


def test_a_later_description_changes_only_what_nobody_has_edited(api: Api) -> None:
    book, _ = filed(api)
    edit(api, book, title="Mine", series=None, isbn="0-306-40615-2", translators=["Zoé Roy"])
    told = BookDetails(
        "Theirs",
        ("Somebody",),
        series="Their series",
        genre="Poetry",
        parts=(Part(0, "0"),),
        published_year=2001,
        published_on=date(2001, 9, 3),
        isbn="9782070368228",
        audience="Adults",
        translators=("Nobody",),
    )
    api.engine.order(save_details, {book: told})
    seen = api.get(f"/audiobooks/{book}")
    assert (seen["title"], seen["series"], seen["isbn"]) == ("Mine", None, "0306406152")
    assert (seen["authors"], seen["genre"], seen["published_year"]) == (["Somebody"], "Poetry", 2001)
    assert seen["translators"] == ["Zoé Roy"]
    assert (seen["published_on"], seen["audience"]) == ("2001-09-03", "Adults")


def test_a_day_says_its_year_and_no_other(api: Api) -> None:
    book, _ = filed(api)
    changes: list[tuple[dict[str, Any], tuple[int | None, str | None]]] = [
        ({"published_on": "1999-05-04"}, (1999, "1999-05-04")),
        ({"published_year": 2001}, (2001, None)),
        ({"published_year": 1990, "published_on": "2003-01-31"}, (2003, "2003-01-31")),
        ({"published_on": None}, (2003, None)),
    ]
    for revision, (change, told) in enumerate(changes):
        changed = edit(api, book, revision=revision, **change)
        assert (changed["published_year"], changed["published_on"]) == told


def test_a_change_of_what_somebody_else_has_changed_is_refused_in_words(api: Api) -> None:
    book, _ = filed(api)
    edit(api, book, title="First")
    problem = edit(api, book, 409, title="Second")
    assert problem["detail"].startswith("Somebody else has changed this book meanwhile; look at it again")
    assert api.get(f"/audiobooks/{book}")["title"] == "First"


def test_a_complete_book_is_due_for_its_tags_and_nothing_else_of_it_changes(api: Api) -> None:
    book, item = filed(api)
    path = api.get(f"/audiobooks/{book}")["library_path"]
    edit(api, book, title="Mine")
    row = api.engine.row(item)
    assert (row.status, row.is_ready, row.is_refetch, row.stage) == ("queued", True, False, "waiting")
    assert api.get(f"/audiobooks/{book}")["library_path"] == path


def test_a_book_that_left_the_queue_is_due_too(api: Api) -> None:
    (item,) = api.engine.titled("Sailing")
    api.engine.execute("UPDATE audiobooks SET source = 'ohdio'")
    book = api.file_book(item, {"01 - One.mp3": b"sound"})
    api.http.delete(f"/queue/items/{item}")
    changed = edit(api, book, title="Mine")
    assert changed["status"] == "queued"
    assert api.engine.row(changed["queue_item_id"]).is_ready


@pytest.mark.parametrize("status", ["failed", "paused", "queued"])
def test_a_book_that_is_not_complete_waits_as_it_did(api: Api, status: str) -> None:
    (item,) = api.engine.items(1)
    api.engine.execute("UPDATE queue_items SET status = :status", status=status)
    edit(api, api.book_of(item), title="Mine")
    assert api.engine.status(item) == status


def test_a_book_whose_files_are_gone_is_not_fetched_for_it(api: Api) -> None:
    book, item = filed(api)
    for path in api.library_dir.glob("*/*/*"):
        path.unlink()
    edit(api, book, title="Mine")
    assert api.engine.status(item) == "completed"


@pytest.mark.parametrize(
    "change",
    [
        {"title": None}, {"title": ""}, {"title": " "}, {"title": "a\nb"}, {"title": "x" * 1001}, {"authors": None},
        {"authors": [""]}, {"authors": ["a\u202eb"]}, {"published_year": 0}, {"published_year": 10_000},
        {"published_year": "1999"}, {"published_on": "1999"}, {"published_on": "1999-02-30"}, {"published_on": 1999},
        {"isbn": "9782070368229"}, {"isbn": 9782070368228}, {"asin": "B0015"}, {"audience": ""},
        {"description": "\x00"}, {"revision": -1}, {"cover": "x"}, {"revision": None},
    ],
)  # fmt: skip
def test_what_can_be_said_of_no_book_is_refused(api: Api, change: dict[str, Any]) -> None:
    book, _ = filed(api)
    edit(api, book, 422, **change)
    assert api.get(f"/audiobooks/{book}")["title"] == "Sailing"


def test_of_no_book_is_not_found(api: Api) -> None:
    edit(api, 999_999, 404, title="Mine")
