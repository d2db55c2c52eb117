from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ohdio_api.queue.service import QueueService
from ohdio_core.collection.control import delete
from ohdio_core.sentences import legacy
from ohdio_core.work.outcome import Again
from ohdio_core.work.stages import METADATA
from tests.fixtures.api import Api
from tests.integration.api.queue_calls import described, order, walk


def name(api: Api, item_id: int, title: str | None, *authors: str) -> None:
    api.engine.execute(
        "UPDATE audiobooks SET title = :title, authors = :authors WHERE id = :id",
        title=title,
        authors=list(authors),
        id=api.book_of(item_id),
    )


class TestList:
    def test_of_books_with_a_note_alone(self, api: Api) -> None:
        noted, plain = api.engine.items(2)
        api.engine.execute("UPDATE audiobooks SET note = 'It is short.' WHERE id = :id", id=api.book_of(noted))
        (item,) = api.get("/queue", is_noted="true")["items"]
        assert (item["id"], item["audiobook"]["note"]) == (noted, "It is short.")
        assert item["audiobook"]["note_message"] == {"id": "legacy", "values": {"text": "It is short."}}
        assert [each["id"] for each in api.get("/queue", is_noted="false")["items"]] == [plain]

    def test_says_all_that_people_see_of_an_item(self, api: Api) -> None:
        (item_id,) = api.engine.items(1)
        name(api, item_id, "Sailing", "Odile Marchand")
        (item,) = api.get("/queue")["items"]
        assert item.keys() == {
            *("id", "audiobook", "status", "stage", "wait_reason", "priority", "attempts", "max_attempts"),
            *("bytes_done", "bytes_total", "parts_done", "parts_total", "bytes_per_second", "eta_seconds"),
            *("error", "next_attempt_at", "created_at", "updated_at", "error_message", "wait_message", "rank", "place"),
            *("can_be_kept", "can_be_tried", "is_outside_hours", "speed_limit_kb", "limit_reason", "limit_message"),
        }
        assert item["audiobook"].keys() == {
            *("id", "title", "authors", "url", "cover_url", "series", "library_path", "note", "note_message"),
        }
        assert item["audiobook"]["authors"] == ["Odile Marchand"]

    def test_gives_every_item_once_page_by_page(self, api: Api) -> None:
        ids = api.engine.items(7)
        assert [item["id"] for item in walk(api, limit=3)] == ids
        assert [item["id"] for item in walk(api, limit=3, order="desc")] == ids[::-1]

    def test_has_no_further_page_after_a_last_full_one(self, api: Api) -> None:
        api.engine.items(2)
        assert api.get("/queue", limit=2)["next"] is None

    def test_goes_on_after_the_last_row_whatever_was_deleted_or_added(self, api: Api) -> None:
        ids = api.engine.items(4)
        first = api.get("/queue", limit=2)
        api.engine.order(delete, ids[:2])
        api.engine.items(1)
        second = api.get("/queue", limit=2, cursor=first["next"])
        assert [item["id"] for item in second["items"]] == ids[2:]

    @pytest.mark.parametrize("direction", ["asc", "desc"])
    @pytest.mark.parametrize("sort", ["status", "priority", "title", "added"])
    def test_is_sorted_with_ties_and_empty_values(self, api: Api, sort: str, direction: str) -> None:
        ids = api.engine.items(6)
        for item_id, title in zip(ids, ["b", "A", None, "b", "Émile", "a"], strict=True):
            name(api, item_id, title)
        for item_id, priority in zip(ids, [5, 9, 5, 0, 9, 5], strict=True):
            order(api, "/queue/items/priority", {"ids": [item_id], "priority": priority})
        order(api, "/queue/items/pause", {"ids": [ids[1], ids[4]]})

        whole = [item["id"] for item in walk(api, sort=sort, order=direction)]
        paged = [item["id"] for item in walk(api, sort=sort, order=direction, limit=1)]

        assert sorted(whole) == ids
        assert paged == whole

    def test_by_priority_descending_is_the_order_of_starting(self, api: Api) -> None:
        first, second, third = api.engine.items(3)
        order(api, "/queue/items/priority", {"ids": [third], "priority": 50})
        listed = [item["id"] for item in walk(api, sort="priority", order="desc")]
        assert listed == [third, first, second]

    def test_by_title_does_not_care_for_capitals(self, api: Api) -> None:
        ids = api.engine.items(3)
        for item_id, title in zip(ids, ["beta", "Alpha", "Gamma"], strict=True):
            name(api, item_id, title)
        assert [item["audiobook"]["title"] for item in walk(api, sort="title")] == ["Alpha", "beta", "Gamma"]

    def test_can_be_one_status_alone(self, api: Api) -> None:
        ids = api.engine.items(3)
        order(api, f"/queue/items/{ids[1]}/pause")
        assert [item["id"] for item in walk(api, status="paused")] == [ids[1]]

    @pytest.mark.parametrize(
        "words", ["l'oeuvre d'elise", "L’ŒUVRE", "E\u0301LISE", "nuñez", "NUNEZ", "zoé", "œu", "o\u0301e"]
    )
    def test_finds_words_whatever_their_case_and_accents(self, api: Api, words: str) -> None:
        sought, other = api.engine.items(2)
        name(api, sought, "L’œuvre d’Élise", "Zoe Nuñez")
        name(api, other, "Louvre", "Elie Nunes")
        assert [item["id"] for item in walk(api, q=words)] == [sought]

    @pytest.mark.parametrize("words", ["lamp", "MARCH", "100%", "under_score"])
    def test_finds_words_in_titles_and_authors(self, api: Api, words: str) -> None:
        sought, other = api.engine.items(2)
        name(api, sought, "The Lamp, 100% under_score", "Odile Marchand")
        name(api, other, "1000 underscores", "Paul Grenier")
        assert [item["id"] for item in walk(api, q=words)] == [sought]

    @pytest.mark.parametrize("cursor", ["x", "!!", "bnVsbA", "W10", "WzFd", "W1tb" * 240])
    def test_refuses_a_cursor_that_is_not_its_own(self, api: Api, cursor: str) -> None:
        answer = api.http.get("/queue", params={"cursor": cursor})
        assert answer.status_code == 422
        assert "begin again" in answer.json()["detail"]

    def test_refuses_the_cursor_of_another_order(self, api: Api) -> None:
        api.engine.items(2)
        cursor = api.get("/queue", limit=1)["next"]
        assert api.http.get("/queue", params={"cursor": cursor, "order": "desc"}).status_code == 422

    @pytest.mark.parametrize(
        "parameters", [{"limit": 0}, {"limit": 201}, {"sort": "size"}, {"status": "cancelled"}, {"q": "a\0b"}]
    )
    def test_refuses_what_it_does_not_know(self, api: Api, parameters: dict[str, Any]) -> None:
        answer = api.http.get("/queue", params=parameters)
        assert answer.status_code == 422
        assert answer.json()["errors"]


