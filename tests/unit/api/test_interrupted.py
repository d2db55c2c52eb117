"""Rows whose worker has died are told, though nobody announces them."""

from __future__ import annotations

from collections.abc import Sequence

from ohdio_api.events.event import Gone
from ohdio_api.events.projection import Rows
from ohdio_api.events.read_schedule import InterruptedSchedule, schedules_of
from ohdio_core.work.stages import SCRAPING


class Work:
    """Rows of which some were interrupted."""

    def __init__(self) -> None:
        self.interrupted: Sequence[int] = ()

    def read(self, ids: Sequence[int]) -> Sequence[Gone]:
        return [Gone(id=each) for each in ids]


def test_each_is_told_once_and_again_where_it_is_interrupted_again() -> None:
    work = Work()
    rows = Rows("scrape", Gone, SCRAPING.topic, work.read, interrupted=lambda: work.interrupted)
    (schedule,) = (each for each in schedules_of(rows) if isinstance(each, InterruptedSchedule))
    told = []
    for interrupted in ((), (3, 7), (3, 7), (7, 9), (3,)):
        work.interrupted = interrupted
        told.append([event.subject[1] for event in schedule.read()])
    assert told == [[], [3, 7], [], [9], [3]]


def test_it_is_looked_at_only_now_and_then_and_only_while_somebody_watches() -> None:
    work = Work()
    rows = Rows("scrape", Gone, SCRAPING.topic, work.read, interrupted=lambda: work.interrupted)
    (schedule,) = (each for each in schedules_of(rows) if isinstance(each, InterruptedSchedule))
    schedule.read_between(100.0, 101.0)
    assert schedule.due_at() == 106.0
    schedule.forget(120.0)
    assert schedule.due_at() == 125.0
