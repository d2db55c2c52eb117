"""The commands that look at links and choose among books, run as processes that talk to a running API."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.api import Api
from tests.integration.command.running import ohdio
from tests.unit.sources.rss.documents import item, rss

FEED = "https://stories.example/feed.xml"
CATEGORY = "https://ici.radio-canada.ca/ohdio/categories/77/contes"


def filters_of(api: Api) -> dict[str, Any]:
    """The filters of the only scan."""
    (scan,) = api.get("/scrapes")["items"]
    return {name: value for name, value in scan["filters"].items() if value}


class TestPreview:
    def test_counts_what_would_be_added(self, api: Api) -> None:
        api.origin.answer("/feed.xml", rss(item(1, "<itunes:duration>1:30:00</itunes:duration>"), item(2)))

        said = ohdio(api, "preview", FEED, "--not-title", "Récit 2").stdout

        assert "Récit 1" in said
        assert "1:30" in said
        assert "Récit 2" not in said
        assert said.splitlines()[-1] == "Le phare: 2 books: 1 new, 0 known, 1 skipped."
        assert api.get("/scrapes")["items"] == []

    def test_of_the_newest_three_shows_them_and_nothing_else(self, api: Api) -> None:
        days = (3, 9, 1, 8, 4, 7)
        items = [item(day, f"<pubDate>Mon, 0{day} Jan 2024 08:00:00 GMT</pubDate>") for day in days]
        api.origin.answer("/feed.xml", rss(*items))

        said = ohdio(api, "preview", FEED, "--newest", "3").stdout

        assert re.findall(r"Récit \d", said) == ["Récit 9", "Récit 8", "Récit 7"]
        assert said.splitlines()[-1] == "Le phare: 6 books: 3 new, 0 known, 3 skipped."

    def test_says_why_a_link_cannot_be_read(self, api: Api) -> None:
        said = ohdio(api, "preview", "https://ici.radio-canada.ca/ohdio/nothing/4", code=2).stderr
        assert "Supported: OHdio" in said


class TestAdd:
    def test_takes_every_filter(self, api: Api) -> None:
        ohdio(
            api,
            *("add", FEED, "--title", "phare", "--title", "mer", "--not-title", "extrait", "--author", "Odile"),
            *(
                "--not-author",
                "Tremblay",
                "--language",
                "French",
                "--min-duration",
                "1h30",
                "--max-duration",
                "2:00:00",
            ),
            *("--newest", "4"),
        )
        assert filters_of(api) == {
            "title_include": ["phare", "mer"],
            "title_exclude": ["extrait"],
            "author_include": ["Odile"],
            "author_exclude": ["Tremblay"],
            "languages": ["fr"],
            "min_duration_seconds": 5400,
            "max_duration_seconds": 7200,
            "newest": 4,
        }

    def test_says_of_links_that_are_there_how_they_are(self, api: Api) -> None:
        ohdio(api, "add", f"{FEED}#book", FEED)
        assert ohdio(api, "add", f"{FEED}#book", FEED).stdout.splitlines() == [
            f"{FEED}#book: already there. It is in the queue.",
            f"{FEED}: already there. It is being scanned.",
        ]
        api.engine.execute("UPDATE scrapes SET status = 'completed'")
        api.engine.execute("UPDATE queue_items SET status = 'completed', stage = 'done'")
        assert ohdio(api, "add", f"{FEED}#book", FEED).stdout.splitlines() == [
            f"{FEED}#book: Queued again: its file is gone from the library.",
            f"{FEED}: Scanned again, for books that are new there.",
        ]

    def test_brings_back_what_was_removed_when_that_is_asked_for(self, api: Api) -> None:
        api.origin.answer("/feed.xml", rss(item(1), item(2)))
        (link, _) = (book["url"] for book in api.http.post("/preview", json={"url": FEED}).json()["books"])
        ohdio(api, "add", link)
        ohdio(api, "remove", link, "--yes")

        said = ohdio(api, "preview", FEED).stdout.splitlines()[-1]
        assert said == "Le phare: 2 books: 1 new, 0 known, 1 unwanted, `--again` brings it."
        ohdio(api, "add", FEED, "--again")
        assert api.get("/scrapes")["items"][0]["again"] is True

    def test_makes_one_book_of_a_feed(self, api: Api) -> None:
        said = json.loads(ohdio(api, "add", FEED, "--as-book", "--json").stdout)
        assert [(result["kind"], result["url"]) for result in said["results"]] == [("audiobook", f"{FEED}#book")]

    def test_takes_the_links_of_a_file(self, api: Api, tmp_path: Path) -> None:
        file = tmp_path / "podcasts.opml"
        outline = f"<outline text='Été' xmlUrl='{FEED}'/>"
        document = f"<?xml version='1.0' encoding='ISO-8859-1'?><opml><body>{outline}</body></opml>"
        file.write_bytes(document.encode("latin-1"))
        ohdio(api, "add", "--file", str(file), "--newest", "3")
        assert [scan["url"] for scan in api.get("/scrapes")["items"]] == [FEED]
        assert filters_of(api) == {"newest": 3}

    def test_takes_links_from_its_input(self, api: Api) -> None:
        said = ohdio(api, "add", "--file", "-", text=f"# evenings\n{FEED}\nnonsense\n", code=2)
        assert [scan["url"] for scan in api.get("/scrapes")["items"]] == [FEED]
        assert said.stderr == "1 of 2 links refused; the others are taken.\n"

    def test_shows_what_was_taken_before_the_file_was_refused(self, api: Api, tmp_path: Path) -> None:
        file = tmp_path / "podcasts.opml"
        file.write_text("<opml><body></body></opml>")
        said = ohdio(api, "add", FEED, "--file", str(file), code=2)
        assert said.stdout == f"{FEED}: added\n"
        assert "no link" in said.stderr
        assert [scan["url"] for scan in api.get("/scrapes")["items"]] == [FEED]

    def test_sends_nothing_when_the_file_cannot_be_read(self, api: Api) -> None:
        assert ohdio(api, "add", FEED, "--file", "no-such-file", code=2).stdout == ""
        assert api.get("/scrapes")["items"] == []

    def test_takes_the_file_also_when_every_link_beside_it_is_refused(self, api: Api) -> None:
        said = ohdio(api, "add", "nonsense", "--file", "-", text=FEED, code=2)
        assert said.stdout.startswith("nonsense: refused. ")
        assert said.stdout.endswith(f"{FEED}: added\n")
        assert said.stderr == "1 of 2 links refused; the others are taken.\n"

    def test_takes_the_links_after_hundreds_that_are_refused(self, api: Api) -> None:
        said = ohdio(api, "add", *(f"nonsense-{number}" for number in range(500)), FEED, code=2)
        assert said.stderr == "500 of 501 links refused; the others are taken.\n"
        assert [scan["url"] for scan in api.get("/scrapes")["items"]] == [FEED]

    def test_gives_results_also_when_every_link_is_refused(self, api: Api) -> None:
        said = ohdio(api, "add", "nonsense", "--json", code=2)
        assert [result["state"] for result in json.loads(said.stdout)["results"]] == ["refused"]
        assert said.stderr == "1 of 1 links refused.\n"

    def test_keeps_the_region_of_a_language(self, api: Api) -> None:
        ohdio(api, "add", FEED, "--language", "por_br")
        assert filters_of(api) == {"languages": ["pt-BR"]}

    @pytest.mark.parametrize(
        ("arguments", "why"),
        [
            ((), "Name links to add, or a file of links with --file."),
            (("--file", "no-such-file"), "no-such-file cannot be read: no such file or directory."),
            ((FEED, "--min-duration", "soon"), "'soon' is no duration."),
            ((FEED, "--language", "blurp"), "'blurp' is no language that is known."),
            ((FEED, "--newest", "some"), "some"),
            ((FEED, "--newest", "1001"), "1001 is too many: 1000 at most."),
            ((FEED, "--max-duration", "0"), "'0' is no duration."),
            ((FEED, "--max-duration", "9999h"), "'9999h' is too long: 2777h at most."),
            ((FEED, "--title", " "), "There are no words in it."),
            ((FEED, "--author", "a" * 201), "It is 201 characters long; write at most 200."),
            ((FEED, *("--title", "a") * 51), "An option can be repeated 50 times at most."),
            ((FEED, "--min-duration", "2h", "--max-duration", "90"), "so no book could be left."),
            (("--file", "-"), "What was given as input is empty. Write a link on each line."),
        ],
    )
    def test_says_what_is_wrong(self, api: Api, arguments: tuple[str, ...], why: str) -> None:
        said = ohdio(api, "add", *arguments, code=2).stderr
        assert why in " ".join(said.replace("│", " ").split())
        assert api.get("/scrapes")["items"] == []


def test_search_prints_what_was_found_and_who_was_silent(api: Api) -> None:
    answer = {
        "response": {"numFound": 1, "docs": [{"identifier": "phare_odile", "title": "Le phare", "creator": "Odile"}]}
    }
    api.origin.answer("/advancedsearch.php", json.dumps(answer).encode(), headers={"Content-Type": "application/json"})
    api.origin.answer("/api/feed/audiobooks", b'{"error": "Audiobooks could not be found"}', status=404)

    said = ohdio(api, "search", "le", "phare")

    assert "https://archive.org/details/phare_odile" in said.stdout
    assert said.stderr.startswith("ohdio was not searched. ")

    nothing = {"response": {"numFound": 0, "docs": []}}
    api.origin.answer("/advancedsearch.php", json.dumps(nothing).encode(), headers={"Content-Type": "application/json"})
    assert ohdio(api, "search", "phare").stdout == "Nothing was found in librivox, archive.\n"


def test_search_ends_with_one_when_nobody_could_be_asked(api: Api) -> None:
    said = ohdio(api, "search", "phare", code=1)

    assert said.stdout == ""
    first, *silent = said.stderr.splitlines()
    assert first == "None of the catalogues could be searched."
    assert {line.partition(" ")[0] for line in silent} == {"ohdio", "librivox", "archive"}


_UNNAMED = (("show", ""), ("retry", " "), ("again", ""), ("pause", " "), ("remove", ""))


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("search", " "), "There are no words in it."),
        (("search", "phare", "--limit", "1000"), "1000 is too many: 50 at most."),
        (("limit", "1000"), "1000 is too many: 256 at most."),
        (("library", "a" * 201), "It is 201 characters long; write at most 200."),
        (("preview", ""), "The link is empty."),
        (("add", FEED, "--as-book", "--newest", "2"), "--as-book takes all of a feed"),
        *(((command, name), "The name of the book is empty") for command, name in _UNNAMED),
        (("priority", "5", "-3"), "'-3' is not a whole number, 1 or more."),
    ],
)
def test_bad_input_is_a_sentence(api: Api, arguments: tuple[str, ...], why: str) -> None:
    said = ohdio(api, *arguments, code=2).stderr
    assert why in said
    assert "The request is not valid" not in said


def test_lists_are_searched_and_end_where_they_are_told_to(api: Api) -> None:
    for number in api.engine.items(3):
        title = f"Le grand phare {number}"
        api.engine.execute("UPDATE audiobooks SET title = :t WHERE id = :id", t=title, id=api.book_of(number))
        api.file_book(number, {f"{title}.mp3": b"sound"})
    assert ohdio(api, "library", "grand", "phare", "--limit", "2").stdout.endswith("\n2 of 3 books.\n")
    assert ohdio(api, "library", "petit").stdout == "No book in the library has these words: petit.\n"


def test_the_queue_shows_a_link_in_one_piece(api: Api) -> None:
    first, last = f"{FEED}?{'a' * 100}#book", f"{FEED}?{'b' * 100}#book"
    ohdio(api, "add", first, last, "--as-book")
    rows = [line.split()[1] for line in ohdio(api, "queue").stdout.splitlines() if FEED in line]
    assert rows == [first, last]


def test_repair_shows_what_it_would_do_and_does_it_when_it_is_meant(api: Api) -> None:
    api.engine.execute("INSERT INTO audiobooks (url, source, external_id) VALUES (:url, 'ohdio', 'x')", url=CATEGORY)

    shown = ohdio(api, "repair").stdout
    assert shown.splitlines() == [
        f"{CATEGORY}: would be scanned as a list of books.",
        "1 to repair; `ohdio repair --yes` does it.",
    ]
    assert api.get("/scrapes")["items"] == []

    assert ohdio(api, "repair", "--yes").stdout == f"{CATEGORY}: is scanned as a list of books.\n"
    assert [scan["url"] for scan in api.get("/scrapes")["items"]] == [CATEGORY]
    assert ohdio(api, "repair").stdout == "There is nothing to repair.\n"


def test_a_ready_example_is_offered(api: Api) -> None:
    example = "https://ici.radio-canada.ca/ohdio/categories/1003592/jeunesse"
    command = str(Path(sys.executable).with_name("ohdio"))
    said = subprocess.run([command, "sources"], capture_output=True, text=True, timeout=30, check=True).stdout
    assert example in said
    (result,) = json.loads(ohdio(api, "add", example, "--json").stdout)["results"]
    assert (result["kind"], result["state"]) == ("category", "accepted")


def test_the_queue_shows_what_runs_first_however_many_came_later(api: Api) -> None:
    ohdio(api, "add", *(f"{FEED}?{number}#book" for number in range(4)), "--as-book")
    api.engine.execute("UPDATE queue_items SET status = 'processing' WHERE id = (SELECT min(id) FROM queue_items)")
    shown = json.loads(ohdio(api, "queue", "--limit", "3", "--json").stdout)["items"]
    assert [item["audiobook"]["url"][-6] for item in shown] == ["0", "1", "2"]
    assert "\n1 book more: --limit shows them, too.\n" in ohdio(api, "queue", "--limit", "3").stdout
