from __future__ import annotations

import psycopg

from devservers.postgres import Postgres
from devservers.rabbitmq import Rabbit


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
