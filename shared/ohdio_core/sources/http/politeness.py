"""How often a site is asked: a port, implemented over PostgreSQL so that all processes share it."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

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
