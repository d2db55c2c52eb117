"""What is said of a database that says nothing for longer than anybody waits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest

from ohdio_api.health.service import HealthService
from ohdio_api.problems import DATABASE_AWAY, Refusal
from ohdio_core.db.session import Database, make_engine
from tests.fixtures.api import Api
from tests.fixtures.silent_server import silent_server
from tests.fixtures.workers import wait_until

_ASK = 3


def test_whoever_asks_whether_the_api_can_work_is_told_before_they_give_up() -> None:
    with silent_server() as server, ThreadPoolExecutor(_ASK) as pool:
        host = server.url.removeprefix("http://")
        # Two addresses take ten seconds, as does a name that nobody resolves.
        database = Database(make_engine(f"postgresql://ohdio@/ohdio?host={host}&host={host}", application="test"))
        health = HealthService(database)
        asked = [pool.submit(health.require_ready) for _ in range(_ASK)]
        for each in asked:
            with pytest.raises(Refusal) as refused:
                each.result()
            assert (refused.value.status, refused.value.sentence) == (503, DATABASE_AWAY)
        # Its addresses are asked once for all of them.
        assert server.connections() <= 2
        assert not health.is_ready()

        server.close()
        wait_until(lambda: server.connections() > 1, 30, "the second address is asked")
        server.close()
        database.close()


def test_a_thread_that_cannot_begin_is_asked_for_again(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(make_engine(api.engine.url, application="test"))
    health = HealthService(database)

    def refuse(_: Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(Thread, "start", refuse)
        with pytest.raises(RuntimeError):
            health.require_ready()
    health.require_ready()
    database.close()
