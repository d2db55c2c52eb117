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
    facts = ("date=1999-05-04", "isbn=978-2-07-036822-8", "audience=Ados")
    changes = ("title=Le talus", "author=Zoé", "author=Ève", "translator=Noé Côté", *facts)
    said = ohdio(api, "library", "phare", *(word for change in changes for word in ("--set", change))).stdout
    assert said == "Le talus: changed, in its files too.\n"
    book = api.get(f"/audiobooks/{books[0]}")
    assert (book["title"], book["authors"], book["published_year"]) == ("Le talus", ["Zoé", "Ève"], 1999)
    shown = [line.split(maxsplit=1) for line in ohdio(api, "show", "talus").stdout.splitlines()]
    assert ["translated", "by  Noé Côté"] in shown
    told = [["published", "1999-05-04"], ["audience", "Ados"], ["ISBN", "9782070368228"]]
    assert [line for line in shown if line[0] in {"published", "audience", "ISBN", "ASIN"}] == told
    ohdio(api, "library", "talus", "--set", "year=", "--set", "author=", "--set", "isbn=")
    book = api.get(f"/audiobooks/{books[0]}")
    assert (book["authors"], book["published_year"], book["isbn"], book["revision"]) == ([], None, None, 2)


@pytest.mark.parametrize(
    ("words", "said", "why"),
    [
        (["l"], "title=X", "name one book"),
        ([], "title=X", "name one book"),
        (["nothing"], "title=X", "no book has these words"),
        (["phare"], "cover=X", "The fields are asin, audience, author"),
        (["phare"], "title", "is no FIELD=VALUE"),
        (["phare"], "year=soon", "is no year"),
        (["phare"], "isbn=9782070368229", "isbn=9782070368229: This is no ISBN: its last digit"),
    ],
)
@pytest.mark.usefixtures("books")
def test_what_is_not_clear_changes_nothing(api: Api, words: list[str], said: str, why: str) -> None:
    assert why in ohdio(api, "library", *words, "--set", said, code=2).stderr
    assert {book["revision"] for book in api.get("/audiobooks")["items"]} == {0}
