"""``ohdio retry``, run as a process that talks to a running API."""

from __future__ import annotations

import json

from tests.fixtures.api import Api
from tests.integration.command.running import ohdio

FEED = "https://stories.example/feed.xml"
NOTHING = "no such book failed or waits for its next attempt, and no scan of it failed."


class TestRetry:
    def test_tries_the_book_and_the_scan_of_a_link_again(self, api: Api) -> None:
        failed, other = api.engine.items(2)
        link = api.item(failed)["audiobook"]["url"]
        ohdio(api, "add", FEED)
        api.engine.execute("UPDATE queue_items SET status = 'failed'")
        api.engine.execute("UPDATE scrapes SET status = 'failed'")

        assert json.loads(ohdio(api, "retry", link, FEED, "--json").stdout) == {"changed": 1, "scans": 1, "refused": []}
        assert [api.item(number)["status"] for number in (failed, other)] == ["queued", "failed"]
        assert [scan["status"] for scan in api.get("/scrapes")["items"]] == ["scraping"]

    def test_takes_words_of_what_failed(self, api: Api) -> None:
        failed, other = api.engine.items(2)
        api.engine.execute("UPDATE audiobooks SET title = 'L’été'")
        api.engine.execute("UPDATE queue_items SET status = 'failed' WHERE id = :id", id=failed)
        assert ohdio(api, "retry", "l'ete").stdout.splitlines() == [
            "Trying again: 1 book.",
            f"  {failed}  L’été: queued",
        ]
        assert ohdio(api, "retry", "l'ete", code=2).stderr == f"l'ete: {NOTHING}\n"
        assert api.item(other)["status"] == "queued"

    def test_takes_words_of_what_waits_for_its_next_attempt(self, api: Api) -> None:
        waiting, _ = api.engine.titled("L’été", "L’été, tome 2")
        later = "UPDATE queue_items SET next_attempt_at = now() + interval '1 hour' WHERE id = :id"
        api.engine.execute(later, id=waiting)
        assert ohdio(api, "retry", "l'ete").stdout.startswith("Trying again: 1 book.\n")
        assert api.item(waiting)["next_attempt_at"] is None

    def test_says_when_nothing_has_failed(self, api: Api) -> None:
        api.engine.items(1)
        assert ohdio(api, "retry").stdout == "Nothing has failed, so there is nothing to try again.\n"

    def test_says_of_a_link_that_nothing_of_it_failed(self, api: Api) -> None:
        ohdio(api, "add", FEED)
        said = ohdio(api, "retry", FEED, code=2).stderr
        assert said == f"{FEED}: {NOTHING}\n"


class TestLibrary:
    def test_counts_what_is_in_it_and_not_only_what_is_shown(self, api: Api) -> None:
        *filed, _ = api.engine.items(3)
        for number in filed:
            api.file_book(number, {"Le phare.mp3": b"sea"})
        assert ohdio(api, "library").stdout.splitlines()[-1] == "2 books."
        assert ohdio(api, "library", "--limit", "1").stdout.splitlines()[-1] == "1 of 2 books."
