"""What several threads ask for while others are at it is done together, in one transaction.

Whoever finds a free place begins at once and alone, so nobody waits where there is little to do. With all places taken
jobs wait, and the next that begins takes along those that fit: the more there is to do, the less each costs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import Enum, auto
from threading import Lock
from typing import Generic, TypeVar

import structlog

from ohdio_core.away import log_failure

log = structlog.get_logger(__name__)

Job = TypeVar("Job")
Result = TypeVar("Result")


class _Turn(Enum):
    """What the thread of a job that waited is to do."""

    BEGIN = auto()  #: a batch of its own: a place is free
    ALONE = auto()  #: its own job: the batch that it was in has failed


@dataclass(eq=False, slots=True)
class _Waiting(Generic[Job, Result]):
    """A job that waits, and what is told to its thread: its result, or what to do."""

    job: Job
    told: Future[tuple[Result] | _Turn] = field(default_factory=Future)


class GroupCommit(Generic[Job, Result]):
    """Does the jobs of many threads in batches.

    Args:
        act: Does jobs and returns the result of each, in order; or raises, and has done nothing then.
        fits: Returns whether a job can be done together with those of a batch.
        at_once: How many batches may be under way at the same time.
        most: How many jobs a batch has at most.
    """

    def __init__(
        self,
        act: Callable[[Sequence[Job]], Sequence[Result]],
        fits: Callable[[Sequence[Job], Job], bool],
        *,
        at_once: int,
        most: int,
    ) -> None:
        self._act = act
        self._fits = fits
        self._most = most
        self._lock = Lock()
        self._free = at_once
        self._waiting: list[_Waiting[Job, Result]] = []

    @property
    def waiting(self) -> int:
        """Return how many jobs wait for a place."""
        return len(self._waiting)

    def do(self, job: Job) -> Result:
        """Do a job, perhaps together with others; return its result.

        Raises:
            Exception: What ``act`` raises for this job by itself: no job fails for what is wrong with another.
        """
        told = self._wait_for_turn(job)
        if isinstance(told, tuple):
            return told[0]
        if told is _Turn.BEGIN:
            try:
                batch = self._take_along(job)
                if batch:
                    return self._do_with(job, batch)
                return self._act([job])[0]
            finally:
                self._free_place()
        return self._act([job])[0]

    def _wait_for_turn(self, job: Job) -> tuple[Result] | _Turn:
        with self._lock:
            if self._free:
                self._free -= 1
                return _Turn.BEGIN
            waiting: _Waiting[Job, Result] = _Waiting(job)
            self._waiting.append(waiting)
        return waiting.told.result()

    def _take_along(self, job: Job) -> list[_Waiting[Job, Result]]:
        """Return those that wait and go with this job; they wait for nobody else from here on."""
        taken: list[_Waiting[Job, Result]] = []
        left: list[_Waiting[Job, Result]] = []
        with self._lock:
            for waiting in self._waiting:
                fits = len(taken) < self._most - 1 and self._fits([job, *(other.job for other in taken)], waiting.job)
                (taken if fits else left).append(waiting)
            self._waiting = left
        return taken

    def _do_with(self, job: Job, others: list[_Waiting[Job, Result]]) -> Result:
        results: Sequence[Result] = ()
        try:
            results = self._act([job, *(other.job for other in others)])
        except Exception as error:  # noqa: BLE001 - each is done by itself, and raises what is wrong with it
            log_failure(log, "done one by one, as together they failed", error, jobs=1 + len(others))
        finally:
            # Whatever ended this thread, the others have to be told.
            for place, other in enumerate(others, 1):
                other.told.set_result((results[place],) if results else _Turn.ALONE)
        return results[0] if results else self._act([job])[0]

    def _free_place(self) -> None:
        """Pass the place on to the one that has waited longest; leave it free where none waits."""
        with self._lock:
            if self._waiting:
                self._waiting.pop(0).told.set_result(_Turn.BEGIN)
            else:
                self._free += 1
