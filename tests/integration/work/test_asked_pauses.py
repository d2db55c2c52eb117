"""A site that has asked for a pause, and fails within it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ohdio_core.collection.try_now import try_now
from ohdio_core.domain.queue import SITE_CLOSED
from ohdio_core.domain.site_health import FAILING, MOST_FAILURES
from ohdio_core.pacing.politeness import SharedPoliteness
from ohdio_core.pacing.site_health import record_failure, record_success
from ohdio_core.sentences import legacy
from tests.fixtures.engine import SOURCE, Engine


def ask_for_pause(engine: Engine, seconds: int) -> None:
    said = legacy(f"It asked for {seconds} s.")
    SharedPoliteness(engine.database, timedelta(0)).close(SOURCE, timedelta(seconds=seconds), said)


def fail(engine: Engine) -> None:
    """Fail for so many items whose runs are under way that the site is closed."""
    for number in range(MOST_FAILURES):
        engine.order(record_failure, SOURCE, str(number), is_trial=False)


def host(engine: Engine) -> Any:
    (row,) = engine.rows(
        "SELECT *, extract(epoch FROM closed_until - clock_timestamp())::float AS closed_for FROM hosts "
        "WHERE politeness_key = :key",
        key=SOURCE,
    )
    return row


@pytest.fixture
def items(engine: Engine) -> list[int]:
    """Of a site that has asked for twenty seconds, and was closed for thirty as it failed."""
    items = engine.items(12)
    ask_for_pause(engine, 20)
    fail(engine)
    assert 20 < host(engine).closed_for <= 30
    return items


def test_is_not_tried_within_it_whoever_wishes_that(engine: Engine, items: list[int]) -> None:
    engine.order(try_now, items)

    assert 0 < host(engine).closed_for <= 20
    assert host(engine).closed_reason == SITE_CLOSED.text
    assert engine.order(try_now, items) == 0
    assert engine.admit() == []
    engine.pass_time(timedelta(seconds=21))
    engine.worker(threads=3)
    engine.sweep()
    assert engine.admit()


@pytest.mark.usefixtures("items")
def test_is_not_opened_within_it_by_a_run_that_works(engine: Engine) -> None:
    engine.order(record_success, SOURCE)

    assert 0 < host(engine).closed_for <= 20
    assert host(engine).closings == 0


def test_says_what_it_is_closed_for_longest(engine: Engine, items: list[int]) -> None:
    ask_for_pause(engine, 10)
    assert host(engine).closed_message["id"] == FAILING
    ask_for_pause(engine, 120)
    ask_for_pause(engine, 60)
    assert host(engine).closed_reason == "It asked for 120 s."
    fail(engine)
    assert host(engine).closed_reason == "It asked for 120 s."
    assert 60 < host(engine).closed_for <= 120
    assert engine.order(try_now, items) == 0
