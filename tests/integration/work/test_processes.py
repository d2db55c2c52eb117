from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ohdio_core.collection.control import pause_all, resume_all, set_limit
from ohdio_core.messages import DownloadAudiobook
from ohdio_core.messaging.rabbitmq import rabbitmq_broker
from ohdio_core.process import Node
from ohdio_core.work.timing import Timing
from tests.fakes.fake_fetch import AFTER_CLAIM, AFTER_MOVE, BEFORE_ACK, BEFORE_CLAIM, DEATHS, IN_FINISH
from tests.fixtures.effort import Pace
from tests.fixtures.engine import Engine
from tests.fixtures.workers import Supervisor, WorkerProcesses, wait_until


@pytest.fixture
def office(database_url: str, vhost_url: str) -> Iterator[Node]:
    """A process that does no work itself: where people ask for things, as the API."""
    node = Node(database_url, rabbitmq_broker(vhost_url, patience=1.0), application="ohdio-office", timing=Timing())
    node.start()
    yield node
    node.end()


@pytest.fixture
def normal_workers(tmp_path: Path, database_url: str, vhost_url: str) -> Iterator[WorkerProcesses]:
    """Worker processes with the product's own timing."""
    processes = WorkerProcesses(tmp_path, database_url, vhost_url, {})
    yield processes
    processes.end()


def count(engine: Engine, status: str) -> int:
    return int(engine.value("SELECT count(*) FROM queue_items WHERE status = :status", status=status))


class TestLimit:
    def test_holds_exactly_over_processes_with_different_thread_counts(
        self, engine: Engine, workers: WorkerProcesses
    ) -> None:
        engine.items(18)
        workers.start(threads=2)
        workers.start(threads=5)
        wait_until(lambda: count(engine, "completed") == 18, 30, "18 items are complete")
        assert workers.witness.peak() == 3
        assert len(workers.witness.started()) == 18

    def test_above_the_threads_means_the_threads(self, engine: Engine, workers: WorkerProcesses) -> None:
        engine.items(8)
        engine.order(set_limit, 10)
        workers.start(threads=2)
        wait_until(lambda: count(engine, "completed") == 8, 30, "8 items are complete")
        assert workers.witness.peak() == 2
        assert len(workers.witness.started()) == 8

    def test_that_is_changed_live_holds_within_two_seconds(
        self, engine: Engine, normal_workers: WorkerProcesses, office: Node
    ) -> None:
        engine.items(12)
        witness = normal_workers.witness
        normal_workers.start(threads=2, seconds=30)
        normal_workers.start(threads=4, seconds=30)
        wait_until(lambda: in_flight(normal_workers) == 3, 15, "3 items are in flight")

        for limit in (1, 6):
            with Pace() as pace:
                with office.database.unit_of_work() as work:
                    set_limit(work, limit)
                changed_at = time.monotonic()
                pace.wait(2.6, since=changed_at)
                holds_from = changed_at + pace.stretched(2)
            assert witness.peak(since=holds_from, until=holds_from + 0.5) == limit
        assert witness.peak() == 6
        assert witness.overlapping() == set()


class TestPause:
    def test_of_everything_stops_the_bytes_within_a_second_and_a_half_and_resume_starts_them(
        self, engine: Engine, normal_workers: WorkerProcesses, office: Node
    ) -> None:
        items = engine.items(6)
        normal_workers.start(threads=3, seconds=30)
        wait_until(lambda: in_flight(normal_workers) == 3, 15, "3 items are in flight")

        with Pace() as pace:
            with office.database.unit_of_work() as work:
                pause_all(work)
            paused_at = time.monotonic()
            wait_until(lambda: count(engine, "queued") == 6, 5, "every item is back in the queue")
        assert normal_workers.witness.last_seen_at() < paused_at + pace.stretched(1.5)
        assert [engine.row(item).attempts for item in items] == [0] * 6

        with office.database.unit_of_work() as work:
            resume_all(work)
        wait_until(lambda: in_flight(normal_workers) == 3, 2, "3 items are in flight again")


