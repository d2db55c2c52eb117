"""What has just arrived."""

from __future__ import annotations

from ohdio_core.work.outcome import Done
from tests.fixtures.api import Api


def arrive(api: Api, *items: int) -> None:
    """Complete items, one after the other, as downloaders do."""
    for item in items:
        api.engine.admit()
        claimed = api.engine.claim(item)
        assert claimed is not None
        api.engine.finish(claimed, Done(), progress=1000)
        api.file_book(item, {"01.mp3": b"sound"})


def titles(api: Api, **wanted: int) -> list[str]:
    return [book["title"] for book in api.get("/library/arrivals", **wanted)["items"]]


def test_the_last_one_is_first_and_what_did_not_arrive_is_left_out(api: Api) -> None:
    api.engine.worker()
    one, two, _ = api.engine.titled("One", "Two", "Waiting")
    arrive(api, one, two)
    assert titles(api) == ["Two", "One"]
    assert titles(api, limit=1) == ["Two"]


def test_what_arrived_days_ago_is_no_news(api: Api) -> None:
    api.engine.worker()
    (one,) = api.engine.titled("One")
    arrive(api, one)
    api.engine.execute("UPDATE runs SET ended_at = ended_at - interval '2 days'")
    assert titles(api) == []


def test_what_was_deleted_since_is_left_out(api: Api) -> None:
    api.engine.worker()
    (one,) = api.engine.titled("One")
    arrive(api, one)
    api.engine.execute("DELETE FROM audiobooks")
    assert titles(api) == []
