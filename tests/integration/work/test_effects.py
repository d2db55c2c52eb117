"""What happens when the work was done, but its result cannot be written."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from ohdio_core.db.session import UnitOfWork
from ohdio_core.errors import UNEXPECTED
from ohdio_core.work.beat import Heartbeat, WorkerIdentity
from ohdio_core.work.outcome import Done, Effect
from ohdio_core.work.runner import Runner
from ohdio_core.work.stages import DOWNLOADS
from tests.fixtures.engine import Engine


@pytest.fixture
def item(engine: Engine) -> int:
    """An admitted item."""
    engine.items(1)
    engine.worker()
    (admitted,) = engine.admit()
    return int(admitted)


def work(engine: Engine, item: int, effect: Effect) -> None:
    heartbeat = Heartbeat(engine.database, DOWNLOADS, WorkerIdentity(service="downloader", threads=1), engine.timing)
    Runner(engine.database, DOWNLOADS, heartbeat, engine.timing, lambda _: Done(effect)).handle(item)


def fail_in_the_database(unit: UnitOfWork) -> None:
    unit.session.execute(text("UPDATE queue_control SET max_concurrent_downloads = 0"))


def fail_in_python(_: UnitOfWork) -> None:
    raise KeyError("part")


@pytest.mark.parametrize(
    ("effect", "reason"), [(fail_in_the_database, "The database refused"), (fail_in_python, UNEXPECTED.text)]
)
def test_a_failing_effect_costs_an_attempt_and_says_why(engine: Engine, item: int, effect: Effect, reason: str) -> None:
    work(engine, item, effect)
    row = engine.row(item)
    assert (row.status, row.attempts, row.lease_token) == ("queued", 1, None)
    assert row.wait_reason.startswith(reason)
    assert "queue_control" not in row.wait_reason  # nor anything else of the statement
    assert row.next_attempt_at is not None


def test_an_effect_that_fails_is_rolled_back_as_a_whole(engine: Engine, item: int) -> None:
    def write_and_fail(unit: UnitOfWork) -> None:
        unit.session.execute(text("UPDATE queue_control SET max_concurrent_downloads = 9"))
        fail_in_python(unit)

    work(engine, item, write_and_fail)
    assert engine.value("SELECT max_concurrent_downloads FROM queue_control") == 3
