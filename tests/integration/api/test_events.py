"""The stream of changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg

from tests.fixtures.api import Api, EventReader, serve
from tests.fixtures.workers import wait_until


def is_listening(api: Api) -> bool:
    """Say whether the server hears: after a start, or after its connection was cut, that takes a moment."""
    return bool(
        api.engine.rows(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'ohdio-listener' "
            "AND datname = current_database() AND state = 'idle' AND query LIKE 'LISTEN%'"
        )
    )


@contextmanager
def watching(api: Api) -> Iterator[EventReader]:
    """Watch a server that hears what changes."""
    wait_until(lambda: is_listening(api), 10, "the server listens")
    with (
        httpx.Client(base_url=api.url, timeout=15, trust_env=False) as client,
        client.stream("GET", "/api/v1/events") as response,
    ):
        assert response.headers["content-type"].startswith("text/event-stream")
        yield EventReader(response)


def test_a_watcher_begins_with_a_snapshot(api: Api) -> None:
    api.engine.worker()
    api.engine.items(2)
    claimed = api.engine.admit_and_start()
    with watching(api) as events:
        name, snapshot = events.next()
    assert name == "snapshot"
    assert snapshot["stats"]["total"] == 2
    assert claimed.id in [item["id"] for item in snapshot["items"]]
    assert snapshot["scrapes"] == []


def test_a_watcher_sees_items_change_and_the_numbers(api: Api) -> None:
    (item_id,) = api.engine.items(1)
    with watching(api) as events:
        events.until("snapshot")
        api.http.post(f"/queue/items/{item_id}/pause")
        item = events.until("queue_item")
        assert (item["id"], item["status"]) == (item_id, "paused")
        assert item.keys() == api.item(item_id).keys()
        assert events.until("stats")["paused"] == 1


def test_a_watcher_sees_items_and_books_go(api: Api) -> None:
    (item_id,) = api.engine.items(1)
    book_id = api.book_of(item_id)
    with watching(api) as events:
        events.until("snapshot")
        api.http.delete(f"/audiobooks/{book_id}")
        assert events.until("queue_item_gone") == {"id": item_id}
        assert events.until("audiobook_gone") == {"id": book_id}


def test_a_watcher_sees_scans_and_new_books(api: Api) -> None:
    with watching(api) as events:
        events.until("snapshot")
        api.http.post(
            "/submissions",
            json={
                "urls": [
                    "https://ici.radio-canada.ca/ohdio/categories/77/contes",
                    "https://ici.radio-canada.ca/ohdio/livres-audio/12/titre",
                ]
            },
        )
        seen = {events.next()[0] for _ in range(2)}
        while not seen >= {"scrape", "queue_item"}:
            seen.add(events.next()[0])


def test_many_watchers_see_the_same(api: Api) -> None:
    (item_id,) = api.engine.items(1)
    with watching(api) as one, watching(api) as other:
        one.until("snapshot")
        other.until("snapshot")
        api.http.post(f"/queue/items/{item_id}/pause")
        assert one.until("queue_item") == other.until("queue_item")


def test_very_many_changes_are_a_gap(api: Api) -> None:
    ids = api.engine.items(700)
    with watching(api) as events:
        events.until("snapshot")
        api.http.post("/queue/items/pause", json={"ids": ids})
        assert events.until("gap") == {}
        while events.until("stats")["paused"] < 700:  # two transactions, so there may be two counts
            pass


def test_a_watcher_is_told_of_a_gap_when_the_database_was_away(api: Api) -> None:
    with watching(api) as events:
        events.until("snapshot")
        with psycopg.connect(api.engine.url, autocommit=True) as connection:
            ended = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'ohdio-listener' AND datname = current_database()"
            ).fetchall()
        assert ended
        assert events.until("gap") == {}


def test_a_server_that_stops_ends_its_streams_at_once(database_url: str, tmp_path: Path) -> None:
    with serve(database_url, tmp_path) as api, watching(api) as events:
        events.until("snapshot")
        assert api.stop() < 4
        assert list(events.rest()) == []


def test_a_watcher_that_goes_is_forgotten(api: Api) -> None:
    with watching(api) as events:
        events.until("snapshot")
        assert api.watchers() == 1
    wait_until(lambda: api.watchers() == 0, 5, "the stream is forgotten")
