"""``ohdio queue`` and the commands for what is in it, run as processes that talk to a running API."""

from __future__ import annotations

import json

import pytest

from tests.fixtures.api import Api
from tests.integration.command.running import ohdio

FEED = "https://stories.example/feed.xml"


def named(api: Api, number: int, title: str, author: str = "Odile Marchand") -> int:
    """Set the title and the author of an item's book; return its number."""
    api.engine.execute(
        "UPDATE audiobooks SET title = :title, authors = ARRAY[CAST(:author AS text)] WHERE id = :id",
        title=title,
        author=author,
        id=api.book_of(number),
    )
    return number


def shown(api: Api, *arguments: str) -> list[int]:
    """The numbers of the items that it shows, in their order."""
    return [item["id"] for item in json.loads(ohdio(api, "queue", *arguments, "--json").stdout)["items"]]


class TestTheQueue:
    def test_shows_what_runs_then_what_is_next_and_what_has_ended_last(self, api: Api) -> None:
        complete, failed, running, waiting, urgent, later = api.engine.items(6)
        for number, status in ((complete, "completed"), (failed, "failed")):
            api.engine.execute("UPDATE queue_items SET status = :s WHERE id = :id", s=status, id=number)
        api.engine.execute(
            "UPDATE queue_items SET status = 'processing', admitted_at = now(), lease_token = gen_random_uuid(), "
            "lease_until = now() + interval '1 hour' WHERE id = :id",
            id=running,
        )
        api.engine.execute("UPDATE queue_items SET priority = 9 WHERE id = :id", id=urgent)
        api.engine.execute(
            "UPDATE queue_items SET priority = 10, next_attempt_at = now() + interval '1 hour' WHERE id = :id", id=later
        )

        assert shown(api) == [running, urgent, waiting, later, failed, complete]
        assert shown(api, "--limit", "2") == [running, urgent]
        assert shown(api, "--status", "queued") == [urgent, waiting, later]

    def test_is_sorted_as_it_is_wished(self, api: Api) -> None:
        first, second, third = api.engine.items(3)
        for number, title in ((first, "B"), (second, "C"), (third, "A")):
            named(api, number, title)
        api.engine.execute("UPDATE queue_items SET priority = 9 WHERE id = :id", id=second)

        assert shown(api, "--sort", "title") == [third, first, second]
        assert shown(api, "--sort", "title", "--reverse") == [second, first, third]
        assert shown(api, "--sort", "added") == [third, second, first]
        assert shown(api, "--sort", "priority") == [second, first, third]
        refused = ohdio(api, "queue", "--sort", "size", code=2).stderr
        assert "'size' is not possible here; choose start, added, priority, state or title." in refused

    def test_tells_books_apart_and_where_what_failed_comes_from(self, api: Api) -> None:
        (number,) = api.engine.items(1)
        named(api, number, "Le phare")
        api.engine.execute("UPDATE queue_items SET status = 'failed', error = 'The site does not have it.'")
        link = api.item(number)["audiobook"]["url"]
        (row,) = (line for line in ohdio(api, "queue").stdout.splitlines() if line.startswith(str(number)))
        assert "Le phare · Odile Marchand" in row
        assert f"The site does not have it. {link}" in row

    def test_tells_of_old_failed_scans_last_and_shortly(self, api: Api) -> None:
        for number in range(5):
            ohdio(api, "add", FEED.replace("feed", f"feed-{number}"))
        api.engine.execute("UPDATE scrapes SET status = 'failed', error = :error", error="It gave no answer. " * 30)
        api.engine.items(1)

        lines = ohdio(api, "queue").stdout.splitlines()
        scans = [line for line in lines if line.startswith("The scan of")]
        assert [line.split()[3] for line in scans] == [FEED.replace("feed", f"feed-{number}") for number in (4, 3, 2)]
        assert max(map(len, scans)) <= 160
        assert lines.index(scans[0]) > lines.index("1 book: 1 waiting.")
        assert "and 2 other scans that failed: `ohdio queue --status failed` shows all." in lines
        assert (
            len([line for line in ohdio(api, "queue", "--status", "failed").stdout.splitlines() if "scan of" in line])
            == 5
        )
        for other in ("queued", "processing", "completed"):
            assert "The scan of" not in ohdio(api, "queue", "--status", other).stdout


