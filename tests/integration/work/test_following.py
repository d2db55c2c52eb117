"""What is told to start next is what admission then starts."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from ohdio_core.sentences import legacy
from ohdio_core.work.outcome import Again
from ohdio_core.work.ready import following
from ohdio_core.work.stages import DOWNLOADS
from tests.fixtures.engine import Engine


def told(engine: Engine, count: int) -> list[int]:
    with engine.database.statement() as work:
        return following(work, DOWNLOADS, count)


@pytest.mark.parametrize("seed", range(6))
def test_the_order_that_is_told_is_the_order_of_admission(engine: Engine, seed: int) -> None:
    chance = random.Random(seed)
    for site in range(chance.randint(2, 5)):
        for _ in range(chance.randint(1, 4)):
            engine.items(chance.randint(1, 3), source=f"site-{site}.example", priority=chance.choice((3, 5, 5, 9)))
        engine.items(2, source=f"site-{site}.example", priority=10, is_ready=False)
    engine.execute(
        "INSERT INTO hosts (politeness_key, closed_until) VALUES ('site-1.example', now() + interval '1 hour')"
    )
    engine.execute("UPDATE queue_control SET max_concurrent_downloads = 2")
    engine.worker(threads=20)
    engine.admit()

    foretold = told(engine, 5)

    held = engine.value("SELECT count(*) FROM queue_items WHERE status = 'processing'")
    engine.execute("UPDATE queue_control SET max_concurrent_downloads = :limit", limit=held + 5)
    assert engine.admit() == foretold
    assert not set(told(engine, 5)) & set(foretold)


def test_what_is_tried_again_later_is_not_next(engine: Engine) -> None:
    first, second = engine.items(2)
    engine.execute("UPDATE queue_control SET max_concurrent_downloads = 1")
    engine.worker()
    claimed = engine.admit_and_start()
    assert claimed.id == first
    engine.execute("UPDATE queue_control SET is_paused = true")
    engine.finish(claimed, Again(legacy("The site broke the connection."), retry_after=timedelta(hours=1)))

    assert told(engine, 5) == [second]


def test_a_source_whose_work_has_gone_does_not_hide_another(engine: Engine) -> None:
    gone = [engine.items(1, source=f"gone-{number}.example", priority=9)[0] for number in range(40)]
    (left,) = engine.items(1, source="left.example")
    engine.execute("UPDATE queue_items SET status = 'paused' WHERE id = ANY(:ids)", ids=gone)

    assert told(engine, 1) == [left]
