"""What ``ohdio up`` tells of downloads."""

from __future__ import annotations

from ohdio.queue_news import QueueNews
from ohdio_client.api.client import Client
from tests.fixtures.api import Api


def end(api: Api, item: int, status: str) -> None:
    api.engine.execute("UPDATE queue_items SET status = :status WHERE id = :id", status=status, id=item)


def test_books_are_counted_when_they_ended_twice_a_minute_and_when_nothing_is_left(api: Api) -> None:
    first, second, third, last = api.engine.items(4)
    now = 0.0
    with Client(api.url) as client:
        news = QueueNews(client, clock=lambda: now)
        end(api, first, "completed")
        assert list(news.lines()) == [], "what ended before is no news"
        now += 60
        assert list(news.lines()) == []
        end(api, second, "failed")
        assert list(news.lines()) == ["Books: 1 of 4 complete, 1 failed."]
        end(api, third, "completed")
        assert list(news.lines()) == [], "it is too soon"
        now += 30
        assert list(news.lines()) == ["Books: 2 of 4 complete, 1 failed."]
        end(api, last, "completed")
        assert list(news.lines()) == ["Books: 3 of 4 complete, 1 failed."]
        assert list(news.lines()) == []

        api.engine.execute("DELETE FROM queue_items WHERE id = :id", id=first)
        assert list(news.lines()) == [], "removing a book is no news"
        end(api, second, "queued")
        end(api, second, "failed")
        assert list(news.lines()) == []


def test_an_ohdio_that_does_not_answer_is_no_news() -> None:
    with Client("http://127.0.0.1:9") as client:
        assert list(QueueNews(client).lines()) == []


def test_why_nothing_runs_is_told_once_for_each_reason(api: Api) -> None:
    first, _ = api.engine.items(2)

    def wait_for(reason: str) -> None:
        api.engine.execute(
            "UPDATE queue_items SET wait_reason = :reason, next_attempt_at = now() + interval '1 h'", reason=reason
        )

    with Client(api.url) as client:
        news = QueueNews(client)
        wait_for("The disk has 12 MB free. Make room.")
        assert list(news.lines()) == [], "for a moment nothing runs between two downloads"
        (line,) = news.lines()
        assert line.endswith("is waiting: The disk has 12 MB free. Make room.")
        wait_for("The disk has 11 MB free. Make room.")
        assert list(news.lines()) == [], "it is the same reason"
        wait_for("The library is gone.")
        (line,) = news.lines()
        assert line.endswith("is waiting: The library is gone.")

        end(api, first, "processing")
        assert list(news.lines()) == []
        end(api, first, "queued")
        again = [line for _ in range(2) for line in news.lines()]
        assert len(again) == 1, "it ran meanwhile, and stopped again"
