"""Requests that people wait for take their turns with patience."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from ohdio_api.sites import PatientPoliteness
from ohdio_core.errors import Postponed
from ohdio_core.sentences import Sentence, legacy


class Turns:
    """Hands out turns: each entry says how far away the next one is."""

    def __init__(self, *waits: float | None) -> None:
        self.waits = list(waits)
        self.closed: list[tuple[str, timedelta, str]] = []

    def take_turn(self, key: str) -> None:
        wait = self.waits.pop(0)
        if wait is not None:
            raise Postponed(legacy(f"{key} is busy"), retry_after=timedelta(seconds=wait))

    def close(self, key: str, duration: timedelta, reason: Sentence) -> None:
        self.closed.append((key, duration, reason.text))


def test_a_turn_that_is_near_is_waited_for() -> None:
    turns = Turns(0.05, 0.05, None)
    began_at = time.monotonic()
    PatientPoliteness(turns, timedelta(seconds=5)).take_turn("stories")
    assert turns.waits == []
    assert time.monotonic() - began_at >= 0.1


def test_a_turn_that_is_far_is_not_waited_for() -> None:
    turns = Turns(600.0, None)
    with pytest.raises(Postponed, match="stories is busy"):
        PatientPoliteness(turns, timedelta(seconds=5)).take_turn("stories")
    assert turns.waits == [None]


def test_waiting_again_and_again_ends() -> None:
    with pytest.raises(Postponed):
        PatientPoliteness(Turns(*[0.02] * 1000), timedelta(seconds=0.2)).take_turn("stories")


def test_a_site_that_asks_for_a_pause_is_closed_for_everybody() -> None:
    turns = Turns()
    PatientPoliteness(turns).close("stories", timedelta(minutes=1), legacy("It asked for a pause."))
    assert turns.closed == [("stories", timedelta(minutes=1), "It asked for a pause.")]
