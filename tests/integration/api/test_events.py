"""The stream of changes."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
from sqlalchemy import text

from ohdio_core.db.notify import Notifier
from ohdio_core.work.claim import Claim
from ohdio_core.work.stages import DOWNLOADS
from tests.fixtures.api import Api, EventReader, serve
from tests.fixtures.effort import Pace
from tests.fixtures.workers import wait_until


def is_listening(api: Api) -> bool:
    """Return whether the server hears: after a start, or after its connection was cut, that takes a moment."""
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


def announce(api: Api, changes: Iterable[tuple[str, int]]) -> None:
    """Announce changes as a process would."""
    notifier = Notifier(api.engine.url)
    notifier.start()
    notifier.announce(changes)
    notifier.end()


def running_one_of_two(api: Api) -> Claim:
    """Add two items, and begin with one."""
    api.engine.worker()
    (first, _) = api.engine.items(2)
    api.engine.admit()  # if the API, which an order of a test before has woken, was not quicker
    claimed = api.engine.claim(first)
    assert claimed is not None
    return claimed


def test_a_watcher_begins_with_a_snapshot(api: Api) -> None:
    claimed = running_one_of_two(api)
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
        while events.until("queue_item_gone") != {"id": item_id}:
            pass  # of a test before
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


def test_every_gateway_hears_everything(api: Api, tmp_path: Path) -> None:
    (item_id,) = api.engine.items(1)
    with serve(api.engine.url, tmp_path) as other, watching(api) as here, watching(other) as there:
        here.until("snapshot")
        there.until("snapshot")
        api.http.post(f"/queue/items/{item_id}/pause")
        assert here.until("queue_item") == there.until("queue_item")
        other.http.post("/queue/pause")
        assert here.until("pause") == there.until("pause") == {"is_paused": True}


def test_a_change_of_a_setting_reaches_those_who_watch_other_gateways(api: Api, tmp_path: Path) -> None:
    with serve(api.engine.url, tmp_path) as other, watching(other) as there:
        there.until("snapshot")
        api.http.put("/settings/user_agent", json={"value": "Shelf/2"})
        told = there.until("settings")
    assert [each["name"] for each in told["items"]] == [each["name"] for each in api.get("/settings")["items"]]
    assert [each["value"] for each in told["items"] if each["name"] == "user_agent"] == ["Shelf/2"]


def test_pause_and_limit_are_told_at_once(api: Api) -> None:
    with Pace() as pace, watching(api) as events:
        assert events.until("snapshot")["limit"]["max_concurrent_downloads"] == 3
        began_at = time.monotonic()
        api.http.post("/queue/pause")
        assert events.until("pause") == {"is_paused": True}
        api.http.put("/queue/limit", json={"max_concurrent_downloads": 5})
        while (limit := events.until("limit"))["max_concurrent_downloads"] != 5:
            pass
        assert time.monotonic() - began_at < pace.stretched(3)
        assert limit == api.http.put("/queue/limit", json={"max_concurrent_downloads": 5}).json()


def test_a_watcher_learns_by_itself_that_a_downloader_has_come(api: Api) -> None:
    with watching(api) as events:
        assert events.until("snapshot")["health"]["workers"] == {}
        api.engine.worker(threads=4)
        seen = {"limit": 0, "health": {}}
        while seen != {"limit": 4, "health": {"downloader": 1}}:
            name, data = events.next()
            if name in seen:
                seen[name] = data["downloader_threads"] if name == "limit" else data["workers"]


def test_progress_tells_how_far_everything_is_that_runs(api: Api) -> None:
    claimed = running_one_of_two(api)
    with watching(api) as events:
        events.until("snapshot")
        with api.engine.database.unit_of_work() as work:
            work.execute(
                text(
                    "UPDATE queue_items SET progress = 250, bytes_total = 1000, parts_done = 1, parts_total = 4, "
                    "bytes_per_second = 50 WHERE id = :id"
                ),
                {"id": claimed.id},
            )
            work.changed(DOWNLOADS.topic, claimed.id)
        announce(api, work.outbox.changes)
        while [claimed.id, 250, 1000, 1, 4, 50.0, 15.0] not in events.until("progress")["items"]:
            pass


def test_health_tells_what_is_out_of_reach_and_which_sites_rest(api: Api) -> None:
    with watching(api) as events:
        assert events.until("snapshot")["health"] == {
            "is_database_there": True,
            "is_broker_there": True,
            "library_problem": None,
            "library_problem_message": None,
            "workers": {},
            "closed_sites": [],
            "hours": None,
            "held": None,
        }
        api.engine.execute(
            "INSERT INTO hosts (politeness_key, closed_until, closed_reason) "
            "VALUES ('stories.example', now() + interval '1 h', 'its site asked for a pause')"
        )
        api.library_dir.rename(away := api.library_dir.with_name("away"))
        try:
            while (health := events.until("health"))["library_problem"] is None:
                pass
        finally:
            away.rename(api.library_dir)
        assert str(api.library_dir) in health["library_problem"]
        (closed,) = health["closed_sites"]
        assert (closed["site"], closed["reason"]) == ("stories.example", "its site asked for a pause")
        # As an earlier version wrote it.
        assert closed["reason_message"] == {"id": "legacy", "values": {"text": "its site asked for a pause"}}


def test_single_values_are_told_again_after_a_gap(api: Api) -> None:
    with watching(api) as events:
        events.until("snapshot")
        with psycopg.connect(api.engine.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'ohdio-listener' AND datname = current_database()"
            )
        events.until("gap")
        missing = {"pause", "limit", "stats", "health", "progress"}
        while missing:
            missing.discard(events.next()[0])


def test_a_watcher_that_does_not_read_holds_nobody_up(api: Api) -> None:
    ids = api.engine.items(250)
    address = urlsplit(api.url)
    with socket.create_connection((address.hostname, address.port)) as silent, watching(api) as events:
        silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        silent.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        wait_until(lambda: api.watchers() == 2, 5, "both watch")
        events.until("snapshot")
        for priority in range(10, 16):
            api.http.post("/queue/items/priority", json={"ids": ids, "priority": priority})
            while events.until("queue_item")["priority"] != priority:
                pass


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
    with serve(database_url, tmp_path) as api, watching(api) as events, Pace() as pace:
        events.until("snapshot")
        began_at = time.monotonic()
        api.stop()
        list(events.rest())  # to its end
        assert time.monotonic() - began_at < pace.stretched(4)


def test_a_watcher_that_goes_is_forgotten(api: Api) -> None:
    with watching(api) as events:
        events.until("snapshot")
        assert api.watchers() == 1
    wait_until(lambda: api.watchers() == 0, 5, "the stream is forgotten")


def test_settings_are_not_told_to_listeners(guarded_api: Api) -> None:
    for name, role in (("Odile", "manager"), ("Camille", "listener")):
        account = {"name": name, "password": "grand-duc des marais", "role": role}
        guarded_api.http.post("/accounts", json=account).raise_for_status()
    with ExitStack() as open_streams:
        streams = {}
        for name in ("Odile", "Camille"):
            browser = open_streams.enter_context(httpx.Client(base_url=guarded_api.url, timeout=20, trust_env=False))
            browser.post("/login", data={"name": name, "password": "grand-duc des marais"})
            answer = open_streams.enter_context(browser.stream("GET", "/api/v1/events"))
            streams[name] = EventReader(answer)
            assert streams[name].next()[0] == "snapshot"
        guarded_api.http.put("/settings/page_interval", json={"value": 3}).raise_for_status()
        streams["Odile"].until("settings")
        guarded_api.http.post("/queue/pause")
        heard = [streams["Camille"].next()[0]]
        while heard[-1] != "pause":
            heard.append(streams["Camille"].next()[0])
        assert "settings" not in heard
