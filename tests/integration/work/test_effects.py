"""What happens when the work was done, but its result cannot be written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from ohdio_core.collection.follows import FollowWishes, add_follow
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.audiobook import Target, TargetKind
from ohdio_core.errors import UNEXPECTED
from ohdio_core.work.beat import Heartbeat, WorkerIdentity
from ohdio_core.work.outcome import Done, Effect, Outcome, Rescheduled
from ohdio_core.work.run import Run
from ohdio_core.work.runner import Runner
from ohdio_core.work.stages import DOWNLOADS, FOLLOWING
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


@pytest.mark.parametrize("is_in_effect", [False, True])
def test_work_that_comes_round_is_never_given_up_for_a_mistake_of_ours(engine: Engine, is_in_effect: bool) -> None:
    def check(_: Run) -> Outcome:
        if not is_in_effect:
            raise KeyError("title")
        return Rescheduled(timedelta(hours=6), fail_in_python)

    checks = engine.at(FOLLOWING)
    checks.worker()
    target = Target(TargetKind.CATEGORY, "rss", "https://podcasts.example/feed.xml", "one")
    follow, _ = checks.order(add_follow, target, "podcasts.example", FollowWishes())
    heartbeat = Heartbeat(checks.database, FOLLOWING, WorkerIdentity(service="follower", threads=1), checks.timing)
    runner = Runner(checks.database, FOLLOWING, heartbeat, checks.timing, check)
    for times in range(1, 8):
        assert checks.admit() == [follow]
        with capture_logs() as logs:
            runner.handle(follow)
        row = checks.row(follow)
        assert (row.status, row.attempts, row.setbacks, row.error) == ("queued", 0, times, UNEXPECTED.text)
        assert any(line.get("exc_info") for line in logs)
        checks.execute("UPDATE follows SET next_attempt_at = NULL")
