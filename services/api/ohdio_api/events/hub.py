"""One reading for all who watch: what changed is read once, encoded once, and told to everybody."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence

import structlog
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from ohdio_api.events.changes import ChangeFeed, Heard
from ohdio_api.events.event import GAP, Event
from ohdio_api.events.projection import Projection, SnapshotPart
from ohdio_api.events.read_schedule import ReadSchedule, schedules_of
from ohdio_api.events.watchers import Watchers

log = structlog.get_logger(__name__)

_LOOKS_EVERY = 1.0  # seconds: how soon it is noticed that somebody watches whom nothing was announced to yet
_AFTER_FAILURE = 1.0  # seconds until the database is asked again


class EventHub:
    """Hears changes, reads what is told of them, tells every watcher.

    Args:
        projections: What is told of which topics.
        snapshot: What a watcher begins with.
    """

    def __init__(
        self, changes: ChangeFeed, projections: Sequence[Projection], snapshot: Sequence[SnapshotPart]
    ) -> None:
        self.watchers = Watchers()
        self._changes = changes
        self.parts = snapshot
        self._schedules = [each for projection in projections for each in schedules_of(projection)]
        self._reads_from = 0.0
        self._thread = threading.Thread(target=self._loop, name="events", daemon=True)
        #: The name of each event, and what it carries: what clients rely on.
        self.contract: dict[str, type[BaseModel]] = {}
        for projection in projections:
            self.contract |= projection.contract
        of_managers = [each for each in projections if each.is_of_managers]
        #: The names of events that listeners are not told of.
        self.of_managers = frozenset(name for each in of_managers for name in each.contract)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()
        self._changes.start()

    def end_streams(self) -> None:
        """End every stream, so that a server that is stopping need not wait for them. Called in the event loop."""
        self.watchers.end()

    def end(self) -> None:
        """Stop listening."""
        self._changes.end()
        self._thread.join(timeout=5)

    def snapshot(self) -> Event:
        """Read what a watcher begins with."""
        try:
            return Event("snapshot", {part.name: part.read() for part in self.parts})
        except SQLAlchemyError as error:
            # The stream stays open: the listener reports another gap once the database is back.
            log.warning("no snapshot for a watcher", error=str(error).splitlines()[0])
            return GAP

    def _loop(self) -> None:
        while (heard := self._changes.next(self._patience())) is not None:
            for schedule in self._schedules:
                schedule.hear(heard)
            if not self.watchers:
                for schedule in self._schedules:
                    schedule.forget(time.monotonic())
                continue
            events = [GAP] if heard.is_gap else []
            try:
                for schedule in self._due():
                    events += self._read(schedule)
            except SQLAlchemyError as error:
                log.warning("changes could not be read; watchers read anew", error=str(error).splitlines()[0])
                events = [GAP]
                self._reads_from = time.monotonic() + _AFTER_FAILURE
                for schedule in self._schedules:
                    schedule.hear(Heard(is_gap=True))
            self.watchers.send(events)

    def _patience(self) -> float:
        """Return for how many seconds nothing has to be read, unless something is announced."""
        due = [due_at for schedule in self._schedules if (due_at := schedule.due_at()) is not None]
        if not due:
            return _LOOKS_EVERY
        return min(_LOOKS_EVERY, max(0.0, max(min(due), self._reads_from) - time.monotonic()))

    def _due(self) -> Iterator[ReadSchedule]:
        """Iterate over what is to be read now."""
        for schedule in self._schedules:
            due_at = schedule.due_at()
            if due_at is not None and max(due_at, self._reads_from) <= time.monotonic():
                yield schedule

    def _read(self, schedule: ReadSchedule) -> Sequence[Event]:
        began_at = time.monotonic()
        events = schedule.read()
        schedule.read_between(began_at, time.monotonic())
        return events
