"""``ohdio library --trash``, run as a process that talks to a running API."""

from __future__ import annotations

import json

import pytest

from tests.fixtures.api import Api
from tests.integration.command.running import ohdio


@pytest.fixture(autouse=True)
def deleted(api: Api) -> None:
    """Two books, which were deleted with a command."""
    for item, title in zip(api.engine.items(2), ("Le phare", "La mer"), strict=True):
        api.engine.execute("UPDATE audiobooks SET title = :title WHERE id = :id", title=title, id=api.book_of(item))
        api.file_book(item, {f"{title}.mp3": b"sound"})
        said = ohdio(api, "remove", "--files", title, "--yes").stdout
    assert "For seven days `ohdio library --restore WORDS` brings what was in the library back." in said


def test_lists_what_was_deleted_and_puts_it_back(api: Api) -> None:
    said = ohdio(api, "library", "--trash").stdout.splitlines()
    assert [line.split("  ")[0] for line in said[1:3]] == ["La mer", "Le phare"]
    assert said[3] == "2 books in the trash, 10 B."
    assert [
        book["title"] for book in json.loads(ohdio(api, "library", "--trash", "PHARE", "--json").stdout)["items"]
    ] == ["Le phare"]
    assert ohdio(api, "library", "--restore", "mer").stdout == "1 book put back.\n"
    assert [book["title"] for book in api.get("/library")["items"]] == ["La mer"]
    assert ohdio(api, "library", "--trash", "mer").stdout == "Nothing in the trash has these words: mer.\n"
    assert ohdio(api, "library", "--restore", "mer").stdout == "Nothing in the trash has these words: mer.\n"


def test_deletes_for_good_once_that_is_confirmed(api: Api) -> None:
    unasked = ohdio(api, "library", "--empty", code=2).stderr
    assert "Nothing was deleted" in unasked
    assert "--yes deletes 2 books, 10 B, for good" in unasked
    assert ohdio(api, "library", "--empty", "--yes").stdout == "2 books deleted for good.\n"
    assert ohdio(api, "library", "--trash").stdout == "0 books in the trash, 0 B.\n"
    assert ohdio(api, "library", "--empty").stdout == "The trash is empty.\n"


def test_is_no_list_of_what_is_missing(api: Api) -> None:
    assert "cannot both be meant" in ohdio(api, "library", "--missing", "--trash", code=2).stderr
    assert "cannot both be meant" in ohdio(api, "library", "--fetch", "--restore", code=2).stderr
