"""What a unit of work delivers once its transaction is committed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ohdio_core.messages import Message


@dataclass(slots=True)
class Outbox:
    """Collected while a transaction runs, delivered after it, forgotten if it is rolled back."""

    messages: list[Message] = field(default_factory=list)
    changes: set[tuple[str, int]] = field(default_factory=set)  #: (topic, id) of what people may be looking at
    wakes: set[str] = field(default_factory=set)  #: names of stages in which work may now be admitted


Deliver = Callable[[Outbox], None]


def nowhere(_: Outbox) -> None:
    """Deliver nothing: for migrations, scripts and tests of the database alone."""
