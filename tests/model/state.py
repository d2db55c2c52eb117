"""What the model knows of the world: rows, workers, messages under way, and what people allow.

A state is a value, so that it can be remembered and compared. Times and amounts are left out: a lease has ended or
not, a row is due or waits, a run has come further than any before or not.
"""

from __future__ import annotations

from enum import StrEnum, auto
from typing import NamedTuple, TypeAlias, TypeVar

from ohdio_core.domain.queue import StopReason, WorkStatus

T = TypeVar("T")


class Row(NamedTuple):
    """A queue item, as PostgreSQL has it."""

    status: WorkStatus = WorkStatus.QUEUED
    is_admitted: bool = False
    is_leased: bool = False
    has_lease_ended: bool = False  #: nobody has renewed it for too long
    asked: StopReason | None = None  #: ``stop_requested``
    attempts: int = 0
    has_moved: bool = False  #: ``progress > best_progress``
    waits: bool = False  #: ``next_attempt_at`` is set
    is_deleted: bool = False
    has_error: bool = False
    has_reason: bool = False  #: ``wait_reason`` is set
    misused: str = ""  #: the transition that was made from a status which is none of its sources

    @property
    def is_due(self) -> bool:
        """Return whether admission and relay may start it (``work.due``)."""
        return self.status is WorkStatus.QUEUED and not self.waits


class Phase(StrEnum):
    """How far a run is."""

    WORKS = auto()  #: bytes flow
    STOPPED = auto()  #: it was told to stop, or has stopped by itself; its end is to be written
    ENDED = auto()  #: its work has come to an end of its own, which is to be written


class Run(NamedTuple):
    """What a worker believes of one claimed row."""

    row: int
    attempts: int  #: as the claim had them
    #: Whether the row still has the token of this run. A token is never given twice, so no more need be known of it.
    holds: bool = True
    has_moved: bool = False
    phase: Phase = Phase.WORKS
    successor: Run | None = None  #: what its slot was passed on to by a commit whose answer was lost


Rows: TypeAlias = tuple[Row | None, ...]
Workers: TypeAlias = tuple[tuple[Run, ...], ...]


class Plan(NamedTuple):
    """What an admission makes of the slots that it has counted, and has not written yet."""

    to_waiting: tuple[int, ...]  #: rows that are to give their slot back
    to_stop: tuple[int, ...]  #: rows whose runs are to be asked to stop
    free: int  #: slots for further rows; negative when more are held than there are


class State(NamedTuple):
    """Everything at one moment."""

    rows: Rows  #: None: deleted
    workers: Workers  #: the runs of each; one without any may as well be dead
    #: Whether a message for each row is under way. Whether there are several makes no difference, as each may be
    #: delivered any number of times.
    mail: tuple[bool, ...]
    is_wanted: tuple[bool, ...]  #: whether nobody has deleted each row
    limit: int = 1
    is_paused: bool = False
    plans: tuple[Plan, ...] = ()  #: of admissions under way

    def row(self, place: int) -> Row:
        """Return a row that exists."""
        row = self.rows[place]
        assert row is not None
        return row

    def held(self) -> int:
        """Return how many slots are held."""
        return sum([row is not None and row.status is WorkStatus.PROCESSING for row in self.rows])

    def runs(self) -> list[tuple[int, Run]]:
        """Return every run, each with the number of its worker."""
        return [(worker, run) for worker, runs in enumerate(self.workers) for run in runs]

    def with_row(self, place: int, row: Row | None) -> State:
        """Return this state with another row in a place."""
        return State(_replaced(self.rows, place, row), *self[1:])

    def with_runs(self, worker: int, runs: tuple[Run, ...]) -> State:
        """Return this state with other runs of a worker."""
        return State(self.rows, _replaced(self.workers, worker, runs), *self[2:])

    def with_run(self, worker: int, run: Run, *instead: Run) -> State:
        """Return this state with a run replaced, or removed."""
        runs = self.workers[worker]
        place = runs.index(run)
        return self.with_runs(worker, (*runs[:place], *instead, *runs[place + 1 :]))

    def with_mail(self, place: int, *, is_under_way: bool = True) -> State:
        """Return this state with a message for a row under way, or without."""
        return self._replace(mail=_replaced(self.mail, place, is_under_way))

    def with_lost_token(self, place: int) -> State:
        """Return this state after a row's token has changed: no run has it any more."""
        workers = [tuple([_without_token(run, place) for run in runs]) for runs in self.workers]
        return State(self.rows, tuple(workers), *self[2:])


def _replaced(values: tuple[T, ...], place: int, value: T) -> tuple[T, ...]:
    return (*values[:place], value, *values[place + 1 :])


def _without_token(run: Run, place: int) -> Run:
    if run.row == place and run.holds:
        run = run._replace(holds=False)
    if run.successor is not None:
        run = run._replace(successor=_without_token(run.successor, place))
    return run
