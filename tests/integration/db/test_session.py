from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from ohdio_core.db import pool
from ohdio_core.db.session import Database, UnitOfWork, make_engine
from ohdio_core.messages import DownloadAudiobook, ExtractMetadata
from ohdio_core.work.stages import DOWNLOADS
from tests.fixtures.engine import Engine
from tests.fixtures.workers import wait_until

BOOK = "INSERT INTO audiobooks (url, source, external_id) VALUES ('https://stories.example/1', 'stories', '1')"


class TestUnitOfWork:
    def test_messages_go_out_only_after_the_commit(self, engine: Engine) -> None:
        with engine.database.unit_of_work() as work:
            work.session.execute(text(BOOK))
            work.publish(DownloadAudiobook(queue_item_id=7))
            work.publish(ExtractMetadata(audiobook_id=8))
            work.changed(DOWNLOADS.topic, 7)
            work.wake("downloads")
            assert engine.bus.take() == []
            assert engine.value("SELECT count(*) FROM audiobooks") == 0

        assert engine.bus.take() == [DownloadAudiobook(queue_item_id=7), ExtractMetadata(audiobook_id=8)]
        assert engine.bus.changes == {("queue_item", 7)}
        assert engine.bus.wakes == {"downloads"}
        assert engine.value("SELECT count(*) FROM audiobooks") == 1

    def test_what_is_committed_can_be_read_by_whoever_gets_the_message(self, engine: Engine) -> None:
        seen: list[int] = []
        engine.database.deliver = lambda _: seen.append(engine.value("SELECT count(*) FROM audiobooks"))

        with engine.database.unit_of_work() as work:
            work.session.execute(text(BOOK))

        assert seen == [1]

    def test_a_rollback_takes_everything_with_it(self, engine: Engine) -> None:
        def think_better_of_it(_: UnitOfWork) -> None:
            raise RuntimeError("thought better of it")

        with pytest.raises(RuntimeError, match="thought better"):
            add_book_and(engine, think_better_of_it)

        assert_nothing_happened(engine)

    def test_a_statement_that_fails_takes_everything_with_it(self, engine: Engine) -> None:
        def add_it_twice(work: UnitOfWork) -> None:
            work.session.execute(text(BOOK))

        with pytest.raises(IntegrityError):
            add_book_and(engine, add_it_twice)

        assert_nothing_happened(engine)

    def test_a_connection_lost_before_the_commit_takes_everything_with_it(self, engine: Engine) -> None:
        def lose_the_connection(work: UnitOfWork) -> None:
            backend = work.session.execute(text("SELECT pg_backend_pid()")).scalar_one()
            assert engine.value("SELECT pg_terminate_backend(:pid, 5000)", pid=backend)

        with pytest.raises(OperationalError):
            add_book_and(engine, lose_the_connection)

        assert_nothing_happened(engine)


def add_book_and(engine: Engine, then: Callable[[UnitOfWork], None]) -> None:
    with engine.database.unit_of_work() as work:
        work.session.execute(text(BOOK))
        work.publish(DownloadAudiobook(queue_item_id=7))
        work.changed(DOWNLOADS.topic, 7)
        work.wake("downloads")
        then(work)


def assert_nothing_happened(engine: Engine) -> None:
    assert engine.bus.take() == []
    assert engine.bus.changes == set()
    assert engine.bus.wakes == set()
    assert engine.value("SELECT count(*) FROM audiobooks") == 0


class TestConnections:
    @pytest.mark.parametrize(
        ("setting", "expected"),
        [("idle_in_transaction_session_timeout", "10s"), ("lock_timeout", "5s"), ("statement_timeout", "30s")],
    )
    def test_no_holder_of_a_lock_may_stop_the_others_for_long(
        self, engine: Engine, setting: str, expected: str
    ) -> None:
        assert engine.value("SELECT current_setting(:setting)", setting=setting) == expected

    def test_but_who_moves_files_may_take_as_long_as_that_wants(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ohdio_core.db.session._STIRS_EVERY", 0.05)
        lasts = "SELECT clock_timestamp() - xact_start > interval '3 seconds' FROM pg_stat_activity WHERE pid = :pid"

        def move(work: UnitOfWork) -> int:
            work.execute(text("SET LOCAL idle_in_transaction_session_timeout = '2s'"))
            pid = work.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with work.seeing_to_files():
                wait_until(lambda: engine.value(lasts, pid=pid), 20, "it has lasted for longer than it may rest")
            return int(work.execute(text("SELECT 1")).scalar_one())

        assert engine.order(move) == 1


def test_connections_that_nobody_uses_any_more_are_closed_but_a_few(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(make_engine(database_url, application="ohdio-pool", pool_size=12))
    open_now = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ohdio-pool'")
    try:
        with ExitStack() as at_once:
            sessions = [at_once.enter_context(database.reading()) for _ in range(14)]
            assert [session.execute(open_now).scalar_one() for session in sessions] == list(range(1, 15))
        with database.reading() as session:
            wait_until(lambda: session.execute(open_now).scalar_one() == 8, 10, "the others are closed")
        monkeypatch.setattr(pool, "_RESTED", 0.0)  # the while is over in which those of a burst may be used again
        with database.reading() as session:
            session.execute(open_now)
        with database.reading() as session:
            wait_until(lambda: session.execute(open_now).scalar_one() == 2, 10, "those that rest are closed, too")
        with ExitStack() as at_once:
            assert len([at_once.enter_context(database.reading()).execute(open_now) for _ in range(14)]) == 14
    finally:
        database.close()
