"""Outside of the download hours nothing begins but what a person wants, and what runs stops and goes on later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from ohdio_core.collection import control
from ohdio_core.collection.download_hours import HoursKeeper
from ohdio_core.domain.queue import StopReason
from ohdio_core.work.outcome import Done, PutBack
from tests.fixtures.engine import Engine

#: Of a day at which it is always noon, somewhere.
_OPEN, _CLOSED = timedelta(hours=-1), timedelta(hours=1)

#: What a person orders of one book.
_want = partial(control.resume, waives_hours=True)


class Hours:
    """Sets the download hours beside the present."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.text = ""
        self.keeper = HoursKeeper(engine.database, lambda: self.text)

    def begin(self, in_: timedelta) -> None:
        """Set hours that begin so long from now, before or after it, and last for two hours."""
        begin = datetime.now(UTC).astimezone() + in_
        self.text = f"{begin:%H:%M}-{begin + timedelta(hours=2):%H:%M}"
        self.keeper.keep()

    def end_now(self) -> None:
        """End the hours that it is, as the time does."""
        self.engine.execute("UPDATE queue_control SET hours_until = clock_timestamp()")


@pytest.fixture
def hours(engine: Engine) -> Iterator[Hours]:
    engine.worker()
    yield Hours(engine)
    engine.execute("UPDATE queue_control SET hours_from = NULL, hours_until = NULL")


def test_nothing_begins_before_them_and_all_that_may_once_they_come(engine: Engine, hours: Hours) -> None:
    items = engine.items(2)
    hours.begin(_CLOSED)
    assert engine.admit() == []
    hours.begin(_OPEN)
    assert engine.admit() == items


def test_a_book_that_a_person_wants_begins_and_goes_on_all_the_same(engine: Engine, hours: Hours) -> None:
    first, wanted, last = engine.items(3)
    hours.begin(_CLOSED)
    assert engine.order(_want, [wanted]) == 1
    assert engine.admit() == [wanted]
    claimed = engine.start(wanted)
    assert engine.beat(claimed).stop_reason is None
    # Its end passes the slot on to nobody.
    assert engine.finish(claimed, Done())
    assert engine.admit() == []
    assert [engine.status(item) for item in (first, last)] == ["queued"] * 2


def test_what_runs_when_they_are_over_stops_and_waits_without_an_attempt(engine: Engine, hours: Hours) -> None:
    (item,) = engine.items(1)
    hours.begin(_OPEN)
    engine.admit()
    claimed = engine.start(item)
    assert engine.beat(claimed).stop_reason is None
    hours.end_now()
    run = engine.beat(claimed)
    assert run.stop_reason is StopReason.HOURS
    assert engine.finish(claimed, PutBack(StopReason.HOURS))
    row = engine.row(item)
    assert (row.status, row.attempts, row.next_attempt_at) == ("queued", 0, None)
    assert engine.admit() == []
    hours.begin(_OPEN)
    assert engine.admit() == [item]


def test_one_whose_description_is_being_read_may_be_wanted_too(engine: Engine, hours: Hours) -> None:
    (item,) = engine.items(1, is_ready=False)
    hours.begin(_CLOSED)
    assert engine.order(_want, [item]) == 1
    assert engine.row(item).hours_waived_at is not None


def test_one_whose_pause_is_withdrawn_before_it_has_stopped_goes_on(engine: Engine, hours: Hours) -> None:
    (item,) = engine.items(1)
    hours.begin(_OPEN)
    engine.admit()
    claimed = engine.start(item)
    hours.end_now()
    engine.order(control.pause, [item])
    assert engine.order(_want, [item]) == 1
    assert engine.finish(claimed, PutBack(StopReason.PAUSE))
    assert engine.admit() == [item]


def test_without_any_downloads_are_never_held_up(engine: Engine, hours: Hours) -> None:
    hours.begin(_CLOSED)
    hours.text = ""
    hours.keeper.keep()
    items = engine.items(1)
    assert engine.admit() == items
