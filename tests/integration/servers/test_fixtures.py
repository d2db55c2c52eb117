from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from devservers.postgres import Postgres
from devservers.rabbitmq import Rabbit
from tests.fixtures.databases import Databases
from tests.fixtures.servers import _find_postgres, _find_rabbitmq
from tests.integration.db.test_backup import rows_of


class TestDatabaseUrl:
    def test_a_test_gets_a_database_with_our_schema_and_no_rows(self, database_url: str) -> None:
        with psycopg.connect(database_url) as connection:
            assert connection.execute("SELECT count(*) FROM queue_items").fetchone() == (0,)

    def test_what_one_test_writes_no_other_sees(
        self, postgres: Postgres, migrated_template: str, database_url: str
    ) -> None:
        with psycopg.connect(database_url) as connection:
            connection.execute("CREATE TABLE scratch ()")
        postgres.create_database("another_test", template=migrated_template)
        with psycopg.connect(postgres.url("another_test")) as connection:
            assert connection.execute("SELECT to_regclass('scratch')").fetchone() == (None,)
        postgres.drop_database("another_test")


class TestDatabases:
    """One is lent to a test after another, which must not notice."""

    @pytest.fixture
    def lent(self, postgres: Postgres, migrated_template: str) -> Iterator[Databases]:
        lent = Databases(postgres, migrated_template)
        yield lent
        lent.end()

    def test_one_that_was_used_is_as_new_under_another_name(self, lent: Databases, postgres: Postgres) -> None:
        used = lent.take()
        new = content(postgres.url(used))
        with psycopg.connect(postgres.url(used)) as connection:
            connection.execute("INSERT INTO audiobooks (url, source, external_id) VALUES ('https://x/', 'web', 'x')")
            connection.execute("INSERT INTO queue_items (audiobook_id, politeness_key) SELECT id, 'x' FROM audiobooks")
            connection.execute("UPDATE queue_control SET is_paused = true")
        lent.give_back(used)
        (again,) = lent._spare

        assert again != used
        assert content(postgres.url(again)) == new
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(postgres.url(used))

    @pytest.mark.parametrize(
        "change",
        [
            "CREATE TABLE scratch ()",
            "ALTER TABLE queue_items DISABLE TRIGGER USER",
            "ANALYZE",
            pytest.param("ALTER TABLE audiobooks ALTER COLUMN title SET NOT NULL", marks=pytest.mark.full),
            pytest.param("DROP INDEX ix_queue_items_title", marks=pytest.mark.full),
        ],
    )
    def test_one_that_is_made_otherwise_is_not_lent_again(
        self, lent: Databases, postgres: Postgres, change: LiteralString
    ) -> None:
        used = lent.take()
        with psycopg.connect(postgres.url(used), autocommit=True) as connection:
            connection.execute(change)
        lent.give_back(used)
        assert lent._spare == []


def content(url: str) -> tuple[dict[str, list[str]], list[tuple[str, int | None]]]:
    """Return the rows of every table, and the last number of every sequence."""
    with psycopg.connect(url) as connection:
        numbers = connection.execute("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1").fetchall()
    return rows_of(url), numbers


class TestVhostUrl:
    def test_a_test_gets_a_virtual_host_without_queues(self, rabbitmq: Rabbit, vhost_url: str) -> None:
        assert rabbitmq.manage("GET", f"queues/{vhost_url.rpartition('/')[2]}") == []


class TestServersInContainersAlone:
    def test_are_not_replaced_by_others_where_no_engine_answers(
        self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        for name in ("OHDIO_TEST_DATABASE_URL", "OHDIO_TEST_RABBITMQ_URL"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("OHDIO_TEST_SERVERS", "containers")
        monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody")

        with ExitStack() as ends:
            with pytest.raises(pytest.fail.Exception, match="asks for containers, and PostgreSQL cannot be run in one"):
                _find_postgres(ends)
            with pytest.raises(pytest.fail.Exception, match="asks for containers, and RabbitMQ cannot be run in one"):
                _find_rabbitmq(request, ends)
