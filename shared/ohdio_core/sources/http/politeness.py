"""How often a site is asked: a port, implemented over PostgreSQL so that all processes share it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from ohdio_core.errors import Postponed
from ohdio_core.sentences import Sentence


class Politeness(Protocol):
    """Hands out time slots for requests, per site."""

    def take_turn(self, key: str) -> None:
        """Wait for the next slot of ``key``.

        Raises:
            Postponed: The slot is more than 2 s away, or the site is closed; no thread waits that long.
        """
        ...

    def close(self, key: str, duration: timedelta, reason: Sentence) -> None:
        """Close the site ``key`` to all requests for ``duration``; ``reason`` is a sentence for people."""
        ...


class NoPoliteness:
    """Every turn is free; for tests and for single requests by hand."""

    def take_turn(self, key: str) -> None:
        """Return at once."""

    def close(self, key: str, duration: timedelta, reason: Sentence) -> None:
        """Do nothing."""


def wait_for_turn(
    politeness: Politeness, key: str, patience: timedelta, pause: Callable[[float], None] = time.sleep
) -> None:
    """Wait for the next slot of ``key``, also for one that is further away than a thread would wait.

    Args:
        patience: How long at most.
        pause: Waits so many seconds; what it raises ends the waiting.

    Raises:
        Postponed: It is further away than that.
    """
    deadline = time.monotonic() + patience.total_seconds()
    while True:
        try:
            politeness.take_turn(key)
        except Postponed as error:
            wait = (error.retry_after or patience).total_seconds()
            if time.monotonic() + wait > deadline:
                raise
            pause(wait)
        else:
            return
