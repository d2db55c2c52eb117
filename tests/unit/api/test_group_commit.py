"""Jobs of many threads that are done together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Lock

import pytest

from ohdio_api.submissions.group_commit import GroupCommit
from tests.fixtures.workers import wait_until

_SOON = 30  # seconds


class Away(Exception):
    """What every job needs is not there."""


class Kitchen:
    """Answers each job by its double; the first is kept waiting until the door opens."""

    def __init__(self, *, spoilt: Sequence[int] = (), closed_after: int | None = None) -> None:
        self.done: list[list[int]] = []
        self.door = Event()
        self._spoilt = spoilt
        self._closed_after = closed_after
        self._lock = Lock()

    def act(self, jobs: Sequence[int]) -> list[int]:
        with self._lock:
            self.done.append(list(jobs))
            is_closed = self._closed_after is not None and len(self.done) > self._closed_after
        assert self.door.wait(_SOON)
        if is_closed:
            raise Away
        if any(job in self._spoilt for job in jobs):
            raise ValueError([job for job in jobs if job in self._spoilt])
        return [2 * job for job in jobs]


def commits_of(
    kitchen: Kitchen,
    *,
    fits: Callable[[Sequence[int], int], bool] = lambda _, __: True,
    patience: float = _SOON,
    most: int = 100,
) -> GroupCommit[int, int]:
    return GroupCommit(
        kitchen.act, fits, is_for_each=lambda error: isinstance(error, Away), patience=patience, most=most
    )


def together(
    jobs: Sequence[int],
    batches: list[list[int]],
    *,
    kitchen: Callable[[], Kitchen] = Kitchen,
    fits: Callable[[Sequence[int], int], bool] = lambda _, __: True,
    most: int = 100,
) -> list[Future[int]]:
    """Do a first job 0, and the others while it is under way, in these batches; return what became of each.

    Nobody sees whether a thread that has come waits already, or will in a moment: where one was late, all begin anew.
    """
    results: list[Future[int]] = []

    def are_done_so() -> bool:
        cook = kitchen()
        results[:] = _at_once(cook, commits_of(cook, fits=fits, most=most), jobs)
        assert all(len(batch) <= most for batch in cook.done)
        return sorted(cook.done) == sorted(batches)

    wait_until(are_done_so, _SOON, f"these batches are done: {batches}")
    return results


def _at_once(kitchen: Kitchen, commits: GroupCommit[int, int], jobs: Sequence[int]) -> list[Future[int]]:
    come: list[int] = []

    def do(job: int) -> int:
        come.append(job)
        return commits.do(job)

    with ThreadPoolExecutor(len(jobs) + 1) as pool:
        results = [pool.submit(do, 0)]
        wait_until(lambda: kitchen.done == [[0]], _SOON, "the first job is under way")
        for job in jobs:
            results.append(pool.submit(do, job))
            wait_until(lambda job=job: come[-1] == job, _SOON, "a job has come")  # type: ignore[misc]
        kitchen.door.set()
    return results


class TestJobs:
    def test_that_come_one_after_the_other_are_done_alone(self) -> None:
        kitchen = Kitchen()
        kitchen.door.set()
        commits = commits_of(kitchen)

        assert [commits.do(job) for job in (1, 2, 3)] == [2, 4, 6]
        assert kitchen.done == [[1], [2], [3]]

    def test_that_come_meanwhile_are_done_together_and_each_gets_its_own_result(self) -> None:
        results = together([1, 2, 3, 4], [[0], [1, 2, 3, 4]])

        assert [result.result() for result in results] == [0, 2, 4, 6, 8]

    def test_that_do_not_fit_wait_for_the_next_batch(self) -> None:
        results = together([1, 2, 3, 4], [[0], [1, 3], [2, 4]], fits=lambda batch, job: (batch[0] - job) % 2 == 0)

        assert [result.result() for result in results] == [0, 2, 4, 6, 8]

    def test_are_no_more_at_a_time_than_a_batch_takes(self) -> None:
        results = together([1, 2, 3, 4, 5], [[0], [1, 2], [3, 4], [5]], most=2)

        assert [result.result() for result in results] == [0, 2, 4, 6, 8, 10]

    def test_wait_no_longer_than_their_patience_for_others_that_are_slow(self) -> None:
        kitchen = Kitchen()
        commits = commits_of(kitchen, patience=0.05)
        with ThreadPoolExecutor(3) as pool:
            results = [pool.submit(commits.do, 1)]
            wait_until(lambda: kitchen.done == [[1]], _SOON, "the first job is under way")
            results += [pool.submit(commits.do, job) for job in (2, 3)]
            # The door is shut still.
            wait_until(
                lambda: sorted(job for batch in kitchen.done for job in batch) == [1, 2, 3], _SOON, "all have begun"
            )
            kitchen.door.set()

        assert [result.result() for result in results] == [2, 4, 6]
        assert commits.do(4) == 8
        assert kitchen.done[-1] == [4]


class TestAJobThatFails:
    def test_fails_alone_and_the_others_of_its_batch_are_done(self) -> None:
        batches = [[0], [1, 2, 3, 4], [1], [2], [3], [4]]
        results = together([1, 2, 3, 4], batches, kitchen=lambda: Kitchen(spoilt=[3]))

        assert [result.result() for place, result in enumerate(results) if place != 3] == [0, 2, 4, 8]
        with pytest.raises(ValueError, match="3"):
            results[3].result()

    def test_that_began_its_batch_passes_the_turn_on(self) -> None:
        results = together([1, 2], [[0], [1, 2], [1], [2]], kitchen=lambda: Kitchen(spoilt=[0, 1]))

        assert results[2].result() == 4
        for failed in results[:2]:
            with pytest.raises(ValueError, match=r"0|1"):
                failed.result()

    def test_for_what_all_need_fails_with_its_batch_and_is_not_tried_alone(self) -> None:
        results = together([1, 2, 3], [[0], [1, 2, 3]], kitchen=lambda: Kitchen(closed_after=1))

        assert results[0].result() == 0
        for failed in results[1:]:
            with pytest.raises(Away):
                failed.result()
