"""What is told to start next is what admission then starts."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from ohdio_core.domain.admission import choose
from ohdio_core.sentences import legacy
from ohdio_core.work import ready
from ohdio_core.work.outcome import Again
from ohdio_core.work.ready import following, held_by_site, read_ready_sites
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


def told_by_all(engine: Engine, count: int) -> list[int]:
    """Return what ``following`` would if it read as many rows of every site as there are places."""
    with engine.database.statement() as work:
        sites = read_ready_sites(work, DOWNLOADS, count, 1_000)
        return choose(
            (row for site in sites for row in site.startable),
            free=count,
            held_by_site=held_by_site(work, DOWNLOADS),
            served_at={site.key: site.served_at for site in sites},
        )


@pytest.mark.parametrize("seed", range(4))
def test_the_order_is_the_same_though_few_rows_of_each_site_are_read(engine: Engine, seed: int) -> None:
    chance = random.Random(seed)
    for site in range(chance.randint(4, 7)):
        for priority in (3, 5, 5, 9):
            engine.items(chance.choice((0, 1, 2, 15)), source=f"site-{site}.example", priority=priority)
        engine.items(1, source=f"site-{site}.example", priority=5, is_ready=chance.random() < 0.5)
    engine.execute("UPDATE queue_control SET max_concurrent_downloads = 6")
    engine.worker(threads=20)
    engine.admit()

    for count in (5, 20, 60, 200):
        assert told(engine, count) == told_by_all(engine, count)


def test_of_many_sites_few_rows_are_read(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    for site in range(7):
        engine.items(41, source=f"site-{site}.example")
    engine.execute("UPDATE queue_control SET max_concurrent_downloads = 7")
    engine.worker(threads=20)
    engine.admit()
    read: list[int] = []

    def read_and_count(*asked: Any) -> list[ready.ReadySite]:
        sites = read_ready_sites(*asked)
        read.append(sum(len(site.due) for site in sites))
        return sites

    monkeypatch.setattr(ready, "read_ready_sites", read_and_count)

    assert told(engine, 40) == told_by_all(engine, 40)
    assert read == [7 * 12]


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
