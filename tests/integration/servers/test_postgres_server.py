from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import psutil
import psycopg
import pytest

from devservers.errors import ServerUnavailable
from devservers.postgres import PostgresServer
from devservers.waiting import wait_until

pytestmark = pytest.mark.full  # of a server that only developers start: tests that use it would notice


def answer(url: str, statement: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchone()[0] if cursor.description and cursor.rowcount else None  # type: ignore[index]  # counted


class TestPostgresServer:
    def test_a_copied_database_has_what_its_template_had(self, postgres_server: PostgresServer) -> None:
        postgres_server.create_database("template_one")
        answer(postgres_server.url("template_one"), "CREATE TABLE books AS SELECT 'Maria' AS title")
        postgres_server.create_database("copy", template="template_one")
        assert answer(postgres_server.url("copy"), "SELECT title FROM books") == "Maria"

    def test_a_database_is_dropped_while_somebody_is_connected(self, postgres_server: PostgresServer) -> None:
        postgres_server.create_database("busy")
        with psycopg.connect(postgres_server.url("busy")) as connection:
            postgres_server.drop_database("busy")
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 1")

    def test_what_was_committed_survives_kill_9(self, postgres_server: PostgresServer) -> None:
        url = postgres_server.url("postgres")
        answer(url, "CREATE TABLE books AS SELECT 'Maria' AS title")
        postgres_server.kill()
        postgres_server.start()
        assert answer(url, "SELECT title FROM books") == "Maria"

    def test_kill_leaves_no_process_and_nobody_who_answers(self, postgres_server: PostgresServer) -> None:
        processes = postgres_server.processes()
        assert processes
        postgres_server.kill()
        assert not postgres_server.is_running()
        assert not any(process.is_running() for process in processes)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(postgres_server.url("postgres"), connect_timeout=2)

    def test_a_frozen_server_answers_after_it_thaws(self, postgres_server: PostgresServer) -> None:
        with psycopg.connect(postgres_server.url("postgres")) as connection:
            postgres_server.freeze()
            wait_until(
                lambda: {process.status() for process in postgres_server.processes()} == {psutil.STATUS_STOPPED},
                timedelta(seconds=10),
                lambda: "PostgreSQL is not frozen",
            )
            postgres_server.thaw()
            assert connection.execute("SELECT 1").fetchone() == (1,)

    def test_a_stopped_server_starts_again_on_its_data(self, tmp_path: Path) -> None:
        with PostgresServer(tmp_path) as server:
            port = server.port
            answer(server.url("postgres"), "CREATE TABLE books AS SELECT 'Maria' AS title")
        with PostgresServer(tmp_path, port) as server:
            assert answer(server.url("postgres"), "SELECT title FROM books") == "Maria"

    def test_cpu_time_grows_with_work(self, postgres_server: PostgresServer) -> None:
        before = postgres_server.cpu_seconds()

        def has_grown() -> bool:
            answer(postgres_server.url("postgres"), "SELECT count(*) FROM generate_series(1, 100000)")
            return postgres_server.cpu_seconds() > before + 0.05

        wait_until(has_grown, timedelta(seconds=10), lambda: f"It is {postgres_server.cpu_seconds()}, was {before}.")

    def test_a_port_that_is_taken_is_named_with_the_reason(
        self, postgres_server: PostgresServer, tmp_path: Path
    ) -> None:
        second = PostgresServer(tmp_path / "second", postgres_server.port)
        with pytest.raises(ServerUnavailable, match=rf"port {postgres_server.port}[\s\S]*Address already in use"):
            second.start()
