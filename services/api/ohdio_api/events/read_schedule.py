"""When each projection is read: at once, or not more often than it allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from ohdio_api.events.changes import Heard
from ohdio_api.events.event import Event
from ohdio_api.events.projection import LOOKS_EVERY, Projection, Rows, Value

_SHARE = 10  # a reading that takes a second is not repeated for ten


class ReadSchedule(Protocol):
    """A projection, and what is known of when it is read next. Times are the monotonic clock's."""

    def hear(self, heard: Heard) -> None:
        """Take note of what changed."""

    def forget(self, now: float) -> None:
        """Forget it: nobody watches, and whoever comes begins with a snapshot."""

    def due_at(self) -> float | None:
        """Return when it is to be read; None while nothing has changed."""

    def read(self) -> Sequence[Event]:
        """Read it."""

    def read_between(self, began_at: float, ended_at: float) -> None:
        """Take note that it was read, and how long that took."""


class RowsSchedule:
    """Rows are read as soon as they have changed."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._ids: set[int] = set()

    def hear(self, heard: Heard) -> None:
        """Take note of which rows changed."""
        self._ids.update(heard.ids.get(self._rows.topic.name) or ())

    def forget(self, _: float) -> None:
        """Forget which rows changed."""
        self._ids.clear()

    def due_at(self) -> float | None:
        """Return that they are due already, if any is."""
        return 0.0 if self._ids else None

    def read(self) -> Sequence[Event]:
        """Read those that changed; if that fails they are not tried again, as watchers get a gap."""
        ids, self._ids = sorted(self._ids), set()
        return self._rows.events(ids)

    def read_between(self, began_at: float, ended_at: float) -> None:
        """Nothing follows from it."""


class InterruptedSchedule:
    """Rows whose work was interrupted are told once each: a process that died has announced nothing."""

    def __init__(self, rows: Rows, interrupted: Callable[[], Sequence[int]]) -> None:
        self._rows = rows
        self._read_interrupted = interrupted
        self._told: frozenset[int] = frozenset()
        self._looks_at = 0.0

    def hear(self, _: Heard) -> None:
        """Wait for nothing that is announced."""

    def forget(self, now: float) -> None:
        """Forget what was told: whoever comes reads it anew."""
        self._told = frozenset()
        self._looks_at = now + LOOKS_EVERY

    def due_at(self) -> float | None:
        """Return when it is looked at next."""
        return self._looks_at

    def read(self) -> Sequence[Event]:
        """Read those that were interrupted since it was last looked at."""
        found = frozenset(self._read_interrupted())
        news, self._told = sorted(found - self._told), found
        return self._rows.events(news) if news else ()

    def read_between(self, _: float, ended_at: float) -> None:
        """Wait before it is looked at again."""
        self._looks_at = ended_at + LOOKS_EVERY


class ValueSchedule:
    """A value is sent when its topic was announced, and otherwise where it is looked at and has changed."""

    def __init__(self, value: Value) -> None:
        self._value = value
        self._topics = {topic.name for topic in value.topics}
        self._is_due = False
        self._not_before = 0.0
        self._looks_at: float | None = 0.0 if value.is_looked_at else None
        self._last_sent: bytes | None = None

    def hear(self, heard: Heard) -> None:
        """Take note that it may have changed."""
        self._is_due |= heard.is_gap or not self._topics.isdisjoint(heard.ids)

    def forget(self, now: float) -> None:
        """Forget what was sent last."""
        self._is_due, self._last_sent = False, None
        self._looks_at = now + LOOKS_EVERY if self._value.is_looked_at else None

    def due_at(self) -> float | None:
        """Return when it is read next."""
        return self._not_before if self._is_due else self._looks_at

    def read(self) -> Sequence[Event]:
        """Read it; return nothing where nobody announced a change and it is as it was last sent."""
        event = Event(self._value.name, self._value.read())
        if not self._is_due and event.data == self._last_sent:
            return ()
        self._last_sent = event.data
        return (event,)

    def read_between(self, began_at: float, ended_at: float) -> None:
        """Wait before it is read again, the longer the longer it took: watching must not keep the database busy."""
        self._is_due = False
        if self._value.interval:
            self._not_before = began_at + max(self._value.interval, _SHARE * (ended_at - began_at))
        if self._value.is_looked_at:
            self._looks_at = ended_at + LOOKS_EVERY


def schedules_of(projection: Projection) -> list[ReadSchedule]:
    """Return the schedules by which a projection is read."""
    if not isinstance(projection, Rows):
        return [ValueSchedule(projection)]
    if projection.interrupted is None:
        return [RowsSchedule(projection)]
    return [RowsSchedule(projection), InterruptedSchedule(projection, projection.interrupted)]