class TestWaiting:
    def test_without_a_downloader_says_so(self, api: Api) -> None:
        (item_id,) = api.engine.items(1)
        assert api.item(item_id)["wait_reason"] == "no downloader is running"

    def test_under_a_pause_says_so(self, api: Api) -> None:
        (item_id,) = api.engine.items(1)
        order(api, "/queue/pause")
        assert api.item(item_id)["wait_reason"] == "all downloads are paused"

    def test_for_a_closed_site_gives_its_reason(self, api: Api) -> None:
        (item_id,) = api.engine.items(1, source="slow.example")
        api.engine.execute(
            "INSERT INTO hosts (politeness_key, closed_until, closed_reason) "
            "VALUES ('slow.example', now() + interval '1 hour', 'slow.example asked us to wait')"
        )
        assert api.item(item_id)["wait_reason"] == "slow.example asked us to wait"

    def test_for_the_next_attempt_says_why_and_when(self, api: Api) -> None:
        api.engine.worker()
        api.engine.items(1)
        claimed = api.engine.admit_and_start()
        api.engine.finish(claimed, Again(legacy("The site broke the connection."), retry_after=timedelta(hours=1)))
        item = api.item(claimed.id)
        assert item["status"] == "queued"
        assert item["wait_reason"] == "The site broke the connection."
        assert item["next_attempt_at"] is not None

    def test_for_a_description_says_that_no_metadata_worker_runs(self, api: Api) -> None:
        item_id = described(api)
        assert api.item(item_id)["wait_reason"] == "its description waits: no metadata worker is running"

    def test_for_a_description_of_a_closed_site_gives_the_sites_reason(self, api: Api) -> None:
        item_id = described(api, source="slow.example")
        api.engine.at(METADATA).worker()
        api.engine.execute(
            "INSERT INTO hosts (politeness_key, closed_until, closed_reason) "
            "VALUES ('slow.example', now() + interval '1 hour', 'slow.example asked us to wait')"
        )
        assert api.item(item_id)["wait_reason"] == "its description waits: slow.example asked us to wait"

    def test_for_a_description_that_is_tried_again_later_says_why_and_when(self, api: Api) -> None:
        item_id = described(api)
        metadata = api.engine.at(METADATA)
        metadata.worker()
        metadata.finish(metadata.admit_and_start(), Again(legacy("The page is empty."), retry_after=timedelta(hours=1)))
        item = api.item(item_id)
        assert item["wait_reason"] == "its description waits: The page is empty."
        assert item["next_attempt_at"] is not None

    def test_for_a_description_that_is_being_read_says_so(self, api: Api) -> None:
        item_id = described(api)
        metadata = api.engine.at(METADATA)
        metadata.worker()
        metadata.admit_and_start()
        item = api.item(item_id)
        assert (item["wait_reason"], item["next_attempt_at"]) == ("its description is being read", None)

    def test_for_whoever_takes_over_from_a_worker_that_fell_silent_says_so(self, api: Api) -> None:
        api.engine.worker()
        api.engine.items(1)
        claimed = api.engine.admit_and_start()
        queue = QueueService(api.engine.database, api.library, api.engine.timing)
        running = "bytes_total = 3000, progress = 1000, bytes_per_second = 500, stage = 'downloading'"
        api.engine.execute(f"UPDATE queue_items SET {running}")
        assert (queue.interrupted(), queue.stats().bytes_per_second) == ([], 500)
        api.engine.execute("UPDATE queue_items SET lease_until = clock_timestamp() - interval '1 s'")
        assert (queue.interrupted(), queue.stats().bytes_per_second, queue.frame(9).items) == ([claimed.id], 0, [])
        item = api.item(claimed.id)
        assert item["wait_reason"] == "it was interrupted, and goes on by itself soon"
        assert (item["bytes_done"], item["bytes_per_second"], item["eta_seconds"]) == (1000, None, None)
        api.engine.execute("DELETE FROM workers")
        assert api.item(claimed.id)["wait_reason"] == "no downloader is running"

    def test_for_a_description_whose_worker_fell_silent_says_so(self, api: Api) -> None:
        item_id = described(api)
        metadata = api.engine.at(METADATA)
        metadata.worker()
        metadata.admit_and_start()
        api.engine.execute("UPDATE extractions SET lease_until = clock_timestamp() - interval '1 s'")
        api.engine.execute("DELETE FROM workers")
        queue = QueueService(api.engine.database, api.library, api.engine.timing)
        assert queue.interrupted() == [item_id]
        assert api.item(item_id)["wait_reason"] == "its description waits: no metadata worker is running"

    def test_is_over_when_it_runs(self, api: Api) -> None:
        api.engine.worker()
        api.engine.items(1)
        claimed = api.engine.admit_and_start()
        api.engine.execute(
            "UPDATE queue_items SET bytes_total = 3000, progress = 1000, bytes_per_second = 500, stage = 'downloading'"
        )
        item = api.item(claimed.id)
        assert (item["status"], item["wait_reason"]) == ("processing", None)
        assert (item["bytes_done"], item["bytes_total"], item["eta_seconds"]) == (1000, 3000, 4.0)


def test_an_item_tells_its_show_and_its_folder(api: Api) -> None:
    (number,) = api.engine.items(1)
    api.engine.execute("UPDATE audiobooks SET series = 'Evening Stories'")
    api.file_book(number, {"a.mp3": b"sea"})
    book = api.item(number)["audiobook"]
    assert book["series"] == "Evening Stories"
    assert book["library_path"].startswith("Odile Marchand/")