def test_books_are_put_first_in_the_order_in_which_they_are_named(api: Api) -> None:
    first, second, third = api.engine.titled("Le phare", "Le talus", "La dune")

    assert ohdio(api, "first", str(third), str(second)).stdout.splitlines() == [
        "First: 2 books.",
        f"  {third}  La dune: queued",
        f"  {second}  Le talus: queued",
    ]
    assert shown(api) == [third, second, first]

    assert ohdio(api, "first", "--off", "dune").stdout.startswith("By priority again: 1 book.")
    assert shown(api) == [second, first, third]


def test_what_has_ended_is_not_put_first(api: Api) -> None:
    (failed,) = api.engine.items(1)
    api.engine.execute("UPDATE queue_items SET status = 'failed'")

    refused = ohdio(api, "first", str(failed), code=1)

    assert refused.stderr == f"{failed}: Only what waits, runs or is paused can be put first; this item is failed.\n"


def test_a_priority_lets_a_book_go_first(api: Api) -> None:
    first, second = api.engine.items(2)
    named(api, second, "Le talus")
    assert ohdio(api, "priority", "9", "talus").stdout.splitlines() == [
        "Priority 9: 1 book.",
        f"  {second}  Le talus · Odile Marchand: queued",
    ]
    assert shown(api) == [second, first]
    assert ohdio(api, "priority", "0", str(second)).returncode == 0
    assert shown(api) == [first, second]
    api.engine.execute("UPDATE queue_items SET status = 'completed', priority = 5 WHERE id = :id", id=first)
    complete = ohdio(api, "priority", "99", str(first), code=1)
    refused = "Only what is not complete can have another priority; this item is completed."
    assert complete.stderr == f"{first}: {refused}\n"
    assert (complete.stdout, api.item(first)["priority"]) == ("", 5)
    assert "'101' is not a whole number from 0 to 100." in ohdio(api, "priority", "101", "talus", code=2).stderr


def test_clear_takes_out_what_is_complete_and_all_only_when_it_is_meant(api: Api) -> None:
    complete, waiting = api.engine.items(2)
    api.file_book(complete, {"a.mp3": b"sea"})
    assert ohdio(api, "clear").stdout == "1 book taken out of the queue; what is in the library stays.\n"
    assert shown(api) == [waiting]
    assert list(api.library_dir.rglob("*.mp3")) != []

    said = ohdio(api, "clear", "--all", code=2)
    assert said.stderr == "Nothing was taken out, as nobody can be asked here: --yes takes 1 book out of the queue.\n"
    assert shown(api) == [waiting]
    ohdio(api, "clear", "--all", "--yes")
    assert shown(api) == []


class TestAgain:
    def test_downloads_a_complete_book_again(self, api: Api) -> None:
        (number,) = api.engine.items(1)
        named(api, number, "Le phare")
        api.file_book(number, {"a.mp3": b"sea"})
        assert ohdio(api, "again", "phare").stdout.startswith("Downloading again: 1 book.\n")
        assert api.item(number)["status"] == "queued"
        refused = ohdio(api, "again", str(number), code=1)
        assert refused.stderr.startswith("Le phare: The book's download is queued already")

    def test_asks_where_words_mean_several(self, api: Api) -> None:
        for number in api.engine.items(2):
            named(api, number, "Le phare")
            api.file_book(number, {"a.mp3": b"sea"})
        assert "--yes downloads 2 books again." in ohdio(api, "again", "phare", code=2).stderr
        assert json.loads(ohdio(api, "again", "phare", "--yes", "--json").stdout) == {"changed": 2, "refused": []}


def test_a_book_in_the_library_is_converted_by_its_name(api: Api) -> None:
    (number,) = api.engine.items(1)
    named(api, number, "Le phare")
    api.file_book(number, {"a.mp3": b"sea", "b.mp3": b"wind"})
    assert ohdio(api, "convert", "phare", "--as", "mp3").stdout.startswith("Converting: 1 book.\n")
    assert api.get(f"/audiobooks/{api.book_of(number)}")["form"] == "mp3"
    assert "`ohdio again` downloads these anew" in ohdio(api, "convert", "phare", "--as", "original", code=2).stderr


