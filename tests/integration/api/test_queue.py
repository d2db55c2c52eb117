"""Reading the queue and giving orders."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from ohdio_core.collection.control import delete
from ohdio_core.sentences import legacy
from ohdio_core.work.outcome import Again, Done, Failed
from ohdio_core.work.stages import METADATA
from tests.fixtures.api import Api


def order(api: Api, path: str, body: object = None) -> Any:
    answer = api.http.post(path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def walk(api: Api, **parameters: Any) -> list[dict[str, Any]]:
    """Read every page of the queue."""
    items, cursor = [], None
    while True:
        page = api.get("/queue", **parameters, **({} if cursor is None else {"cursor": cursor}))
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            return items


def name(api: Api, item_id: int, title: str | None, *authors: str) -> None:
    api.engine.execute(
        "UPDATE audiobooks SET title = :title, authors = :authors WHERE id = :id",
        title=title,
        authors=list(authors),
        id=api.book_of(item_id),
    )


def described(api: Api, source: str = "stories.example") -> int:
    """Insert a book whose description is still to be read; return its item's id."""
    (item_id,) = api.engine.items(1, source=source, is_ready=False)
    api.engine.execute(
        "INSERT INTO extractions (id, politeness_key) VALUES (:id, :source)", id=api.book_of(item_id), source=source
    )
    return item_id


