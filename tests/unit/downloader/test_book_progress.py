from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from ohdio_core.domain.audiobook import Part
from ohdio_core.work.claim import Claim
from ohdio_core.work.run import Run
from ohdio_downloader.control import BookProgress

BIGINT = 2**63


class Noting(Run):
    """A run that remembers how many bytes the book was last said to have."""

    def __init__(self) -> None:
        super().__init__(Claim(1, uuid4(), 1, 3, 0, 0), beat_sent_at=0.0)
        self.bytes_total: int | None = None

    def report(self, progress: int | None = None, **columns: Any) -> None:
        super().report(progress, **columns)
        self.bytes_total = columns["bytes_total"]


def expected(*parts: Part, total: int | None, done: int = 0) -> int | None:
    run = Noting()
    BookProgress(run, parts, {}).advance(parts[0], done, total)
    return run.bytes_total


def test_what_is_to_come_is_guessed_by_duration() -> None:
    parts = (Part(0, "m-1", duration=timedelta(minutes=1)), Part(1, "m-2", duration=timedelta(minutes=3)))
    assert expected(*parts, total=1000) == 4000


def test_nothing_is_guessed_from_what_is_there_of_a_part_of_unknown_size() -> None:
    parts = (Part(0, "m-1", duration=timedelta(minutes=1)), Part(1, "m-2", duration=timedelta(minutes=3)))
    assert expected(*parts, total=None, done=700) is None
    assert expected(Part(0, "m-1"), total=None, done=700) is None


def test_a_guess_is_never_less_than_what_is_there() -> None:
    parts = (Part(0, "m-1", duration=timedelta(minutes=1)), Part(1, "m-2", duration=timedelta(minutes=1)))
    run = Noting()
    BookProgress(run, parts, {1: 100}).advance(parts[0], 700, None)
    assert run.bytes_total == 800


def test_a_guess_from_absurd_durations_fits_the_database() -> None:
    parts = (Part(0, "m-1", duration=timedelta(microseconds=1)), Part(1, "m-2", duration=timedelta(days=366)))
    guess = expected(*parts, total=2**40)
    assert guess is not None
    assert 0 < guess < BIGINT
