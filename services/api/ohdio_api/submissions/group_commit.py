"""What several threads ask for while others are at it is done together, in one transaction.

Whoever finds nobody at it begins at once and alone, so nobody waits where there is little to do. Those that come
meanwhile wait, and the next that begins takes along those that fit: the more there is to do, the less each costs.
Nobody waits long for others that are slow: after a while a job begins beside them.
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

    BEGIN = auto()  #: a batch of its own
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
        is_for_each: Returns whether what ``act`` has raised would be raised for each job by itself as well, so that
            none is tried alone: what all of them need is away.
        patience: Seconds after which a job that waits begins beside those that are under way.
        most: How many jobs a batch has at most.
    """

    def __init__(
        self,
        act: Callable[[Sequence[Job]], Sequence[Result]],
        fits: Callable[[Sequence[Job], Job], bool],
        *,
        is_for_each: Callable[[Exception], bool],
        patience: float,
        most: int,
    ) -> None:
        self._act = act
        self._fits = fits
        self._is_for_each = is_for_each
        self._most = most
        self._lock = Lock()
        self._patience = patience
        self._under_way = 0
        self._waiting: list[_Waiting[Job, Result]] = []

    def do(self, job: Job) -> Result:
        """Do a job, perhaps together with others; return its result.

        Raises:
            Exception: What ``act`` raises for this job by itself, or would; what is wrong with another fails none.
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
                self._end()
        return self._act([job])[0]

    def _wait_for_turn(self, job: Job) -> tuple[Result] | _Turn:
        with self._lock:
            if not self._under_way:
                self._under_way = 1
                return _Turn.BEGIN
            waiting: _Waiting[Job, Result] = _Waiting(job)
            self._waiting.append(waiting)
        try:
            return waiting.told.result(self._patience)
        except TimeoutError:
            return _Turn.BEGIN if self._leaves(waiting) else waiting.told.result()

    def _leaves(self, waiting: _Waiting[Job, Result]) -> bool:
        """Begin a batch beside others; return False for a job that somebody has taken along, or told to begin."""
        with self._lock:
            if waiting not in self._waiting:
                return False
            self._waiting.remove(waiting)
            self._under_way += 1
            return True

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
        failed: Exception | None = None
        try:
            results = self._act([job, *(other.job for other in others)])
        except Exception as error:
            if self._is_for_each(error):
                failed = error
                raise
            # Each is done by itself, and raises what is wrong with it.
            log_failure(log, "done one by one, as together they failed", error, jobs=1 + len(others))
        finally:
            # Whatever ended this thread, the others have to be told.
            for place, other in enumerate(others, 1):
                if failed is not None:
                    other.told.set_exception(failed)
                else:
                    other.told.set_result((results[place],) if results else _Turn.ALONE)
        return results[0] if results else self._act([job])[0]

    def _end(self) -> None:
        """Pass the turn on to the one that has waited longest, unless others are under way, which will."""
        with self._lock:
            if self._waiting and self._under_way == 1:
                self._waiting.pop(0).told.set_result(_Turn.BEGIN)
            else:
                self._under_way -= 1
