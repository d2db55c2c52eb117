"""A backup: everything of one moment in a file, and the same again in any database."""

from __future__ import annotations

import gzip
import io
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from devservers.postgres import Postgres, PostgresServer
from ohdio_core.db.backup import BackupError, opened_backup, restore, save, written_file
from ohdio_core.db.migrate import downgrade, upgrade
from ohdio_core.db.revision import is_current

_ODD = "Ni l'or\t\\. ni\nl'argent\\N — “é”"

_FILL = """
    INSERT INTO audiobooks (url, source, external_id, title, authors, library_path, duration_seconds)
    SELECT 'https://books.example/' || n, 'web', n, %(odd)s || n, ARRAY['Ann, "A."', NULL, ''], 'Ann/' || n, 1 + n / 3.0
    FROM generate_series(1, %(count)s) AS n;
"""
_QUEUE = """
    INSERT INTO queue_items (audiobook_id, politeness_key, status, wait_message)
    SELECT id, 'books.example', CASE WHEN id %% 2 = 0 THEN 'completed' ELSE 'queued' END, '{"id": "x"}'
    FROM audiobooks
"""
_LAST = """
    INSERT INTO book_parts (audiobook_id, index, external_id, extras) SELECT id, 0, 'a', '{"a": [1]}' FROM audiobooks;
    INSERT INTO scrapes (url, source, external_id, politeness_key) VALUES ('https://books.example/', 'web', 'x', 'y');
    INSERT INTO libraries VALUES ('/srv/books');
    DELETE FROM audiobooks WHERE url = 'https://books.example/3';
    UPDATE queue_control SET max_concurrent_downloads = 7, is_paused = true;
"""


_AT_RANDOM = """
    UPDATE audiobooks
    SET description = (SELECT string_agg(md5(random()::text || id || n), '') FROM generate_series(1, 200) AS n)
"""


def fill(url: str, count: int = 5) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(_FILL, {"odd": _ODD, "count": count})
        connection.execute(_QUEUE, {})
        connection.execute(_LAST)


def rows_of(url: str) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    with psycopg.connect(url) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {
            name: [row for (row,) in connection.execute(f"SELECT t::text FROM {name} AS t ORDER BY 1")]
            for (name,) in names
        }


def backup_of(url: str) -> io.BytesIO:
    file = io.BytesIO()
    save(url, file)
    file.seek(0)
    return file


@pytest.fixture
def empty_url(postgres: Postgres) -> Iterator[str]:
    """A database without anything."""
    name = f"ohdio_restored_{uuid4().hex}"
    postgres.create_database(name)
    yield postgres.url(name)
    postgres.drop_database(name)


class OlderPostgres(PostgresServer):
    """The older of the two versions that the wheel brings."""

    def _command(self, program: str, *arguments: str) -> list[str]:
        line = super()._command(program, *(each for each in arguments if "builtin" not in each))
        return [each.replace("/pginstall18/", "/pginstall/") for each in line]


@pytest.fixture
def older_url(tmp_path: Path) -> Iterator[str]:
    with OlderPostgres(tmp_path / "older") as server:
        server.create_database("ohdio")
        yield server.url("ohdio")
        server.kill()


