"""Adding links."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from ohdio_api.submissions.service import SubmissionService
from ohdio_core.collection.acts import Actor, act_as
from ohdio_core.collection.control import delete
from ohdio_core.domain.owner import OwnerId
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.schemas.submissions import Wishes
from ohdio_core.sources.registry import SourceRegistry
from tests.fixtures.api import Api
from tests.fixtures.workers import wait_until

BOOK = "https://ici.radio-canada.ca/ohdio/livres-audio/{}/some-title"
_WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
CATEGORY = "https://ici.radio-canada.ca/ohdio/categories/77/contes"


def add(api: Api, *urls: str) -> list[dict[str, object]]:
    answer = api.http.post("/submissions", json={"urls": list(urls)})
    assert answer.status_code == 202, answer.text
    results = answer.json()["results"]
    assert isinstance(results, list)
    return results


def refused(api: Api, url: str) -> tuple[str, str]:
    """Send one link that is refused; return how it is shown, and why."""
    answer = api.http.post("/submissions", json={"urls": [url]})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    (result,) = answer.json()["results"]
    assert (result["state"], result["kind"], result["id"]) == ("refused", None, None)
    problem = answer.json()
    assert (problem["detail"], problem["message"]) == (result["detail"], result["detail_message"])
    return result["url"], result["detail"]


class LibraryThatIsAsked(FolderLibrary):
    """A library in which something happens at the moment at which it is asked whether it holds a book."""

    def __init__(self, root: Path, happens: Callable[[], object]) -> None:
        super().__init__(root)
        self._happens = happens

    def holds_each(self, books: Sequence[tuple[str, OwnerId]]) -> Sequence[bool]:
        self._happens()
        return super().holds_each(books)


class TestALink:
    def test_of_a_book_puts_it_in_the_queue_at_priority_5(self, api: Api) -> None:
        (result,) = add(api, BOOK.format(123))

        assert result["state"] == "accepted"
        assert result["kind"] == "audiobook"
        assert result["url"] == "https://ici.radio-canada.ca/ohdio/livres-audio/123"
        (item,) = api.get("/queue")["items"]
        assert item["audiobook"]["id"] == result["id"]
        assert (item["status"], item["stage"], item["priority"]) == ("queued", "metadata", 5)
        assert item["wait_reason"] == "its description waits: no metadata worker is running"

    def test_of_a_category_begins_a_scan(self, api: Api) -> None:
        (result,) = add(api, CATEGORY)

        assert (result["state"], result["kind"]) == ("accepted", "category")
        scan = api.get(f"/scrapes/{result['id']}")
        assert scan["status"] == "scraping"
        assert scan["url"] == CATEGORY

    def test_of_a_listing_that_was_scanned_by_http_is_scanned_again_by_https(self, api: Api) -> None:
        add(api, "http://stories.example/tales/")
        api.engine.execute("UPDATE scrapes SET status = 'completed'")
        (again,) = add(api, "https://stories.example/tales/")
        assert (again["state"], again["detail"]) == ("accepted", "Scanned again, for books that are new there.")

    def test_that_was_added_before_is_known(self, api: Api) -> None:
        first = add(api, BOOK.format(123), CATEGORY)
        second = add(api, BOOK.format(123), CATEGORY)

        assert [result["state"] for result in second] == ["known", "known"]
        assert [result["id"] for result in second] == [result["id"] for result in first]
        assert second[0]["detail"] == "It is in the queue."
        assert second[0]["detail_message"] == {"id": "book.queued", "values": {}}

    @pytest.mark.parametrize("link", ["https://stories.example/tales/", "https://stories.example/feed.xml#book"])
    def test_by_http_is_known_where_it_was_added_by_https(self, api: Api, link: str) -> None:
        (first,) = add(api, link)
        (second,) = add(api, link.replace("https", "http"))

        assert (first["state"], second["state"]) == ("accepted", "known")
        assert second["id"] == first["id"]

    def test_of_a_book_is_another_than_that_of_a_category_of_the_same_number(self, api: Api) -> None:
        book, category = add(api, BOOK.format(77), CATEGORY)
        assert (book["kind"], category["kind"]) == ("audiobook", "category")

    def test_is_taken_with_blanks_around_it(self, api: Api) -> None:
        (result,) = add(api, f"  {BOOK.format(5)}\n")
        assert result["state"] == "accepted"

    def test_with_a_priority_goes_by_it(self, api: Api) -> None:
        answer = api.http.post("/submissions", json={"urls": [BOOK.format(9)], "priority": 42})
        assert answer.status_code == 202
        assert api.get("/queue")["items"][0]["priority"] == 42

    def test_of_a_complete_book_whose_file_is_gone_queues_it_again(self, api: Api) -> None:
        add(api, BOOK.format(8))
        (item,) = api.get("/queue")["items"]
        api.engine.execute("UPDATE audiobooks SET title = 'Sailing'")
        api.file_book(item["id"], {"Sailing.mp3": b"sound"})
        (api.library_dir / "other").mkdir()
        for file in api.library_dir.glob("*/*/*.mp3"):
            file.unlink()

        (result,) = add(api, BOOK.format(8))

        assert result["state"] == "accepted"
        assert result["detail"] == "Queued again: its file is gone from the library."
        assert api.item(item["id"])["status"] == "queued"

    def test_of_a_book_in_the_library_is_known(self, api: Api) -> None:
        add(api, BOOK.format(8))
        (item,) = api.get("/queue")["items"]
        api.engine.execute("UPDATE audiobooks SET title = 'Sailing'")
        api.file_book(item["id"], {"Sailing.mp3": b"sound"})

        (result,) = add(api, BOOK.format(8))

        assert (result["state"], result["detail"]) == ("known", "It is in the library.")

    def test_of_a_known_book_that_is_deleted_at_this_moment_says_so(self, api: Api) -> None:
        add(api, BOOK.format(8))
        (item,) = api.get("/queue")["items"]
        api.engine.execute("UPDATE audiobooks SET title = 'Sailing'")
        api.file_book(item["id"], {"Sailing.mp3": b"sound"})
        # As of a book that an older version collected: nothing holds whoever deletes it.
        api.engine.execute("DELETE FROM extractions")
        meanwhile = LibraryThatIsAsked(api.library_dir, lambda: api.engine.order(delete, [item["id"]]))
        submissions = SubmissionService(api.engine.database, SourceRegistry(), meanwhile)

        (result,) = submissions.add([BOOK.format(8)], Wishes.model_validate({}))

        assert (result.state, result.id) == ("known", item["audiobook"]["id"])
        assert result.detail is not None
        assert "Somebody took it out of the queue at this moment" in result.detail


class TestManyRequestsAtOnce:
    def test_are_stored_together_and_each_is_answered_and_noted_for_itself(self, api: Api) -> None:
        submissions = SubmissionService(api.engine.database, SourceRegistry(), api.library)
        wishes = Wishes.model_validate({})
        asked = list(range(1, 41))
        started: list[int] = []

        def submit(number: int) -> tuple[int, str]:
            act_as(Actor(f"person {number}", "test"))
            started.append(number)
            (result,) = submissions.add([BOOK.format(number)], wishes)
            assert result.id is not None
            return result.id, result.state

        with ThreadPoolExecutor(len(asked)) as pool:
            with api.engine.database.unit_of_work() as work:
                work.execute(text("LOCK TABLE audiobooks IN SHARE MODE"))
                answers = [pool.submit(submit, number) for number in asked]
                wait_until(lambda: len(started) == len(asked), 60, "all have begun")
            found = [answer.result() for answer in answers]

        assert {state for _, state in found} == {"accepted"}
        stored = api.engine.rows(
            "SELECT book.id, book.external_id, item.trace_id, acts.actor, CAST(book.xmin AS text) AS transaction "
            "FROM audiobooks book JOIN queue_items item ON item.audiobook_id = book.id "
            "JOIN acts ON acts.audiobook_id = book.id"
        )
        assert {(row.id, row.external_id, row.actor) for row in stored} == {
            (book, str(number), f"person {number}") for (book, _), number in zip(found, asked, strict=True)
        }
        assert len({row.trace_id for row in stored}) == len(asked)
        assert len({row.transaction for row in stored}) <= len(asked) / 2

    def test_for_one_book_store_it_once_and_say_so_to_all_but_one(self, api: Api) -> None:
        submissions = SubmissionService(api.engine.database, SourceRegistry(), api.library)
        wishes = Wishes.model_validate({})

        with ThreadPoolExecutor(12) as pool:
            with api.engine.database.unit_of_work() as work:
                work.execute(text("LOCK TABLE audiobooks IN SHARE MODE"))
                answers = [pool.submit(submissions.add, [BOOK.format(3)], wishes) for _ in range(12)]
                wait_until(lambda: api.engine.rows(_WAITING), 60, "some wait")
            states = sorted(result.state for answer in answers for result in answer.result())

        assert states == ["accepted", *["known"] * 11]


class TestARefusedLink:
    @pytest.mark.parametrize(
        ("url", "why"),
        [
            ("", "empty"),
            ("   ", "empty"),
            ("not a link", "spaces"),
            ("ftp://files.example/book.mp3", "http"),
            ("javascript:alert(1)", "http"),
            ("https://", "host"),
            ("https://https://stories.example/", "twice"),
            ("https://256.1.1.1/a.mp3", "no address"),
            ("https://stories.example:99999/", "port"),
            ("https://stories.example/" + "a" * 3000, "longer than 2048"),
            ("https://stories.example/\x00", "control"),
            ("https://www.audible.ca/pd/Le-phare/B000000000", "never removes protection"),
            ("https://ici.radio-canada.ca/ohdio/nothing/4", "Supported: OHdio"),
        ],
    )
    def test_says_what_is_wrong(self, api: Api, url: str, why: str) -> None:
        shown, reason = refused(api, url)
        assert why in reason
        assert len(shown) <= 200

    @pytest.mark.parametrize(
        "url",
        [
            "https://anna:hunter2@stories.example/feed.xml",
            "https://anna:hunter2@stories example/",
            "https://anna:hun/ter2@stories.example/feed.xml",
            "https://anna:hun@ter2@stories.example/feed.xml",
            "anna:hunter2@stories.example",
            "https://anna:hunter2@stories.example/" + "a" * 3000,
        ],
    )
    def test_never_repeats_a_password(self, api: Api, url: str) -> None:
        answer = api.http.post("/submissions", json={"urls": [url]})
        assert answer.status_code == 422
        assert "ter2" not in answer.text

    def test_beside_a_good_one_does_not_spoil_it(self, api: Api) -> None:
        good, bad = add(api, BOOK.format(1), "nonsense")
        assert (good["state"], bad["state"]) == ("accepted", "refused")

    def test_leaves_nothing_behind(self, api: Api) -> None:
        refused(api, "https://open.spotify.com/show/0Invented")
        assert api.get("/queue")["items"] == api.get("/scrapes")["items"] == []


class TestTwentyPeopleAtOnce:
    def test_add_each_book_and_scan_once(self, api: Api) -> None:
        urls = [*(BOOK.format(number) for number in range(1, 31)), CATEGORY, CATEGORY.replace("77", "78")]

        def person(number: int) -> list[object]:
            mine = urls[number:] + urls[:number]
            return [result["id"] for _, result in sorted(zip(mine, add(api, *mine), strict=True))]

        with ThreadPoolExecutor(20) as people:
            seen = list(people.map(person, range(20)))

        assert all(ids == seen[0] for ids in seen)
        assert api.engine.value("SELECT count(*) FROM audiobooks") == 30
        assert api.engine.value("SELECT count(*) FROM queue_items") == 30
        assert api.engine.value("SELECT count(*) FROM scrapes") == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"urls": []}',
        b'{"urls": "https://stories.example/"}',
        b'{"urls": [7]}',
        b'{"urls": ["https://stories.example/feed.xml"], "priority": -1}',
        b'{"urls": ["https://stories.example/feed.xml"], "priority": "5"}',
        b'{"urls": ["https://stories.example/feed.xml"], "other": 1}',
        b'{"urls": ["\\ud800"]}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"urls": [' + b",".join([b'"https://stories.example/feed.xml"'] * 501) + b"]}",
    ],
)
def test_a_malformed_body_is_the_clients_mistake(api: Api, body: bytes) -> None:
    answer = api.http.post("/submissions", content=body, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert api.get("/scrapes")["items"] == []