def test_how_long_an_encoding_takes_is_said_before_it_is_ordered(api: Api) -> None:
    (number,) = api.engine.items(1)
    named(api, number, "Le phare")
    book = api.file_book(number, {"a.mp3": b"sea"})
    api.engine.execute("UPDATE audiobooks SET duration_seconds = 36000")
    api.engine.execute("INSERT INTO encoding_speeds (host, speed) VALUES ('here', 50)")
    unasked = ohdio(api, "convert", "phare", "--bit-rate", "64k", code=2)
    assert "10:00:00 of sound is encoded, which takes about 12 minutes on this machine: 288 MB" in unasked.stdout
    assert "--yes converts 1 book" in unasked.stderr
    assert api.get("/conversions")["items"] == []
    assert "about 12 minutes" in ohdio(api, "convert", "phare", "--bit-rate", "64k", "--yes").stdout
    assert ohdio(api, "convert", "--pause").stdout == "Paused: 1 book.\n  Le phare\n"
    for order in ("--status", "--pause", "--cancel"):
        assert ohdio(api, "convert", order, "petit").stdout == (
            "No book that is to be converted has these words: petit.\n"
        )
    assert ohdio(api, "convert", "--status", "phare").stdout == "Le phare → M4B, 64 kbit/s: paused\n"
    assert "to M4B, 64 kbit/s: paused" in ohdio(api, "show", "phare").stdout
    assert json.loads(ohdio(api, "convert", "--cancel", "--json").stdout)["changed"] == 1
    assert api.get(f"/audiobooks/{book}")["conversion"] is None
    assert "goes with no other form" in ohdio(api, "convert", "x", "--as", "mp3", "--bit-rate", "64", code=2).stderr


class TestShow:
    @pytest.fixture
    def number(self, api: Api) -> int:
        (number,) = api.engine.items(1)
        named(api, number, "Le phare")
        api.engine.execute(
            "UPDATE audiobooks SET narrators = ARRAY['Paul Grenier'], series = 'Rivages', series_position = '2', "
            "duration_seconds = 45"
        )
        return number

    def test_tells_what_is_known_of_a_book(self, api: Api, number: int) -> None:
        api.engine.execute(
            "UPDATE queue_items SET status = 'failed', error = 'The site does not have it.', attempts = 5"
        )
        book = api.item(number)["audiobook"]
        for words in (str(number), "PHARE", book["url"]):
            said = ohdio(api, "show", words).stdout
            facts = dict(line.strip().split("  ", 1) for line in said.splitlines()[1:] if "  " in line.strip())
            told = {name: text.strip() for name, text in facts.items()}
            assert told["author"] == "Odile Marchand"
            assert told["read by"] == "Paul Grenier"
            assert told["series"] == "Rivages, 2"
            assert told["length"] == "45 s"
            assert told["link"] == book["url"]
            assert told["state"] == "failed"
            assert told["attempts"] == "5 of 5"
            assert "The site does not have it." in said

    def test_says_where_a_filed_book_is_though_it_has_left_the_queue(self, api: Api, number: int) -> None:
        book = api.get(f"/audiobooks/{api.file_book(number, {'a.mp3': b'sea'})}")
        ohdio(api, "clear")
        assert book["library_path"] in ohdio(api, "show", "phare").stdout
        assert json.loads(ohdio(api, "show", "phare", "--json").stdout)["item"] is None

    def test_names_those_that_may_be_meant(self, api: Api, number: int) -> None:
        (other,) = api.engine.items(1)
        named(api, other, "Le phare aussi", "Jeanne Lavoie")
        said = ohdio(api, "show", "phare", code=2).stderr.splitlines()
        assert said[0].startswith("It may be one of 2 books")
        assert f"  {other}  Le phare aussi · Jeanne Lavoie: queued" in said
        assert str(number) in said[1]