class TestList:
    def test_of_books_with_a_note_alone(self, api: Api) -> None:
        noted, plain = api.engine.items(2)
        api.engine.execute("UPDATE audiobooks SET note = 'It is short.' WHERE id = :id", id=api.book_of(noted))
        (item,) = api.get("/queue", is_noted="true")["items"]
        assert (item["id"], item["audiobook"]["note"]) == (noted, "It is short.")
        assert [each["id"] for each in api.get("/queue", is_noted="false")["items"]] == [plain]

    def test_says_all_that_people_see_of_an_item(self, api: Api) -> None:
        (item_id,) = api.engine.items(1)
        name(api, item_id, "Sailing", "Odile Marchand")
        (item,) = api.get("/queue")["items"]
        assert item.keys() == {
            *("id", "audiobook", "status", "stage", "wait_reason", "priority", "attempts", "max_attempts"),
            *("bytes_done", "bytes_total", "parts_done", "parts_total", "bytes_per_second", "eta_seconds"),
            *("error", "next_attempt_at", "created_at", "updated_at", "error_message", "wait_message"),
        }
        assert item["audiobook"].keys() == {
            *("id", "title", "authors", "url", "cover_url", "series", "library_path", "note"),
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


class TestOneItem:
    def test_is_read(self, api: Api) -> None:
        first, _ = api.engine.items(2)
        assert api.get(f"/queue/items/{first}") == api.item(first)

    def test_is_paused_and_resumed(self, api: Api) -> None:
        (item_id,) = api.engine.items(1)
        assert order(api, f"/queue/items/{item_id}/pause")["status"] == "paused"
        assert order(api, f"/queue/items/{item_id}/resume")["status"] == "queued"

    def test_that_runs_is_asked_to_stop(self, api: Api) -> None:
        api.engine.worker()
        api.engine.items(1)
        claimed = api.engine.admit_and_start()
        order(api, f"/queue/items/{claimed.id}/pause")
        assert api.engine.row(claimed.id).stop_requested == "pause"

    def test_that_failed_is_retried(self, api: Api) -> None:
        api.engine.worker()
        api.engine.items(1)
        claimed = api.engine.admit_and_start()
        api.engine.finish(claimed, Failed(legacy("The book is gone.")))
        assert api.item(claimed.id)["error"] == "The book is gone."
        item = order(api, f"/queue/items/{claimed.id}/retry")
        assert (item["status"], item["error"], item["attempts"]) == ("queued", None, 0)

    @pytest.mark.parametrize(
        ("what", "rule", "sentence"),
        [
            ("pause", "queue.only_open", "Only what waits or runs can be paused; this item is completed."),
            ("resume", "queue.only_paused", "Only what is paused can be resumed; this item is completed."),
            (
                "retry",
                "queue.only_failed",
                "Only what failed, or waits for its next attempt, can be retried; this item is completed.",
            ),
        ],
    )
    def test_that_is_complete_takes_no_such_order(self, api: Api, what: str, rule: str, sentence: str) -> None:
        api.engine.worker()
        api.engine.items(1)
        claimed = api.engine.admit_and_start()
        api.engine.finish(claimed, Done())
        answer = api.http.post(f"/queue/items/{claimed.id}/{what}")
        assert answer.status_code == 409
        problem = answer.json()
        assert problem["detail"] == sentence
        assert problem["message"]["id"] == "queue.not_possible"
        assert problem["message"]["values"] == {
            "rule": {"id": rule, "values": {}},
            "status": {"id": "status.completed", "values": {}},
        }

    def test_is_moved_up(self, api: Api) -> None:
        (item_id,) = api.engine.items(1)
        answer = api.http.patch(f"/queue/items/{item_id}", json={"priority": 30})
        assert (answer.status_code, answer.json()["priority"]) == (200, 30)

    @pytest.mark.parametrize("body", [{}, {"priority": -1}, {"priority": 101}, {"priority": "9"}, {"priority": True}])
    def test_refuses_a_wrong_priority(self, api: Api, body: object) -> None:
        (item_id,) = api.engine.items(1)
        assert api.http.patch(f"/queue/items/{item_id}", json=body).status_code == 422

    def test_is_deleted(self, api: Api) -> None:
        (item_id,) = api.engine.items(1)
        assert api.http.delete(f"/queue/items/{item_id}").status_code == 204
        assert api.get("/queue")["items"] == []
        assert api.http.delete(f"/queue/items/{item_id}").status_code == 404

    def test_that_runs_vanishes_at_once_when_deleted(self, api: Api) -> None:
        api.engine.worker()
        api.engine.items(1)
        claimed = api.engine.admit_and_start()
        assert api.http.delete(f"/queue/items/{claimed.id}").status_code == 204
        assert api.get("/queue")["items"] == []
        assert api.get("/queue/stats")["total"] == 0
        assert api.engine.row(claimed.id).stop_requested == "delete"

    @pytest.mark.parametrize("path", ["pause", "resume", "retry"])
    def test_that_is_not_there_is_not_found(self, api: Api, path: str) -> None:
        answer = api.http.post(f"/queue/items/{2**53 - 1}/{path}")
        assert answer.status_code == 404
        assert "There is no item" in answer.json()["detail"]
        assert answer.json()["message"] == {"id": "queue.no_such_item", "values": {"id": 2**53 - 1}}

    @pytest.mark.parametrize("item_id", ["0", "-1", "x", str(2**53), "1.5", "1.0", "+1", "%201", "1_0", "٣"])
    def test_with_an_impossible_id_is_refused(self, api: Api, item_id: str) -> None:
        assert api.http.delete(f"/queue/items/{item_id}").status_code == 422
        assert api.http.get(f"/queue?audiobook={item_id}").status_code == 422
        assert api.http.get(f"/queue?limit={item_id}").status_code == 422


class TestManyItems:
    def test_are_paused_resumed_and_deleted_together(self, api: Api) -> None:
        ids = api.engine.items(1100)
        assert order(api, "/queue/items/pause", {"ids": [*ids[::-1], ids[0], 2**50]}) == {"changed": 1100}
        assert order(api, "/queue/items/resume", {"ids": ids[:600]}) == {"changed": 600}
        assert order(api, "/queue/items/delete", {"ids": ids[:3]}) == {"changed": 3}
        stats = api.get("/queue/stats")
        assert (stats["queued"], stats["paused"], stats["total"]) == (597, 500, 1097)

    def test_that_failed_are_retried(self, api: Api) -> None:
        ids = api.engine.items(1050)
        api.engine.execute("UPDATE queue_items SET status = 'failed', error = 'gone' WHERE id <> :id", id=ids[0])
        assert order(api, "/queue/items/retry", {"ids": ids[:2]}) == {"changed": 1}
        assert order(api, "/queue/retry-failed") == {"changed": 1048}
        assert api.get("/queue/stats")["failed"] == 0

    def test_that_are_complete_are_cleared(self, api: Api) -> None:
        ids = api.engine.items(3)
        api.engine.execute("UPDATE queue_items SET status = 'completed' WHERE id <> :id", id=ids[0])
        assert order(api, "/queue/clear", {"status": "completed"}) == {"changed": 2}
        assert [item["id"] for item in api.get("/queue")["items"]] == ids[:1]

    def test_are_all_cleared_and_what_runs_is_stopped(self, api: Api) -> None:
        api.engine.worker()
        api.engine.items(4)
        claimed = api.engine.admit_and_start()
        assert order(api, "/queue/clear", {"status": "all"}) == {"changed": 4}
        assert api.engine.row(claimed.id).stop_requested == "delete"
        assert api.engine.finish(claimed, Done())
        assert api.engine.value("SELECT count(*) FROM queue_items") == 0

    @pytest.mark.parametrize("body", [{"status": "failed"}, {}, None])
    def test_are_not_cleared_by_an_unclear_order(self, api: Api, body: object) -> None:
        api.engine.items(1)
        assert api.http.post("/queue/clear", json=body).status_code == 422
        assert api.get("/queue/stats")["total"] == 1

    @pytest.mark.parametrize("body", [{"ids": []}, {"ids": ["1"]}, {"ids": [0]}, {"ids": [2**53]}, {}])
    def test_must_be_named(self, api: Api, body: object) -> None:
        assert api.http.post("/queue/items/pause", json=body).status_code == 422


class TestStats:
    def test_say_all_that_people_see(self, api: Api) -> None:
        assert api.get("/queue/stats").keys() == {
            *("total", "queued", "processing", "paused", "completed", "failed", "is_paused"),
            *("max_concurrent_downloads", "downloader_threads", "bytes_per_second", "eta_seconds", "disk_free_bytes"),
        }

    def test_of_an_empty_queue(self, api: Api) -> None:
        stats = api.get("/queue/stats")
        assert (stats["total"], stats["bytes_per_second"], stats["eta_seconds"]) == (0, 0, None)
        assert stats["disk_free_bytes"] > 0

    def test_count_each_state(self, api: Api) -> None:
        states = ["queued", "queued", "paused", "completed", "completed", "completed", "failed"]
        for item_id, status in zip(api.engine.items(len(states)), states, strict=True):
            api.engine.execute("UPDATE queue_items SET status = :status WHERE id = :id", status=status, id=item_id)
        stats = api.get("/queue/stats")
        counts = [stats[state] for state in ("total", "queued", "processing", "paused", "completed", "failed")]
        assert counts == [7, 2, 0, 1, 3, 1]

    def test_estimate_the_end_by_what_books_weighed(self, api: Api) -> None:
        api.engine.worker(threads=1)
        complete, *_ = api.engine.items(3)
        api.engine.execute("UPDATE queue_items SET status = 'completed', progress = 6000 WHERE id = :id", id=complete)
        claimed = api.engine.admit_and_start()
        api.engine.execute(
            "UPDATE queue_items SET bytes_total = 5000, progress = 1000, bytes_per_second = 1000 WHERE id = :id",
            id=claimed.id,
        )
        stats = api.get("/queue/stats")
        # 4,000 bytes of the one that runs, and 6,000 of the one that waits, as the complete one had.
        assert (stats["bytes_per_second"], stats["eta_seconds"]) == (1000, 10)


class TestWholeQueue:
    def test_is_paused_and_resumed(self, api: Api) -> None:
        assert order(api, "/queue/pause") == {"is_paused": True}
        assert api.get("/queue/stats")["is_paused"] is True
        assert order(api, "/queue/resume") == {"is_paused": False}
        assert api.get("/queue/stats")["is_paused"] is False


class TestLimit:
    def test_is_set_and_holds(self, api: Api) -> None:
        answer = api.http.put("/queue/limit", json={"max_concurrent_downloads": 6})
        assert (answer.status_code, answer.json()["max_concurrent_downloads"]) == (200, 6)
        assert api.get("/queue/stats")["max_concurrent_downloads"] == 6

    @pytest.mark.parametrize(
        ("processes", "limit", "explanation"),
        [
            (4, 3, "4 downloaders could run 12, the limit is 3."),
            (1, 2, "1 downloader could run 3, the limit is 2."),
            (1, 3, None),
            (1, 6, "The limit is 6, but 1 downloader can run 3; start another, or `ohdio up` again, to reach it."),
            (0, 3, "No downloader is running; the limit is 3."),
        ],
    )
    def test_is_explained_when_it_is_not_the_threads(
        self, api: Api, processes: int, limit: int, explanation: str | None
    ) -> None:
        for _ in range(processes):
            api.engine.worker(threads=3)
        answer = api.http.put("/queue/limit", json={"max_concurrent_downloads": limit}).json()
        assert answer["downloader_threads"] == 3 * processes
        assert answer["explanation"] == explanation
        assert (answer["explanation_message"] is None) == (explanation is None)

    def test_is_explained_with_values(self, api: Api) -> None:
        api.engine.worker(threads=3)
        answer = api.http.put("/queue/limit", json={"max_concurrent_downloads": 2}).json()
        assert answer["explanation_message"] == {
            "id": "limit.below_threads",
            "values": {"downloaders": {"id": "downloaders.one", "values": {}}, "threads": 3, "limit": 2},
        }

    @pytest.mark.parametrize("limit", [0, -1, 257, "3", 2.5, None, True])
    def test_refuses_what_is_no_number_of_downloads(self, api: Api, limit: object) -> None:
        assert api.http.put("/queue/limit", json={"max_concurrent_downloads": limit}).status_code == 422
        assert api.get("/queue/stats")["max_concurrent_downloads"] == 3


class TestSelection:
    def test_is_of_certain_books(self, api: Api) -> None:
        ids = api.engine.items(3)
        books = [api.book_of(item_id) for item_id in ids[:2]]
        assert [item["id"] for item in walk(api, audiobook=books)] == ids[:2]

    def test_is_of_what_a_scan_has_found(self, api: Api) -> None:
        ids = api.engine.items(2)
        api.engine.execute(
            "WITH scan AS (INSERT INTO scrapes (url, source, external_id, politeness_key) "
            "VALUES ('https://stories.example/', 'stories', '1', 'stories.example') RETURNING id) "
            "INSERT INTO scrape_books (scrape_id, audiobook_id) SELECT id, :book FROM scan",
            book=api.book_of(ids[1]),
        )
        (scan,) = api.get("/scrapes")["items"]
        assert [item["id"] for item in walk(api, scrape=scan["id"])] == ids[1:]

    def test_tells_how_much_of_it_waits_for_a_person(self, api: Api) -> None:
        api.engine.worker(threads=3)
        full = Again(legacy("The disk is full."), costs_attempt=False, needs_person=True)
        first, second, other = api.engine.items(3)
        undescribed = described(api)
        books = [api.book_of(item) for item in (first, second, undescribed)]
        reading = api.engine.at(METADATA)
        reading.worker()

        def waiting() -> int:
            return int(api.get("/queue/progress", audiobook=books)["needs_person"])

        for row in api.engine.admit():
            api.engine.finish(api.engine.start(row), full if row != other else Again(legacy("It broke.")))
        assert waiting() == 2
        reading.finish(reading.admit_and_start(), full)
        assert waiting() == 3
        assert api.get("/queue/progress")["needs_person"] == 3

        # One is tried again, which may be as vain as before; it is not if it takes long.
        api.engine.execute("UPDATE queue_items SET next_attempt_at = NULL WHERE id = :id", id=first)
        claimed = api.engine.admit_and_start()
        assert waiting() == 3
        api.engine.pass_time(timedelta(seconds=40))
        assert waiting() == 2
        api.engine.finish(claimed, Done())
        assert waiting() == 2

    def test_has_a_progress_of_its_own(self, api: Api) -> None:
        ids = api.engine.items(3)
        order(api, f"/queue/items/{ids[0]}/pause")
        books = [api.book_of(item_id) for item_id in ids[:2]]
        progress = api.get("/queue/progress", audiobook=books)
        assert (progress["total"], progress["paused"], progress["queued"]) == (2, 1, 1)
        assert progress["running"] == []
        assert progress["next"]["id"] == ids[1]


class TestWhatIsNext:
    def test_is_what_would_be_admitted_and_not_what_is_not_ready(self, api: Api) -> None:
        api.engine.items(1, priority=9, is_ready=False)
        first, second = api.engine.items(2, source="many.example")
        (other,) = api.engine.items(1, source="few.example")
        api.engine.execute("UPDATE turns SET served_at = now() WHERE politeness_key = 'many.example'")

        following = [item["id"] for item in api.get("/queue/next")["items"]]

        assert following == [other, first, second]
        assert api.get("/queue/progress")["next"]["id"] == other
        assert [item["id"] for item in api.get("/queue/next", limit=1)["items"]] == [other]

    def test_of_some_books_is_theirs(self, api: Api) -> None:
        (urgent,) = api.engine.items(1, priority=9)
        ids = api.engine.items(3, source="many.example")
        (other,) = api.engine.items(1, source="few.example", priority=4)
        books = [api.book_of(item) for item in (*ids[1:], other)]

        assert [item["id"] for item in api.get("/queue/next", audiobook=books)["items"]] == [*ids[1:], other]
        assert api.get("/queue/progress", audiobook=books)["next"]["id"] == ids[1]
        assert api.get("/queue/progress")["next"]["id"] == urgent

    def test_is_nothing_when_nothing_may_start_and_the_most_urgent_says_why(self, api: Api) -> None:
        api.engine.items(1, is_ready=False)
        (urgent,) = api.engine.items(1, priority=9, is_ready=False)
        assert api.get("/queue/next")["items"] == []
        progress = api.get("/queue/progress")
        assert progress["next"] is None
        assert progress["waiting"]["id"] == urgent
        assert progress["waiting"]["wait_reason"] == "its description is being read"
        assert progress["waiting"]["wait_message"] == {"id": "wait.being_described", "values": {}}

    @pytest.mark.parametrize("seed", range(4))
    def test_is_what_admission_takes_wherever_it_is_shown(self, api: Api, seed: int) -> None:
        chance = random.Random(seed)
        items = [
            item
            for site in range(3)
            for _ in range(chance.randint(1, 3))
            for item in api.engine.items(
                chance.randint(1, 3),
                source=f"site-{site}.example",
                priority=chance.choice((3, 5, 5, 9)),
                is_ready=chance.random() < 0.7,
            )
        ]
        api.engine.execute("INSERT INTO hosts (politeness_key, closed_until) VALUES ('site-1.example', 'infinity')")
        books = [api.book_of(item) for item in items]

        shown = {
            "next": [item["id"] for item in api.get("/queue/next", limit=1)["items"]],
            "next of these": [item["id"] for item in api.get("/queue/next", limit=1, audiobook=books)["items"]],
            "progress": [item["id"] for item in [api.get("/queue/progress")["next"]] if item],
            "progress of these": [item["id"] for item in [api.get("/queue/progress", audiobook=books)["next"]] if item],
        }

        api.engine.execute("UPDATE queue_control SET max_concurrent_downloads = 1")
        api.engine.worker()
        assert set(map(tuple, shown.values())) == {tuple(api.engine.admit())}


def test_an_item_tells_its_show_and_its_folder(api: Api) -> None:
    (number,) = api.engine.items(1)
    api.engine.execute("UPDATE audiobooks SET series = 'Evening Stories'")
    api.file_book(number, {"a.mp3": b"sea"})
    book = api.item(number)["audiobook"]
    assert book["series"] == "Evening Stories"
    assert book["library_path"].startswith("Odile Marchand/")
