from __future__ import annotations

import logging
import os
import subprocess
import sys

import psycopg
import pytest
from psycopg.errors import CheckViolation, UniqueViolation

from ohdio_core.db.migrate import check, downgrade, upgrade

BEFORE_UNIQUE = "0001"
UNIQUE = "0002"

INSERT_BOOK = """
    INSERT INTO audiobooks (url, source, external_id) VALUES (%(url)s, 'stories', %(url)s) RETURNING id
"""


def tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {name for (name,) in rows}


def add_book(connection: psycopg.Connection, url: str) -> int:
    row = connection.execute(INSERT_BOOK, {"url": url}).fetchone()
    assert row is not None
    return int(row[0])


def add_item(connection: psycopg.Connection, book: int, status: str, priority: int, progress: int = 0) -> int:
    row = connection.execute(
        "INSERT INTO queue_items (audiobook_id, politeness_key, status, priority, progress) "
        "VALUES (%s, 'stories', %s, %s, %s) RETURNING id",
        (book, status, priority, progress),
    ).fetchone()
    assert row is not None
    return int(row[0])


class TestUpAndDown:
    def test_down_to_nothing_and_up_again(self, empty_database_url: str) -> None:
        upgrade(empty_database_url)
        first = tables(empty_database_url)

        downgrade(empty_database_url, "base")
        assert tables(empty_database_url) == {"alembic_version"}

        upgrade(empty_database_url)
        assert tables(empty_database_url) == first

    def test_up_twice_changes_nothing(self, empty_database_url: str) -> None:
        upgrade(empty_database_url)
        with psycopg.connect(empty_database_url) as connection:
            add_book(connection, "https://stories.example/1")

        upgrade(empty_database_url)

        with psycopg.connect(empty_database_url) as connection:
            assert connection.execute("SELECT count(*) FROM audiobooks").fetchone() == (1,)

    def test_two_runs_at_once_end_well(self, empty_database_url: str) -> None:
        environment = {**os.environ, "DATABASE_URL": empty_database_url}
        runs = [subprocess.Popen([sys.executable, "-m", "ohdio_core.migrate"], env=environment) for _ in range(2)]

        assert [run.wait(timeout=60) for run in runs] == [0, 0]
        check(empty_database_url)


class TestModels:
    def test_describe_exactly_the_migrated_schema(self, database_url: str) -> None:
        check(database_url)

    @pytest.mark.parametrize(
        ("column", "bad"), [("priority", -1), ("attempts", -1), ("max_attempts", 0), ("status", "'lost'")]
    )
    @pytest.mark.parametrize("table", ["queue_items", "extractions", "scrapes"])
    def test_impossible_values_are_refused(self, database_url: str, table: str, column: str, bad: object) -> None:
        own_columns = {
            "queue_items": ("audiobook_id", "1"),
            "extractions": ("id", "1"),
            "scrapes": ("url, source, external_id", "'u', 's', 'e'"),
        }
        names, values = own_columns[table]
        with psycopg.connect(database_url) as connection:
            add_book(connection, "https://stories.example/1")
            with pytest.raises(CheckViolation):
                connection.execute(
                    f"INSERT INTO {table} ({names}, politeness_key, {column}) VALUES ({values}, 'stories', {bad})"
                )

    def test_a_limit_of_none_at_all_is_refused(self, database_url: str) -> None:
        with psycopg.connect(database_url) as connection, pytest.raises(CheckViolation):
            connection.execute("UPDATE queue_control SET max_concurrent_downloads = 0")

    def test_a_second_control_row_is_refused(self, database_url: str) -> None:
        with psycopg.connect(database_url) as connection, pytest.raises(CheckViolation):
            connection.execute("INSERT INTO queue_control (id) VALUES (2)")

    def test_a_lease_is_only_for_work_in_hand(self, database_url: str) -> None:
        with psycopg.connect(database_url) as connection:
            add_item(connection, add_book(connection, "https://stories.example/1"), "processing", 5)
            with pytest.raises(CheckViolation):
                connection.execute(
                    "UPDATE queue_items SET status = 'queued', lease_token = gen_random_uuid(), lease_until = now()"
                )


