"""``ohdio library``, run as a process that talks to a running API."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.fixtures.api import Api
from tests.integration.command.running import ohdio


@pytest.fixture
def shelf(api: Api) -> list[int]:
    """Three books, of which the second was deleted by hand; their ids."""
    books = []
    for number, title in zip(api.engine.items(3), ("Le phare", "La mer", "Le talus"), strict=True):
        api.engine.execute(
            "UPDATE audiobooks SET source = 'ohdio', title = :title WHERE id = :id", title=title, id=api.book_of(number)
        )
        books.append(api.file_book(number, {f"{title}.mp3": b"sound"}))
    shutil.rmtree(api.library_dir / "Odile Marchand" / "La mer")
    return books


@pytest.mark.usefixtures("shelf")
class TestLibrary:
    def test_lists_what_is_there_and_counts_what_is_not(self, api: Api) -> None:
        said = ohdio(api, "library").stdout
        assert "Le phare" in said
        assert "La mer" not in said
        assert said.splitlines()[-2:] == ["2 books.", "1 book is missing: `ohdio library --missing` shows it."]

    def test_lists_what_is_missing_and_says_what_can_be_done(self, api: Api) -> None:
        said = ohdio(api, "library", "--missing").stdout.splitlines()
        assert said[1].split() == ["La", "mer", "Odile", "Marchand/La", "mer"]
        assert said[-2:] == [
            "1 book missing.",
            "`ohdio library --missing --fetch` fetches what is missing again, `--missing --forget` lets it go.",
        ]
        assert ohdio(api, "library", "--missing", "phare").stdout == "0 books missing.\n"

    def test_fetches_again_once_that_is_confirmed(self, api: Api) -> None:
        unasked = ohdio(api, "library", "--missing", "--fetch", code=2)
        assert "--yes means 1 book that is missing" in unasked.stderr
        said = ohdio(api, "library", "--missing", "--fetch", "--yes").stdout
        assert said.splitlines()[-1] == "1 book queued to be fetched again."
        assert sorted(item["status"] for item in api.get("/queue")["items"]) == ["completed", "completed", "queued"]
        assert ohdio(api, "library", "--missing", "--fetch", "--yes").stdout == "No book is missing.\n"

    def test_lets_go_once_that_is_confirmed(self, api: Api) -> None:
        assert "Nothing was let go" in ohdio(api, "library", "--missing", "--forget", code=2).stderr
        done = json.loads(ohdio(api, "library", "--missing", "--forget", "--yes", "--json").stdout)
        assert (done["changed"], [book["title"] for book in done["items"]]) == (1, ["La mer"])
        assert [book["title"] for book in api.get("/audiobooks")["items"]] == ["Le phare", "Le talus"]

    def test_says_when_the_library_seems_not_to_be_there(self, api: Api) -> None:
        shutil.rmtree(api.library_dir / "Odile Marchand")
        said = ohdio(api, "library")
        assert said.stdout == "0 books.\n"
        assert "is taken for a library that is not there" in said.stderr
        for action in ("--fetch", "--forget"):
            ohdio(api, "library", "--missing", action, "--yes", code=2)
        assert len(api.get("/audiobooks")["items"]) == 3
