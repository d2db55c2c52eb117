"""Jobs of many threads that are done together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Lock

import pytest

from ohdio_api.submissions.group_commit import GroupCommit
from tests.fixtures.workers import wait_until

_SOON = 30  # seconds


class Kitchen:
    """Answers each job by its double; the first is kept waiting until the door opens."""

    def __init__(self, *, spoilt: Sequence[int] = ()) -> None:
        self.done: list[list[int]] = []
        self.door = Event()
        self._spoilt = spoilt
        self._lock = Lock()

    def act(self, jobs: Sequence[int]) -> list[int]:
        with self._lock:
            self.done.append(list(jobs))
        assert self.door.wait(_SOON)
        if any(job in self._spoilt for job in jobs):
            raise ValueError([job for job in jobs if job in self._spoilt])
        return [2 * job for job in jobs]


def _together(
    kitchen: Kitchen,
    jobs: Sequence[int],
    *,
    fits: Callable[[Sequence[int], int], bool] = lambda _, __: True,
    most: int = 100,
) -> list[Future[int]]:
    """Do a first job 0; the others, once all of them wait for it."""
    commits = GroupCommit(kitchen.act, fits, patience=_SOON, most=most)
    with ThreadPoolExecutor(len(jobs) + 1) as pool:
        first = pool.submit(commits.do, 0)
        wait_until(lambda: kitchen.done == [[0]], _SOON, "the first job is under way")
        others = []
        for place, job in enumerate(jobs, 1):
            others.append(pool.submit(commits.do, job))
            wait_until(lambda place=place: commits.waiting == place, _SOON, "a job waits")  # type: ignore[misc]
        kitchen.door.set()
    return [first, *others]


class TestJobs:
    def test_that_come_one_after_the_other_are_done_alone(self) -> None:
        kitchen = Kitchen()
        kitchen.door.set()
        commits = GroupCommit(kitchen.act, lambda _, __: True, patience=_SOON, most=100)

        assert [commits.do(job) for job in (1, 2, 3)] == [2, 4, 6]
        assert kitchen.done == [[1], [2], [3]]

    def test_that_come_meanwhile_are_done_together_and_each_gets_its_own_result(self) -> None:
        kitchen = Kitchen()

        results = _together(kitchen, [1, 2, 3, 4])

        assert [result.result() for result in results] == [0, 2, 4, 6, 8]
        assert kitchen.done == [[0], [1, 2, 3, 4]]

    def test_that_do_not_fit_wait_for_the_next_batch(self) -> None:
        kitchen = Kitchen()

        results = _together(kitchen, [1, 2, 3, 4], fits=lambda batch, job: (batch[0] - job) % 2 == 0)

        assert [result.result() for result in results] == [0, 2, 4, 6, 8]
        assert kitchen.done == [[0], [1, 3], [2, 4]]

    def test_are_no_more_at_a_time_than_a_batch_takes(self) -> None:
        kitchen = Kitchen()

        _together(kitchen, [1, 2, 3, 4, 5], most=2)

        assert kitchen.done == [[0], [1, 2], [3, 4], [5]]

    def test_wait_no_longer_than_their_patience_for_others_that_are_slow(self) -> None:
        kitchen = Kitchen()
        commits = GroupCommit(kitchen.act, lambda _, __: True, patience=0.05, most=100)
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
        kitchen = Kitchen(spoilt=[3])

        results = _together(kitchen, [1, 2, 3, 4])

        assert [result.result() for place, result in enumerate(results) if place != 3] == [0, 2, 4, 8]
        with pytest.raises(ValueError, match="3"):
            results[3].result()

    def test_that_began_its_batch_passes_the_turn_on(self) -> None:
        kitchen = Kitchen(spoilt=[0, 1])

        results = _together(kitchen, [1, 2])

        assert results[2].result() == 4
        for failed in results[:2]:
            with pytest.raises(ValueError, match=r"0|1"):
                failed.result()
