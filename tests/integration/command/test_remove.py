"""``ohdio remove``, run as a process that talks to a running API."""

from __future__ import annotations

import json

from tests.fixtures.api import Api
from tests.integration.command.running import ohdio

FEED = "https://stories.example/feed.xml"
BACK = "For seven days `ohdio library --restore WORDS` brings what was in the library back."


def queued(api: Api, *titles: str) -> list[int]:
    """Queue a book of each title; return the numbers in the queue."""
    numbers = api.engine.items(len(titles))
    for number, title in zip(numbers, titles, strict=True):
        api.engine.execute("UPDATE audiobooks SET title = :title WHERE id = :id", title=title, id=api.book_of(number))
    return numbers


def left(api: Api) -> list[str]:
    return [item["audiobook"]["title"] for item in api.get("/queue")["items"]]


class TestRemove:
    def test_takes_a_book_with_these_words_and_leaves_the_others(self, api: Api) -> None:
        queued(api, "Le phare, tome 1", "Le phare, tome 2", "Le talus")
        said = ohdio(api, "remove", "tome", "2", "--yes").stdout
        assert said == "1 book removed.\n"
        assert left(api) == ["Le phare, tome 1", "Le talus"]

    def test_takes_numbers_and_links(self, api: Api) -> None:
        first, second, _ = queued(api, "Le phare", "La mer", "Le talus")
        link = api.item(second)["audiobook"]["url"]
        done = json.loads(ohdio(api, "remove", str(first), link, "--yes", "--json").stdout)
        assert sorted(book["title"] for book in done["books"]) == ["La mer", "Le phare"]
        assert left(api) == ["Le talus"]

    def test_takes_links_without_their_scheme(self, api: Api) -> None:
        ohdio(api, "add", FEED.removeprefix("https://"))
        assert ohdio(api, "remove", FEED.removeprefix("https://"), "--yes").stdout == "1 scan removed.\n"

    def test_keeps_the_files_unless_they_are_to_go_too(self, api: Api) -> None:
        (number,) = queued(api, "Le phare")
        api.file_book(number, {"Le phare.mp3": b"sea"})
        ohdio(api, "remove", str(number), "--yes")
        assert list(api.library_dir.rglob("*.mp3")) != []

        # It has left the queue, and is found by its title.
        assert ohdio(api, "remove", "phare", "--files", "--yes").stdout.splitlines() == [
            "1 book removed, files too.",
            BACK,
        ]
        assert [file.relative_to(api.library_dir).parts[0] for file in api.library_dir.rglob("*.mp3")] == [
            ".ohdio-trash"
        ]
        assert api.get("/audiobooks")["items"] == []

    def test_ends_a_scan_and_keeps_its_link_out_of_the_queue(self, api: Api) -> None:
        ohdio(api, "add", FEED)
        assert ohdio(api, "remove", FEED, "--yes").stdout == "1 scan removed.\n"
        assert [scan["status"] for scan in api.get("/scrapes")["items"]] == ["cancelled"]

    def test_shows_what_it_would_take_and_takes_nothing_where_nobody_can_be_asked(self, api: Api) -> None:
        first, second = queued(api, "Le phare", "Le talus")
        said = ohdio(api, "remove", "le", code=2)
        assert said.stdout.splitlines() == [f"  {first}  Le phare: queued", f"  {second}  Le talus: queued"]
        assert said.stderr == "Nothing was removed, as nobody can be asked here: --yes removes 2 books.\n"
        assert left(api) == ["Le phare", "Le talus"]

    def test_tells_apart_what_it_would_take(self, api: Api) -> None:
        failed, filed = queued(api, "Le phare", "Le phare")
        link = api.item(failed)["audiobook"]["url"]
        api.engine.execute(
            "UPDATE audiobooks SET authors = ARRAY['Odile Marchand', 'Paul Grenier'], series = 'Rivages'"
        )
        api.engine.execute("UPDATE queue_items SET status = 'failed' WHERE id = :id", id=failed)
        folder = api.get(f"/audiobooks/{api.file_book(filed, {'a.mp3': b'sea'})}")["library_path"]
        assert ohdio(api, "remove", "phare", code=2).stdout.splitlines() == [
            f"  {failed}  Le phare · Odile Marchand, Paul Grenier · Rivages: failed",
            f"  {' ' * len(str(failed))}    {link}",
            f"  {filed}  Le phare · Odile Marchand, Paul Grenier · Rivages: completed",
            f"  {' ' * len(str(filed))}    {folder}",
            "What is in the library stays there; --files deletes it, too.",
        ]
        said = ohdio(api, "remove", "phare", "--yes").stdout.splitlines()
        assert said == ["2 books removed.", "What is in the library stays there; --files deletes it, too."]

    def test_takes_what_the_scans_of_a_link_have_added(self, api: Api) -> None:
        ohdio(api, "add", FEED)
        scan = api.get("/scrapes")["items"][0]["id"]
        added, _ = queued(api, "Le phare", "Le talus")
        api.engine.execute("INSERT INTO scrape_books VALUES (:scan, :book)", scan=scan, book=api.book_of(added))
        assert ohdio(api, "remove", "--of-scan", FEED, "--yes").stdout == "1 book removed.\n"
        assert left(api) == ["Le talus"]
        said = ohdio(api, "remove", "--of-scan", FEED, "--yes", code=2).stderr
        assert said == f"{FEED}: no book in the queue was added by a scan of this link alone.\n"

    def test_asks_for_something_to_remove(self, api: Api) -> None:
        assert "Name books or scans" in ohdio(api, "remove", code=2).stderr

    def test_names_what_is_not_there_and_takes_nothing(self, api: Api) -> None:
        (number,) = queued(api, "Le phare")
        unknown = ohdio(api, "remove", FEED, str(number), "--yes", code=2)
        assert unknown.stderr == f"{FEED}: there is no such book in the queue.\n"
        missing = ohdio(api, "remove", str(number), "999999", "--yes", code=2).stderr
        assert missing.startswith("There is no book 999999")
        assert missing == ohdio(api, "pause", "999999", code=2).stderr
        assert missing == ohdio(api, "show", "999999", code=2).stderr
        assert ohdio(api, "first", "999999", str(number), code=1).stdout.startswith("First: 1 book.")
        assert left(api) == ["Le phare"]

    def test_tells_what_is_gone_when_something_ends_it_in_the_middle(self, api: Api) -> None:
        *removed, held, later = queued(api, "Le phare", "La mer", "Le talus", "Le canot")
        links = [api.item(number)["audiobook"]["url"] for number in (later, held)]
        api.file_book(held, {"Le talus.mp3": b"sand"})
        api.library_dir.rename(api.library_dir.with_name("staged-away"))
        api.library_dir.mkdir()  # as where its disk is not mounted

        said = ohdio(api, "remove", *map(str, (*removed, held)), "--files", "--yes", code=2)
        assert said.stdout.splitlines() == ["  Le phare: removed", "  La mer: removed", "2 books removed, files too."]
        assert "mount it" in said.stderr

        done = json.loads(ohdio(api, "remove", *links, "--files", "--yes", "--json", code=2).stdout)
        assert [book["title"] for book in done["books"]] == ["Le canot"]
        assert [book["title"] for book in api.get("/audiobooks")["items"]] == ["Le talus"]
