from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from devservers.postgres import Postgres
from devservers.rabbitmq import Rabbit
from tests.fixtures.servers import _find_postgres, _find_rabbitmq


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