class TestKilledWorker:
    def test_costs_no_item_wherever_it_dies(self, engine: Engine, workers: WorkerProcesses) -> None:
        items = engine.items(12)
        # The first three are taken from messages, which have an acknowledgement; the others as a slot is passed on.
        places = {BEFORE_CLAIM: 0, BEFORE_ACK: 1, AFTER_CLAIM: 4, AFTER_MOVE: 7, IN_FINISH: 10}
        assert places.keys() == set(DEATHS)
        deaths = " ".join(f"{point}:{items[place]}" for point, place in places.items())
        processes = [Supervisor(workers, deaths=deaths, seconds=0.3) for _ in range(2)]

        def is_over() -> bool:
            for process in processes:
                process.look()
            restarts = sum(process.restarts for process in processes)
            return count(engine, "completed") == len(items) and restarts == len(DEATHS)

        # Both, as a worker may die when everything is complete already: before the acknowledgement of the last run.
        wait_until(is_over, 120, "all items are complete and a worker has died at each point")
        assert workers.witness.overlapping() == set()
        assert workers.witness.peak() <= 3

    def test_of_a_poison_item_fails_that_item_alone(self, engine: Engine, workers: WorkerProcesses) -> None:
        poison, *others = engine.items(6)
        process = Supervisor(workers, poison=poison, seconds=0.8, OHDIO_LEASE_SECONDS=1.5)

        def is_decided() -> bool:
            process.look()
            return count(engine, "completed") + count(engine, "failed") == 6

        wait_until(is_decided, 60, "every item is complete or failed")
        assert engine.status(poison) == "failed"
        assert engine.row(poison).error == "Given up after 5 attempts: the worker died while it worked on this."
        assert [engine.status(item) for item in others] == ["completed"] * 5
        assert workers.witness.started().count(poison) == 5
        assert process.restarts == 5


class TestRestart:
    def test_of_a_healthy_long_item_costs_no_attempt(self, engine: Engine, workers: WorkerProcesses) -> None:
        (item,) = engine.items(1)
        process = Supervisor(workers, seconds=30, is_silent=1)
        for restart in range(1, 8):  # more than an item has attempts
            wait_until(lambda: len(workers.witness.started()) == restart, 10, "the item is in flight")  # noqa: B023 - called within the turn
            process.terminate()
            row = engine.row(item)
            assert (row.status, row.attempts, row.error) in {("queued", 0, None), ("processing", 0, None)}
        assert workers.witness.overlapping() == set()


class TestForgottenItems:
    def test_that_only_claim_to_be_processing_complete_by_themselves(
        self, engine: Engine, workers: WorkerProcesses
    ) -> None:
        workers.start(threads=3, seconds=0.05, chunk=0.05)
        engine.items(144)
        engine.execute(
            """
            UPDATE queue_items SET status = 'processing', attempts = 0, lease_token = NULL, lease_until = NULL,
                   worker_id = NULL, admitted_at = NULL, sent_at = NULL, is_ready = true, next_attempt_at = NULL
            """
        )
        wait_until(lambda: count(engine, "completed") == 144, 60, "144 items are complete")
        assert workers.witness.peak() <= 3
        assert sorted(workers.witness.started()) == sorted(set(workers.witness.started()))


class TestLateMessage:
    def test_of_a_running_or_complete_item_does_nothing(
        self, engine: Engine, workers: WorkerProcesses, office: Node
    ) -> None:
        items = engine.items(4)
        engine.order(set_limit, 1)
        workers.start(threads=3, seconds=0.4)

        def pester() -> bool:
            office.publisher.publish(DownloadAudiobook(queue_item_id=item) for item in items)
            return count(engine, "completed") == 4

        wait_until(pester, 20, "all items are complete")
        assert workers.witness.started() == items
        assert workers.witness.peak() == 1


class TestFrozenWorker:
    def test_that_wakes_up_after_its_items_were_given_away_finishes_nothing(
        self, engine: Engine, workers: WorkerProcesses
    ) -> None:
        (item,) = engine.items(1)
        frozen = workers.start(threads=1, seconds=1)
        wait_until(lambda: in_flight(workers) == 1, 10, "the item is in flight")
        frozen.send_signal(signal.SIGSTOP)
        workers.start(threads=1, seconds=1)
        wait_until(lambda: count(engine, "completed") == 1, 15, "another worker completes it")
        finished_at = engine.row(item).finished_at
        frozen.send_signal(signal.SIGCONT)
        wait_until(lambda: "another worker" in workers.logs(), 10, "the frozen worker learns that it has lost the item")
        assert engine.row(item).finished_at == finished_at


def in_flight(workers: WorkerProcesses) -> int:
    """Count the items of which a chunk arrived within the last 0.3 seconds."""
    return workers.witness.in_flight(time.monotonic() - 0.3) if workers.witness.fetches() else 0
