"""What books are to be filed as, of each link and follow."""

from __future__ import annotations

from typing import Any

from tests.fixtures.api import Api
from tests.integration.api.test_follows import follow
from tests.integration.api.test_wishes import FEED, add

BOOK = "https://ici.radio-canada.ca/ohdio/livres-audio/5"


def form_of(api: Api, book: int) -> Any:
    return api.get(f"/audiobooks/{book}")["form"]


def test_the_last_that_was_said_of_a_book_counts_until_it_is_filed(api: Api) -> None:
    (first,) = add(api, BOOK, form="m4b")
    assert form_of(api, first["id"]) == "m4b"
    add(api, BOOK)
    assert form_of(api, first["id"]) == "m4b"
    add(api, BOOK, form="original")
    assert form_of(api, first["id"]) == "original"
    api.engine.execute("UPDATE audiobooks SET library_path = 'A/B' WHERE id = :id", id=first["id"])
    add(api, BOOK, form="mp3")
    assert form_of(api, first["id"]) == "original"


def test_a_scan_and_a_follow_keep_it_for_the_books_that_they_add(api: Api) -> None:
    (scan,) = add(api, FEED, form="mp3")
    assert api.engine.value("SELECT form FROM scrapes WHERE id = :id", id=scan["id"]) == "mp3"
    view = follow(api, form="m4b")
    assert view["form"] == "m4b"
    changed = api.http.patch(f"/follows/{view['id']}", json={"form": None}).json()
    assert (changed["form"], changed["take"]) == (None, "new")


def test_another_word_is_refused_with_those_that_there_are(api: Api) -> None:
    answer = api.http.post("/submissions", json={"urls": [BOOK], "form": "aax"})
    assert answer.status_code == 422
    assert "original, m4b, mp3" in answer.json()["errors"][0]["message"]