class TestOneQueueItemPerAudiobook:
    def test_the_index_has_its_promised_name(self, database_url: str) -> None:
        with psycopg.connect(database_url) as connection:
            found = connection.execute(
                "SELECT indexdef FROM pg_indexes WHERE indexname = 'uq_queue_items_audiobook_id'"
            ).fetchone()

        assert found is not None
        assert found[0].startswith("CREATE UNIQUE INDEX")
        assert found[0].endswith("ON public.queue_items USING btree (audiobook_id)")

    def test_a_second_item_is_refused(self, database_url: str) -> None:
        with psycopg.connect(database_url) as connection:
            book = add_book(connection, "https://stories.example/1")
            add_item(connection, book, "queued", 5)
            with pytest.raises(UniqueViolation):
                add_item(connection, book, "failed", 5)

    def test_duplicates_are_merged_into_the_one_that_has_come_furthest(
        self, empty_database_url: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        upgrade(empty_database_url, BEFORE_UNIQUE)
        with psycopg.connect(empty_database_url) as connection:
            half_done = add_book(connection, "https://stories.example/half-done")
            add_item(connection, half_done, "failed", 9)
            add_item(connection, half_done, "queued", 1, progress=10)
            furthest = add_item(connection, half_done, "queued", 1, progress=500)
            done = add_book(connection, "https://stories.example/done")
            add_item(connection, done, "processing", 5, progress=999)
            complete = add_item(connection, done, "completed", 5)
            single = add_item(connection, add_book(connection, "https://stories.example/single"), "paused", 3)

        with caplog.at_level(logging.WARNING):
            upgrade(empty_database_url, UNIQUE)

        with psycopg.connect(empty_database_url) as connection:
            rows = connection.execute("SELECT id, status, priority FROM queue_items ORDER BY id").fetchall()
        assert rows == [(furthest, "queued", 9), (complete, "completed", 5), (single, "paused", 3)]
        assert "3 duplicate queue items were merged" in caplog.text

    def test_nothing_is_said_when_there_was_nothing_to_merge(
        self, empty_database_url: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        upgrade(empty_database_url, BEFORE_UNIQUE)

        with caplog.at_level(logging.WARNING):
            upgrade(empty_database_url, UNIQUE)

        assert "merged" not in caplog.text

    def test_it_can_be_taken_back_and_made_again(self, empty_database_url: str) -> None:
        upgrade(empty_database_url)

        downgrade(empty_database_url, BEFORE_UNIQUE)
        with psycopg.connect(empty_database_url) as connection:
            book = add_book(connection, "https://stories.example/1")
            add_item(connection, book, "queued", 5)
            add_item(connection, book, "queued", 5)
        upgrade(empty_database_url)

        with psycopg.connect(empty_database_url) as connection:
            assert connection.execute("SELECT count(*) FROM queue_items").fetchone() == (1,)


def found_by(url: str, words: str) -> list[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT url FROM audiobooks WHERE strpos(words, %s) > 0 ORDER BY url", (words,))
        return [row[0] for row in rows]


def test_episodes_of_before_are_found_by_their_show_and_no_more_after_the_way_back(empty_database_url: str) -> None:
    upgrade(empty_database_url, "0071")
    with psycopg.connect(empty_database_url) as connection:
        add_book(connection, "https://stories.example/1")
        add_book(connection, "https://stories.example/2")
        connection.execute("UPDATE audiobooks SET title = 'Récit', episode_of = 'Le Phare d’été' WHERE url LIKE '%1'")
    assert found_by(empty_database_url, "phare d'ete") == []
    upgrade(empty_database_url)
    assert found_by(empty_database_url, "phare d'ete") == ["https://stories.example/1"]
    downgrade(empty_database_url, "0071")
    assert found_by(empty_database_url, "phare") == []
    assert found_by(empty_database_url, "recit") == ["https://stories.example/1"]
