"""What is said of a database that says nothing for longer than anybody waits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from ohdio_api.health.service import HealthService
from ohdio_api.problems import DATABASE_AWAY, Refusal
from ohdio_core.db.session import Database, make_engine
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
