"""What changed: announcements collected, and what was missed known."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import cast

import pytest

from ohdio_api.events.changes import ChangeFeed
from ohdio_api.events.event import Event
from ohdio_api.events.projection import LOOKS_EVERY, Value
from ohdio_api.events.read_schedule import ValueSchedule
from ohdio_api.folder_imports.events import folder_import_events
from ohdio_api.folder_imports.service import FolderImportService
from ohdio_core.db.notify import Changes
from ohdio_core.db.session import Database
from ohdio_core.db.topics import Topic, register
from ohdio_core.schemas.health import Health

SHELF = Topic("shelf")
NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"


@pytest.fixture
def feed() -> ChangeFeed:
    """One that nobody announces anything to but the test."""
    return ChangeFeed(NOWHERE, interval=0.2)


def changes(**ids: set[int] | None) -> Changes:
    return Changes({topic: None if found is None else frozenset(found) for topic, found in ids.items()})


def test_what_comes_close_together_is_one_answer(feed: ChangeFeed) -> None:
    feed.hear(changes(shelf={1}))
    first = feed.next(5)
    began_at = time.monotonic()
    feed.hear(changes(shelf={2}, desk={9}))
    feed.hear(changes(shelf={3, 2}))
    second = feed.next(5)
    assert first is not None
    assert first.ids == {"shelf": {1}}
    assert second is not None
    assert second.ids == {"shelf": {2, 3}, "desk": {9}}
    assert time.monotonic() - began_at > 0.1
    assert not second.is_gap


def test_nothing_is_an_answer_too_when_it_lasts(feed: ChangeFeed) -> None:
    heard = feed.next(0.01)
    assert heard is not None
    assert (heard.ids, heard.is_gap) == ({}, False)


@pytest.mark.parametrize("announced", [[None], [set(range(1, 502))], [set(range(1, 400)), set(range(400, 600)), {1}]])
def test_so_much_that_it_is_to_be_read_anew_is_a_gap(feed: ChangeFeed, announced: list[set[int] | None]) -> None:
    for ids in announced:
        feed.hear(changes(shelf=ids))
    heard = feed.next(5)
    assert heard is not None
    assert (heard.ids, heard.is_gap) == ({"shelf": None}, True)


def test_who_waits_is_told_of_a_gap_and_of_the_end(feed: ChangeFeed) -> None:
    threading.Timer(0.05, feed.hear_gap).start()
    heard = feed.next(5)
    assert heard is not None
    assert heard.is_gap
    feed._listener.start()
    threading.Timer(0.05, feed.end).start()
    assert feed.next(5) is None


def test_a_topic_has_one_owner() -> None:
    assert register("shelf-of-the-test") == Topic("shelf-of-the-test")
    with pytest.raises(ValueError, match="shelf-of-the-test"):
        register("shelf-of-the-test")


class TestTheScheduleOfAValue:
    @staticmethod
    def of(values: Iterator[str], *, interval: float = 0.0, is_looked_at: bool = False) -> ValueSchedule:
        value = Value("state", Health, lambda: Health(status=next(values)), frozenset({SHELF}), interval, is_looked_at)
        return ValueSchedule(value)

    @staticmethod
    def read(schedule: ValueSchedule, *, began_at: float = 100.0, took: float = 0.0) -> list[bytes]:
        events: list[Event] = list(schedule.read())
        schedule.read_between(began_at, began_at + took)
        return [event.data for event in events]

    def test_comes_when_its_topic_changes(self, feed: ChangeFeed) -> None:
        schedule = self.of(iter(["a"]))
        assert schedule.due_at() is None
        for topic, due_at in ({"desk": {1}}, None), ({"shelf": {1}}, 0.0):
            feed.hear(changes(**topic))
            heard = feed.next(5)
            assert heard is not None
            schedule.hear(heard)
            assert schedule.due_at() == due_at

    def test_tells_of_what_it_only_looks_at_what_is_new_but_everything_after_a_gap(self, feed: ChangeFeed) -> None:
        schedule = self.of(iter(["a", "a", "b", "b"]), is_looked_at=True)
        assert [self.read(schedule) for _ in range(3)] == [[b'{"status":"a"}'], [], [b'{"status":"b"}']]
        feed.hear_gap()
        heard = feed.next(5)
        assert heard is not None
        schedule.hear(heard)
        assert schedule.due_at() == 0.0
        assert self.read(schedule) == [b'{"status":"b"}']

    @pytest.mark.parametrize(("took", "due_at"), [(0.0, 101.0), (0.5, 105.0)])
    def test_waits_the_longer_the_longer_a_reading_takes(self, feed: ChangeFeed, took: float, due_at: float) -> None:
        schedule = self.of(iter(["a"]), interval=1.0)
        self.read(schedule, took=took)
        feed.hear(changes(shelf=None))
        heard = feed.next(5)
        assert heard is not None
        schedule.hear(heard)
        assert schedule.due_at() == due_at

    def test_comes_by_itself_where_nothing_is_announced(self) -> None:
        schedule = self.of(iter(["a", "b"]), is_looked_at=True)
        assert schedule.due_at() == 0.0
        self.read(schedule)
        assert schedule.due_at() == 100.0 + LOOKS_EVERY
        schedule.forget(200.0)
        assert schedule.due_at() == 200.0 + LOOKS_EVERY


def test_an_import_is_told_seldom_enough_to_read_a_page_of_a_thousand_rows_each_time() -> None:
    (told,) = folder_import_events(FolderImportService(cast("Database", None)))
    assert isinstance(told, Value)
    assert 2 <= told.interval <= 3
