"""Reading the queue and giving orders."""

from __future__ import annotations

import pytest

from ohdio_core.sentences import legacy
from ohdio_core.work.outcome import Done, Failed
from tests.fixtures.api import Api
from tests.integration.api.queue_calls import order


class TestOneItem:
    def test_is_read(self, api: Api) -> None:
        first, _ = api.engine.items(2)
        assert api.get(f"/queue/items/{first}") | {"place": None} == api.item(first)

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
            (
                "resume",
                "queue.only_paused",
                "Only what is paused, or waits for the download hours, can be resumed; this item is completed.",
            ),
            (
                "retry",
                "queue.only_failed",
                (
                    "Only what failed, or waits for its next attempt or a site that fails, can be retried; "
                    "this item is completed."
                ),
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
        assert "There is no book" in answer.json()["detail"]
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
        assert order(api, "/queue/items/delete", {"ids": ids[:3]})["changed"] == 3
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
        assert order(api, "/queue/clear", {"status": "completed"})["changed"] == 2
        assert [item["id"] for item in api.get("/queue")["items"]] == ids[:1]

    def test_are_all_cleared_and_what_runs_is_stopped(self, api: Api) -> None:
        api.engine.worker()
        api.engine.items(4)
        claimed = api.engine.admit_and_start()
        assert order(api, "/queue/clear", {"status": "all"})["changed"] == 4
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
            "trash_bytes",
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
