"""Keeping the library in order: beside the downloads, by one process at a time, and whole whatever dies when."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from ohdio_core.collection import trash
from ohdio_core.collection.lease_lost import LeaseLost
from ohdio_core.collection.trash_drops import drop_files
from ohdio_core.collection.trash_tidying import tidy_trash
from ohdio_core.domain.owner import OwnerId
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.library.trash import FolderTrash
from ohdio_core.live_settings import SettingsNow
from ohdio_core.messaging.brokers import in_process_broker
from ohdio_core.process import Node
from ohdio_core.work.stages import DOWNLOADS
from ohdio_core.work.timing import Timing
from ohdio_downloader.housekeeper import Check, Chore, Housekeeper, chores_of
from ohdio_downloader.settings import DownloaderSettings
from ohdio_downloader.worker import compose
from tests.fixtures.engine import Engine
from tests.fixtures.workers import wait_until
from tests.integration.downloader.downloads import Downloads, Killed
from tests.unit.library.books import BOOK, HOME, stage


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "library").mkdir()
    return tmp_path / "library"


@pytest.fixture
def library(root: Path) -> FolderLibrary:
    return FolderLibrary(root)


def delete(engine: Engine, library: FolderLibrary, directory: Path, number: int, *, days: int) -> OwnerId:
    """Put a book into the library that was deleted so many days ago; return whose it is."""
    owner = OwnerId(f"ohdio:{number}")
    library.delete(library.place(stage(directory / str(number)), BOOK, owner), owner)
    engine.execute(
        "INSERT INTO trashed_books (audiobook_id, source, external_id, url, authors, file_size, removal, record, "
        "trashed_at) VALUES (:id, 'ohdio', :name, :url, '{}', 9, gen_random_uuid(), '{}', "
        "now() - make_interval(days => :days))",
        id=number,
        name=str(number),
        url=f"https://ohdio.example/{number}",
        days=days,
    )
    return owner


class Slow:
    """A library in which deleting takes until that is allowed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.has_begun, self.may_end = threading.Event(), threading.Event()
        drop = FolderTrash.drop

        def drop_slowly(trash: FolderTrash, key: str) -> None:
            self.has_begun.set()
            self.may_end.wait(60)
            drop(trash, key)

        monkeypatch.setattr(FolderTrash, "drop", drop_slowly)


@contextmanager
def downloader(database_url: str, root: Path) -> Iterator[None]:
    """Run a downloader during the block, as its process would."""
    given = {"DATABASE_URL": database_url, "RABBITMQ_URL": "amqp://unused", "LIBRARY_DIR": root}
    settings, broker = SettingsNow(DownloaderSettings.model_validate(given)), in_process_broker()
    node = Node(database_url, broker, application="ohdio-test", timing=Timing(), sweeps=[DOWNLOADS], settings=settings)
    worker = compose(node, broker, settings, settings, settings)
    node.start()
    worker.start()
    try:
        yield
    finally:
        worker.stop()
        node.end()


