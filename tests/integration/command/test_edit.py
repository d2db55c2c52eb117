"""``ohdio library WORDS --set FIELD=VALUE``, run as a process that talks to a running API."""

from __future__ import annotations

import pytest

from tests.fixtures.api import Api
from tests.integration.command.running import ohdio


@pytest.fixture
def books(api: Api) -> list[int]:
    """Two complete books; their ids."""
    items = api.engine.titled("Le phare", "La mer")
    return [api.file_book(item, {"1.mp3": b"sound"}) for item in items]


def test_changes_the_one_book_that_has_the_words(api: Api, books: list[int]) -> None:
    changes = ("title=Le talus", "author=Zoé", "author=Ève", "year=1999")
    said = ohdio(api, "library", "phare", *(word for change in changes for word in ("--set", change))).stdout
    assert said == "Le talus: changed, in its files too.\n"
    book = api.get(f"/audiobooks/{books[0]}")
    assert (book["title"], book["authors"], book["published_year"]) == ("Le talus", ["Zoé", "Ève"], 1999)
    ohdio(api, "library", "talus", "--set", "year=", "--set", "author=")
    book = api.get(f"/audiobooks/{books[0]}")
    assert (book["authors"], book["published_year"], book["revision"]) == ([], None, 2)


@pytest.mark.parametrize(
    ("words", "said", "why"),
    [
        (["l"], "title=X", "name one book"),
        ([], "title=X", "name one book"),
        (["nothing"], "title=X", "no book has these words"),
        (["phare"], "cover=X", "The fields are author, description"),
        (["phare"], "title", "is no FIELD=VALUE"),
        (["phare"], "year=soon", "is no year"),
    ],
)
@pytest.mark.usefixtures("books")
def test_what_is_not_clear_changes_nothing(api: Api, words: list[str], said: str, why: str) -> None:
    assert why in ohdio(api, "library", *words, "--set", said, code=2).stderr
    assert {book["revision"] for book in api.get("/audiobooks")["items"]} == {0}
