from __future__ import annotations

import random
from datetime import timedelta

import pytest

from ohdio_core.sentences import legacy
from ohdio_core.work.outcome import Again, Done
from ohdio_core.work.stages import METADATA
from tests.fixtures.api import Api
from tests.integration.api.queue_calls import described, order, walk


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