def test_downloads_begin_at_once_while_books_are_slowly_deleted_for_good(
    engine: Engine, database_url: str, library: FolderLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        delete(engine, library, tmp_path, number, days=8)
    slow = Slow(monkeypatch)
    with downloader(database_url, tmp_path / "library"):
        try:
            assert slow.has_begun.wait(30), "books are deleted for good"
            (item,) = engine.items(1)
            wait_until(lambda: engine.status(item) == "failed", 15, "its site, which nobody knows, was looked for")
            assert len(library.trash.folders()) == 3
        finally:
            slow.may_end.set()
        wait_until(lambda: not library.trash.folders(), 30, "all are deleted")
        wait_until(lambda: engine.value("SELECT count(*) FROM trash_drops") == 0, 10, "and that is written down")


class TestTheTrash:
    def test_keeps_what_was_deleted_less_than_a_week_ago(
        self, engine: Engine, library: FolderLibrary, tmp_path: Path
    ) -> None:
        old, young = (delete(engine, library, tmp_path, number, days=number) for number in (8, 6))
        tidy_trash(engine.database, library)
        drop_files(engine.database, library)
        assert (library.trash.restore(BOOK, old), library.trash.restore(BOOK, young)) == (None, HOME)
        assert [row.audiobook_id for row in engine.rows("SELECT audiobook_id FROM trashed_books")] == [6]

    def test_keeps_former_files_of_a_book_of_the_same_name_until_their_own_day(
        self, engine: Engine, library: FolderLibrary, tmp_path: Path
    ) -> None:
        owner = delete(engine, library, tmp_path, 8, days=8)
        (key,) = library.trash.keys()(owner)
        (item,) = engine.items(1)
        engine.execute(
            "INSERT INTO replaced_forms (audiobook_id, key, files, file_size, files_revision) "
            "SELECT audiobook_id, :key, '[]', 9, 0 FROM queue_items WHERE id = :id",
            id=item,
            key=key,
        )
        tidy_trash(engine.database, library)
        drop_files(engine.database, library)
        assert list(library.trash.keys()(owner)) == [key]

    def test_lets_nobody_have_half_of_what_is_deleted_for_good_whoever_dies_when(
        self, engine: Engine, library: FolderLibrary, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for number, step in enumerate(("order_drops", "FolderTrash.drop", "_FORGET")):
            owner = delete(engine, library, tmp_path, number, days=8)
            with monkeypatch.context() as patched:
                die_at(patched, step)
                with pytest.raises(BaseException):  # noqa: B017, PT011 # whatever ends the process there
                    tidy_and_drop(engine, library)
            is_ordered = step != "order_drops"
            assert engine.value("SELECT count(*) FROM trashed_books") == int(not is_ordered)
            assert len(library.trash.keys()(owner)) == int(step != "_FORGET")
            tidy_and_drop(engine, library)
            assert library.trash.restore(BOOK, owner) is None
            assert engine.value("SELECT count(*) FROM trash_drops") == 0
        assert [path.name for path in (root / ".ohdio-trash").iterdir()] == [".ignore"]

    def test_is_emptied_without_a_look_at_what_was_emptied_before(self, engine: Engine) -> None:
        engine.execute(
            "INSERT INTO trashed_books (audiobook_id, source, external_id, url, authors, file_size, removal, record) "
            "SELECT i, 'ohdio', i::text, 'https://ohdio.example/' || i, '{}', 9, gen_random_uuid(), '{}' "
            "FROM generate_series(1, 300) i"
        )
        read: list[int] = []

        def count(_connection: Any, cursor: Any, statement: str, *_: Any) -> None:
            if statement.startswith(("SELECT", "WITH")):
                read[-1] += cursor.rowcount

        listening = (engine.database.engine, "after_cursor_execute", count)
        event.listen(*listening)
        for start in (1, 101, 201):
            read.append(0)
            engine.order(trash.drop, lambda owner: [f"trashed-{owner.current}"], range(start, start + 100))
        event.remove(*listening)
        assert read == [100, 100, 100]
        assert engine.value("SELECT count(*) FROM trash_drops") == 300


def tidy_and_drop(engine: Engine, library: FolderLibrary) -> None:
    tidy_trash(engine.database, library)
    drop_files(engine.database, library)


def die_at(patched: pytest.MonkeyPatch, step: str) -> None:
    def die(*_: object) -> None:
        raise Killed

    if step == "order_drops":
        patched.setattr("ohdio_core.collection.trash.order_drops", die)
    elif step == "FolderTrash.drop":
        patched.setattr(FolderTrash, "drop", die)
    else:
        patched.setattr("ohdio_core.collection.trash_drops._FORGET", None)


class TestChores:
    def test_are_done_by_one_process_at_a_time_and_the_longest_due_first(self, engine: Engine) -> None:
        done: list[str] = []
        other = Housekeeper(engine.database, [chore("one", done), chore("two", done)])

        def while_it_is_done(_: Check) -> bool:
            done.append("one")
            assert other.step()
            assert not other.step(), "the other process has done what was left"
            return False

        first = replace(chore("one", done), run=while_it_is_done)
        assert Housekeeper(engine.database, [first, chore("two", done)]).step()
        assert done == ["one", "two"]
        assert not other.step()
        engine.execute("UPDATE schedules SET due_at = now() + interval '2 days' WHERE name = 'two'")  # by a wrong clock
        assert other.step()
        assert done == ["one", "two", "two"]

    def test_that_are_not_done_at_once_go_on_and_other_chores_have_their_turn(self, engine: Engine) -> None:
        done: list[str] = []
        keeper = Housekeeper(engine.database, [replace(chore("one", done), run=more(done, "one")), chore("two", done)])
        for _ in range(3):
            assert keeper.step()
        assert sorted(done) == ["one", "one", "two"]

    def test_end_where_they_are_another_processs_by_now(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("ohdio_downloader.housekeeper._RENEWS_EVERY", 0.05)
        went_on: list[bool] = []

        def frozen(check: Check) -> bool:
            engine.execute("UPDATE schedules SET due_at = now() + interval '1 second'")  # as whoever takes it does
            wait_until(lambda: is_over(check), 10, "it is noticed")
            check()
            went_on.append(True)
            return False

        assert Housekeeper(engine.database, [replace(chore("one", []), run=frozen)]).step()
        assert went_on == []

    def test_whose_process_dies_are_taken_by_another_soon(self, engine: Engine) -> None:
        done: list[str] = []

        def die(_: Check) -> bool:
            raise Killed

        with pytest.raises(Killed):
            Housekeeper(engine.database, [replace(chore("one", done), run=die)]).step()
        keeper = Housekeeper(engine.database, [chore("one", done)])
        assert not keeper.step()
        engine.execute("UPDATE schedules SET due_at = due_at - interval '30 seconds'")
        assert keeper.step()
        assert done == ["one"]


def chore(name: str, done: list[str]) -> Chore:
    def run(_: Check) -> bool:
        done.append(name)
        return False

    return Chore(name, timedelta(hours=1), run)


def more(done: list[str], name: str) -> Callable[[Check], bool]:
    def run(_: Check) -> bool:
        done.append(name)
        return True

    return run


def is_over(check: Check) -> bool:
    try:
        check()
    except LeaseLost:
        return True
    return False


def test_what_a_killed_process_has_left_in_the_library_is_removed_after_a_day(downloads: Downloads) -> None:
    old, young = (downloads.library_dir / f".ohdio-incoming-{age}" for age in ("old", "young"))
    for left in (old, young):
        left.mkdir()
    os.utime(old, (0, 0))
    (chore,) = [each for each in chores_of(downloads.service) if "left" in each.name]
    assert not chore.run(lambda: None)
    assert list(downloads.library_dir.iterdir()) == [young]
