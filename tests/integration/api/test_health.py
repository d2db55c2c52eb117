"""Probes, metrics, pages, and what happens while the database is away."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from devservers.postgres import PostgresServer
from ohdio_core.db.migrate import upgrade
from tests.fixtures.api import Api, serve
from tests.fixtures.workers import wait_until


class TestProbes:
    @pytest.mark.parametrize("path", ["/healthz", "/readyz"])
    def test_are_well(self, api: Api, path: str) -> None:
        assert api.outside.get(path).json() == {"status": "ok"}

    def test_miss_the_tables_of_an_empty_database(self, postgres_server: PostgresServer, tmp_path: Path) -> None:
        with serve(postgres_server.url("postgres"), tmp_path) as api:
            assert api.outside.get("/healthz").status_code == 200
            answer = api.outside.get("/readyz")
        assert answer.status_code == 503
        assert "without our tables" in answer.json()["detail"]


def test_the_first_request_after_the_database_was_restarted_is_answered(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    upgrade(postgres_server.url("postgres"))
    with serve(postgres_server.url("postgres"), tmp_path) as api:
        assert api.get("/queue")["items"] == []
        for end in (postgres_server.kill, postgres_server.stop):
            end()
            postgres_server.start()
            assert api.http.get("/queue").status_code == 200
            assert api.http.post("/queue/pause").is_success


def test_while_the_database_is_away_requests_say_so_and_go_on_after(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    upgrade(postgres_server.url("postgres"))
    with serve(postgres_server.url("postgres"), tmp_path) as api:
        assert api.get("/queue")["items"] == []
        postgres_server.kill()
        for path in ("/queue", "/queue/stats", "/audiobooks", "/scrapes", "/workers"):
            answer = api.http.get(path)
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) > 0
            assert answer.headers["content-type"] == "application/problem+json"
        assert api.outside.get("/healthz").status_code == 200
        assert api.outside.get("/readyz").status_code == 503
        assert "ohdio_database_up 0.0" in api.outside.get("/metrics").text
        with api.outside.stream("GET", "/api/v1/events") as events:
            assert events.status_code == 200
        postgres_server.start()
        wait_until(lambda: api.outside.get("/readyz").status_code == 200, 10, "the API is ready again")
        assert api.get("/queue")["items"] == []


class TestMetrics:
    def read(self, api: Api) -> dict[tuple[str, ...], float]:
        text = api.outside.get("/metrics").text
        return {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    def test_count_the_queue_and_the_workers(self, api: Api) -> None:
        api.engine.worker(threads=4)
        ids = api.engine.items(3)
        api.http.post("/queue/items/pause", json={"ids": ids[:1]})
        metrics = self.read(api)
        assert metrics["ohdio_queue_items", "paused"] == 1
        assert metrics["ohdio_download_limit",] == 3
        assert metrics["ohdio_downloader_threads",] == 4
        assert metrics["ohdio_workers", "downloader"] == 1
        assert metrics["ohdio_download_bytes_per_second",] == 0
        assert metrics["ohdio_database_up",] == 1

    def test_count_requests_by_operation_and_not_by_id(self, api: Api) -> None:
        key = ("ohdio_http_requests_total", "get_audiobook", "404")
        before = self.read(api).get(key, 0)
        for book_id in (91, 92):
            api.http.get(f"/audiobooks/{book_id}")
        assert self.read(api)[key] == before + 2
