"""What watchers are told when something of a topic has changed. Each resource registers its own with the hub."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel

from ohdio_api.events.event import Event, Gone
from ohdio_core.db.topics import Topic

#: Seconds until it is noticed what nobody announces: that a process has died, or that something is out of reach.
LOOKS_EVERY = 5.0


class Identified(Protocol):
    """A view of a row."""

    @property
    def id(self) -> int:
        """The row's id."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that are told one by one: ``name`` with the whole of it, or ``name_gone`` with its id."""

    name: str
    view: type[BaseModel]
    topic: Topic
    read: Callable[[Sequence[int]], Sequence[Identified]]  #: those of these ids that are there
    is_of_managers: bool = False  #: listeners are not told
    #: Reads the ids of those that nobody works on any more, though a row says so: whoever did has announced nothing.
    interrupted: Callable[[], Sequence[int]] | None = None

    @property
    def contract(self) -> dict[str, type[BaseModel]]:
        """The names of its events, and what each carries."""
        return {self.name: self.view, f"{self.name}_gone": Gone}

    def events(self, ids: Sequence[int]) -> list[Event]:
        """Read rows that have changed; for each that is gone, return that."""
        found = {each.id: each for each in self.read(ids)}
        return [
            Event(self.name, found[row_id], (self.name, row_id))
            if row_id in found
            else Event(f"{self.name}_gone", Gone(id=row_id), (self.name, row_id))
            for row_id in ids
        ]


@dataclass(frozen=True, slots=True)
class Value:
    """One value, told whole whenever it has changed, and after a gap."""

    name: str
    view: type[BaseModel]
    read: Callable[[], BaseModel]
    topics: frozenset[Topic]
    interval: float = 0.0  #: seconds, at least, between two readings
    #: It is read every few seconds although nothing was announced, while somebody watches: for what changes without
    #: a transaction of ours, as the end of a process does.
    is_looked_at: bool = False
    is_of_managers: bool = False  #: listeners are not told

    @property
    def contract(self) -> dict[str, type[BaseModel]]:
        """The name of its event, and what it carries."""
        return {self.name: self.view}


Projection = Rows | Value


@dataclass(frozen=True, slots=True)
class SnapshotPart:
    """What a watcher begins with: one member of the snapshot."""

    name: str
    read: Callable[[], BaseModel | Sequence[BaseModel]]
