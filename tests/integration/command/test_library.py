"""``ohdio library``, run as a process that talks to a running API."""

from __future__ import annotations

import json
import shutil
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.fixtures.api import Api
from tests.integration.command.running import ohdio, on_a_terminal
from tests.integration.command.test_language import FRENCH
from tests.integration.sources.origin import send


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
        assert ohdio(api, "library", "--missing", "phare").stdout == (
            "No book that is missing has these words: phare.\n"
        )

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

    def test_counts_what_is_missing_of_what_is_sought(self, api: Api) -> None:
        said = ohdio(api, "library", "LA MER").stdout.splitlines()
        assert said == ["0 books.", "1 book is missing: `ohdio library --missing 'LA MER'` shows it."]

    def test_says_that_nothing_has_the_words_and_which_command_may_be_meant(self, api: Api) -> None:
        assert ohdio(api, "library", "petit").stdout == "No book in the library has these words: petit.\n"
        assert ohdio(api, "library", "verify", "le phare").stdout == (
            "No book in the library has these words: verify le phare. Perhaps `ohdio verify le phare`?\n"
        )
        french = ohdio(api, "library", "verify", locale=FRENCH).stdout
        assert french == (
            "Aucun livre de la bibliothèque n’a ces mots\N{NO-BREAK SPACE}: verify. "
            "Peut-être `ohdio verify`\N{NARROW NO-BREAK SPACE}?\n"
        )
        assert json.loads(ohdio(api, "library", "petit", "--json").stdout) == {"items": []}
        for action in ("--fetch", "--forget"):
            assert "No book that is missing has these words: phare." in ohdio(api, "library", action, "phare").stdout


class TestALibraryOfWhichManyBooksAreGone:
    @pytest.fixture(autouse=True)
    def lost(self, api: Api, shelf: list[int]) -> None:
        assert len(shelf) == 3
        shutil.rmtree(api.library_dir / "Odile Marchand" / "Le talus")

    def test_says_that_its_disk_may_not_be_mounted_and_names_them(self, api: Api) -> None:
        said = ohdio(api, "library").stdout.splitlines()
        assert said[-2] == "1 book."
        assert said[-1] == (
            "2 books are missing, so many at once as if a disk or a folder of the library were not mounted: "
            "`ohdio library --missing` shows them."
        )
        said = ohdio(api, "library", "--missing").stdout.splitlines()
        assert [line.split("  ")[0] for line in said[1:3]] == ["La mer", "Le talus"]
        assert said[3] == "2 books missing."
        assert said[4].startswith("2 of 3 complete books are not in")
        assert json.loads(ohdio(api, "library", "--missing", "--json").stdout)["note"] == said[4]

    @pytest.mark.parametrize("action", ["--fetch", "--forget"])
    def test_is_left_alone_where_nobody_confirms_it(self, api: Api, action: str) -> None:
        for options in (["--yes"], [], ["--yes", "--json"]):
            refused = ohdio(api, "library", "--missing", action, *options, code=2).stderr
            assert "2 of 3 complete books" in refused
            assert "name them" in refused
        assert {item["status"] for item in api.get("/queue")["items"]} == {"completed"}
        assert len(api.get("/audiobooks")["items"]) == 3

    def test_has_what_is_named_fetched_or_let_go(self, api: Api) -> None:
        said = ohdio(api, "library", "--missing", "--forget", "--yes", "talus").stdout.splitlines()
        assert said[-1] == "Let go of 1 book; no file was touched."
        said = ohdio(api, "library", "--missing", "--fetch", "--yes", "mer").stdout.splitlines()
        assert said[-1] == "1 book queued to be fetched again."
        assert [book["title"] for book in api.get("/audiobooks")["items"]] == ["Le phare", "La mer"]

    def test_does_all_of_it_once_a_person_confirms_it(self, api: Api) -> None:
        ended, shown = on_a_terminal(api, "library", "--missing", "--forget", answer="y\n")
        assert ended == 0
        assert "2 of 3 complete books are not in" in " ".join(shown.split())
        assert "Let go of 2 books; no file was touched." in shown
        assert [book["title"] for book in api.get("/audiobooks")["items"]] == ["Le phare"]


class TestTheOrder:
    def test_is_by_author_then_title_whatever_their_accents_case_and_numbers(self, api: Api) -> None:
        shelf = [
            ("Tome 10", "Élise Roy"),
            ("Zèbres", "Élise Roy"),
            ("tome 2", "elise Roy"),
            ("Âge d’or", "Odile Marchand"),
            ("Le phare", None),
        ]
        for number, (title, author) in zip(api.engine.items(len(shelf)), shelf, strict=True):
            api.engine.execute(
                "UPDATE audiobooks SET source = 'ohdio', title = :title, authors = :authors WHERE id = :id",
                title=title,
                authors=[author] if author else [],
                id=api.book_of(number),
            )
            api.file_book(number, {"part.mp3": b"sound"})
        found = json.loads(ohdio(api, "library", "--json").stdout)["items"]
        assert [book["title"] for book in found] == ["tome 2", "Tome 10", "Zèbres", "Âge d’or", "Le phare"]
        found = json.loads(ohdio(api, "library", "--json", "--limit", "2").stdout)["items"]
        assert [book["title"] for book in found] == ["tome 2", "Tome 10"]
        shutil.rmtree(api.library_dir / "Odile Marchand")
        found = json.loads(ohdio(api, "library", "--missing", "--json").stdout)["items"]
        assert [book["title"] for book in found] == ["tome 2", "Tome 10", "Zèbres", "Âge d’or", "Le phare"]


def test_has_every_folder_looked_at_once(api: Api) -> None:
    pages = {
        "": {"items": [], "missing": 2, "next": "a"},
        "a": {"items": [], "missing": 1, "next": None},
    }

    def answer(handler: BaseHTTPRequestHandler) -> None:
        cursor = dict(parse_qsl(urlsplit(handler.path).query)).get("cursor", "")
        send(handler, json.dumps(pages[cursor]).encode(), headers={"Content-Type": "application/json"})

    api.origin.answers["/api/v1/library"] = answer
    said = ohdio(api, "library", url=api.origin.url).stdout
    assert "3 books are missing" in said
    assert [urlsplit(request.path).path for request in api.origin.requests] == ["/api/v1/library"] * 2


def test_says_when_the_library_is_not_there(api: Api, shelf: list[int]) -> None:
    shutil.rmtree(api.library_dir)
    api.library_dir.mkdir()
    assert "mount it" in ohdio(api, "library", code=2).stderr
    for action in ("--fetch", "--forget"):
        ohdio(api, "library", "--missing", action, "--yes", code=2)
    assert len(api.get("/audiobooks")["items"]) == len(shelf)