class OnAFailingDisk(io.BytesIO):
    """A file whose disk goes while it is read, half-way."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._left = len(content) // 2

    def read(self, size: int | None = -1, /) -> bytes:
        return self._count(super().read(size))

    def read1(self, size: int | None = -1, /) -> bytes:
        return self._count(super().read1(size))

    def _count(self, content: bytes) -> bytes:
        self._left -= len(content)
        if self._left < 0:
            raise OSError("the disk is gone")
        return content


class TestABackup:
    def test_is_the_same_in_another_database(self, database_url: str, empty_url: str) -> None:
        fill(database_url)

        header, rows = restore(empty_url, backup_of(database_url))

        assert rows_of(empty_url) == rows_of(database_url)
        assert rows["audiobooks"] == 4
        assert header.libraries == ["/srv/books"]
        assert is_current(empty_url)

    def test_leaves_triggers_and_numbers_as_they_were(self, database_url: str, empty_url: str) -> None:
        fill(database_url)
        restore(empty_url, backup_of(database_url))

        with psycopg.connect(empty_url) as connection:
            connection.execute("INSERT INTO audiobooks (url, source, external_id) VALUES ('https://x/', 'web', 'x')")
            last = connection.execute("SELECT max(id) FROM audiobooks").fetchone()
            connection.execute("DELETE FROM queue_items")
            left = connection.execute("SELECT sum(items) FROM queue_counts").fetchone()
        assert last == (6,), "no number is given twice, also not that of a book that was deleted"
        assert left == (0,), "triggers count again"

    def test_goes_from_one_version_of_postgresql_to_another_and_back(
        self, database_url: str, older_url: str, empty_url: str
    ) -> None:
        fill(database_url)
        restore(older_url, backup_of(database_url))
        assert rows_of(older_url) == rows_of(database_url)

        header, _ = restore(empty_url, backup_of(older_url))

        assert header.postgresql == 16
        assert rows_of(empty_url) == rows_of(database_url)

    def test_of_an_older_schema_is_migrated(self, empty_url: str, database_url: str) -> None:
        upgrade(empty_url, "0012")
        with psycopg.connect(empty_url) as connection:
            connection.execute("INSERT INTO audiobooks (url, source, external_id) VALUES ('https://x/', 'web', 'x')")
        old = backup_of(empty_url)

        restore(database_url, old)

        assert is_current(database_url)
        assert len(rows_of(database_url)["audiobooks"]) == 1

    def test_holds_no_more_than_a_few_rows_in_memory(self, database_url: str, empty_url: str, tmp_path: Path) -> None:
        fill(database_url, 4_000)
        with psycopg.connect(database_url) as connection:
            connection.execute("UPDATE audiobooks SET description = repeat(title, 150)")  # 15 MB
        upgrade(empty_url)  # what Alembic needs is not what is asked here
        save(database_url, io.BytesIO())  # what is imported by that is not asked either
        with (tmp_path / "file").open("w+b") as file:
            tracemalloc.start()
            try:
                save(database_url, file)
                file.seek(0)
                restore(empty_url, file)
                _, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()

        assert peak < 8_000_000


class TestRefusals:
    def test_a_database_with_books_is_replaced_only_when_that_is_asked_for(self, database_url: str) -> None:
        fill(database_url)
        before = rows_of(database_url)
        backup = backup_of(database_url)

        with pytest.raises(BackupError, match=r"This database is not empty\. With --replace"):
            restore(database_url, backup)
        assert rows_of(database_url) == before

        restore(database_url, backup_of(database_url), is_replacing=True)
        assert rows_of(database_url) == before

    def test_a_database_that_is_in_use_is_left_alone(self, database_url: str) -> None:
        backup = backup_of(database_url)
        with (
            psycopg.connect(database_url, application_name="ohdio-downloader"),
            pytest.raises(BackupError, match="stop every service first"),
        ):
            restore(database_url, backup, is_replacing=True)

    def test_a_session_that_is_about_to_end_is_waited_for(self, database_url: str) -> None:
        """As that of the backup that was made just before, on a busy machine."""
        backup = backup_of(database_url)
        ending = psycopg.connect(database_url, application_name="ohdio-backup")
        timer = threading.Timer(0.3, ending.close)
        timer.start()
        try:
            restore(database_url, backup)
        finally:
            timer.join()

    @pytest.mark.parametrize(
        "kept", [pytest.param(0.2, marks=pytest.mark.full), 0.5, pytest.param(0.99, marks=pytest.mark.full)]
    )
    def test_a_file_that_was_cut_off_changes_nothing(self, database_url: str, kept: float) -> None:
        fill(database_url)
        before = rows_of(database_url)
        whole = backup_of(database_url).getvalue()

        with pytest.raises(BackupError, match="is incomplete"):
            restore(database_url, io.BytesIO(whole[: int(len(whole) * kept)]), is_replacing=True)

        assert rows_of(database_url) == before

    def test_a_file_that_cannot_be_read_to_its_end_changes_nothing(self, database_url: str) -> None:
        fill(database_url, 100)
        with psycopg.connect(database_url) as connection:
            connection.execute(_AT_RANDOM)  # so that the file does not become small
        backup = OnAFailingDisk(backup_of(database_url).getvalue())
        with psycopg.connect(database_url) as connection:
            connection.execute("UPDATE audiobooks SET title = 'the newer one'")
        before = rows_of(database_url)

        with pytest.raises(OSError, match="the disk is gone"):
            restore(database_url, backup, is_replacing=True)

        assert rows_of(database_url) == before
        assert is_current(database_url)

    def test_rows_that_postgresql_does_not_take_change_nothing(self, database_url: str) -> None:
        fill(database_url)
        before = rows_of(database_url)
        lines = gzip.decompress(backup_of(database_url).getvalue())
        spoilt = lines.replace(b"/srv/books\n", b"/srv/books\tand more\n")

        with pytest.raises(BackupError, match="does not take its rows of libraries"):
            restore(database_url, io.BytesIO(gzip.compress(spoilt)), is_replacing=True)

        assert rows_of(database_url) == before

    @pytest.mark.parametrize(
        "content", [b"", b"hello", gzip.compress(b"hello", mtime=0), gzip.compress(b"[1]\n", mtime=0)]
    )
    def test_another_file_is_no_backup(self, database_url: str, content: bytes) -> None:
        with pytest.raises(BackupError, match=r"no backup of ohdio|damaged|incomplete"):
            restore(database_url, io.BytesIO(content))

    def test_one_of_a_newer_version_names_it(self, database_url: str) -> None:
        lines = gzip.decompress(backup_of(database_url).getvalue())
        newer = lines.replace(b'"revision": "', b'"revision": "9', 1).replace(b'"version": "', b'"version": "9', 1)

        with pytest.raises(BackupError, match=r"made by ohdio 9.*install that version"):
            restore(database_url, io.BytesIO(gzip.compress(newer)))

    def test_there_is_nothing_to_back_up_in_an_empty_database(self, database_url: str) -> None:
        downgrade(database_url, "base")
        with pytest.raises(BackupError, match="nothing to back up"):
            backup_of(database_url)


class TestFiles:
    def test_a_file_is_there_whole_or_not_at_all_and_for_its_user_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "b"
        with suppress(KeyError), written_file(str(path)) as file:
            file.write(b"half")
            raise KeyError
        assert list(tmp_path.iterdir()) == []

        with written_file(str(path)) as file:
            file.write(b"whole")

        assert path.read_bytes() == b"whole"
        assert path.stat().st_mode & 0o077 == 0

    def test_an_earlier_one_is_never_overwritten(self, tmp_path: Path) -> None:
        (tmp_path / "b").write_bytes(b"precious")
        with pytest.raises(BackupError, match="is there already"), written_file(str(tmp_path / "b")):
            pass
        assert (tmp_path / "b").read_bytes() == b"precious"

    def test_one_that_is_not_there_is_a_sentence(self, tmp_path: Path) -> None:
        with (
            pytest.raises(BackupError, match="cannot be read: no such file or directory"),
            opened_backup(f"{tmp_path}/b"),
        ):
            pass
