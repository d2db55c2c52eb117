"""The engine under everything that can happen to it, in any order.

Hypothesis plays people, workers, the broker, the clock and the network against the engine on PostgreSQL; after
every step it checks what must always hold, and at the end that everything can still be completed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.exc import SQLAlchemyError

from ohdio_core.collection import control
from ohdio_core.domain.queue import StopReason
from ohdio_core.errors import NotFound, Postponed, TransientError
from ohdio_core.sentences import legacy
from ohdio_core.work.admit import Admission
from ohdio_core.work.beat import Heartbeat, WorkerIdentity
from ohdio_core.work.claim import claim
from ohdio_core.work.finish import finish
from ohdio_core.work.outcome import Done, Outcome, PutBack, outcome_of
from ohdio_core.work.relay import take_next
from ohdio_core.work.run import Run
from ohdio_core.work.run_history import RunReport
from ohdio_core.work.stages import DOWNLOADS
from ohdio_core.work.sweep import sweep
from ohdio_core.work.timing import boot_clock
from tests.fixtures.engine import Engine, illegal_moves
from tests.integration.work.cut_network import Network
from tests.integration.work.machine_invariants import CheckedMachine, Worker

T = TypeVar("T")

ANY = st.integers(0, 11)  # one of a list, whatever its length
MOST_ITEMS = 6  # few, so that much happens to each
SOURCES = ("stories.example", "tales.example")

ENDS: dict[str, Callable[[], Outcome]] = {
    "done": Done,
    "gone": lambda: outcome_of(NotFound(legacy("The site says that this book is gone."))),
    "transient": lambda: outcome_of(TransientError(legacy("The site answered 503."))),
    "postponed": lambda: outcome_of(Postponed(legacy("The disk is full."))),
    "bug": lambda: outcome_of(KeyError("title")),
}


class EngineMachine(CheckedMachine):
    """What happens: people, workers, the broker, the clock and the network.

    No rule has a precondition: what mail there is depends on the database and its clock too, and Hypothesis must see
    the same choices whenever it draws the same data. A rule that has nothing to do does nothing.
    """

    @initialize()
    def begin(self) -> None:
        self.observer.execute(
            "TRUNCATE queue_items, extractions, audiobooks, turns, hosts, workers, status_moves "
            "RESTART IDENTITY CASCADE"
        )
        self.observer.execute("UPDATE queue_control SET is_paused = false, max_concurrent_downloads = 3")
        self.engine.bus.take()
        for source in SOURCES:
            self.items |= set(self.observer.items(1, source=source))
        self.start_worker(threads=2)
        self.start_worker(threads=2)
        self.admit()

    def attempt(self, operation: Callable[[], T]) -> T | None:
        """Do something that the network may break; what it sent meanwhile is in the mail."""
        try:
            return operation()
        except SQLAlchemyError:
            return None
        finally:
            self.mailbox += self.engine.bus.take_ids()

    @rule(which=ANY, to=ANY)
    def deliver_message(self, which: int, to: int) -> None:
        if not self.mailbox:
            return
        place = which % len(self.mailbox)
        if self.deliver(self.mailbox[place], to):
            self.mailbox.pop(place)

    @rule(which=ANY, to=st.lists(ANY, min_size=2, max_size=4))
    def deliver_message_more_than_once(self, which: int, to: list[int]) -> None:
        if not self.mailbox:
            return
        row = self.mailbox[which % len(self.mailbox)]
        for one in to:
            self.deliver(row, one)

    def deliver(self, row: int, to: int) -> bool:
        """Hand a message to a worker; return whether it had a free thread to take it."""
        free = [worker for worker in self.workers if len(worker.runs) < worker.identity.threads]
        if not free:
            return False
        worker = free[to % len(free)]
        sent_at = boot_clock()

        def take() -> Run | None:
            with self.engine.database.unit_of_work() as work:
                claimed = claim(work, DOWNLOADS, row, worker_id=worker.identity.id, timing=self.engine.timing)
            return None if claimed is None else Run(claimed, beat_sent_at=sent_at)

        run = self.attempt(take)
        if run is not None:
            worker.runs.append(run)
            worker.heartbeat.add(run)
        return True

    @rule(which=ANY, more=st.integers(0, 1000))
    def go_on(self, which: int, more: int) -> None:
        if not self.runs():
            return
        worker, run = self.runs()[which % len(self.runs())]
        if run.stop_reason is None:
            run.report(run.progress + more)
        self.beat(worker)

    @rule(which=ANY, overlong_at=st.sampled_from([0.0, math.inf]))
    def outlive_its_time_or_find_its_end(self, which: int, overlong_at: float) -> None:
        if not self.runs():
            return
        worker, run = self.runs()[which % len(self.runs())]
        run.overlong_at = overlong_at
        self.beat(worker)

    @rule(which=ANY, end=st.sampled_from([*ENDS, "done"]), passes_on=st.booleans())
    def end_run(self, which: int, end: str, passes_on: bool) -> None:
        if not self.runs():
            return
        worker, run = self.runs()[which % len(self.runs())]
        outcome = ENDS[end]() if run.stop_reason is None else PutBack(run.stop_reason)
        self.write_end(worker, run, outcome, passes_on=passes_on and run.stop_reason is None)
        self.admit()

    def write_end(self, worker: Worker, run: Run, outcome: Outcome, *, passes_on: bool = False) -> None:
        """End a run; when the database does not answer, it ends the same way later."""
        outcome = worker.ends.setdefault(run.claim.token, outcome)
        if isinstance(outcome, Done):
            self.done.add(run.claim.id)

        def write() -> list[Run]:
            successor = None
            sent_at = boot_clock()
            with self.engine.database.unit_of_work() as work:
                report = RunReport(worker.identity, run.progress)
                if finish(work, DOWNLOADS, run.claim, outcome, report) and passes_on:
                    successor = take_next(work, DOWNLOADS, worker_id=worker.identity.id, timing=self.engine.timing)
            return [] if successor is None else [Run(successor, beat_sent_at=sent_at)]

        successors = self.attempt(write)
        if successors is not None:
            worker.runs.remove(run)
            worker.heartbeat.remove(run)
            del worker.ends[run.claim.token]
            for successor in successors:
                worker.runs.append(successor)
                worker.heartbeat.add(successor)

    @rule()
    def tick(self) -> None:
        def sweep_once() -> None:
            with self.engine.database.unit_of_work() as work:
                sweep(work, DOWNLOADS, self.engine.timing)

        self.attempt(sweep_once)
        self.admit()

    def admit(self) -> None:
        self.attempt(lambda: Admission(DOWNLOADS, self.engine.timing).run(self.engine.database))

    def beat(self, worker: Worker) -> None:
        self.attempt(worker.heartbeat.beat)
        self.attempt(worker.heartbeat._keep_worker_row)

    # -- people -------------------------------------------------------------------------------------

    @rule(source=st.sampled_from(SOURCES), priority=st.sampled_from([1, 5, 5, 9]))
    def add_item(self, source: str, priority: int) -> None:
        if len(self.items) >= MOST_ITEMS:
            return
        self.items |= set(self.observer.items(1, source=source, priority=priority))
        self.admit()

    @rule(which=ANY, order=st.sampled_from([control.pause, control.resume, control.retry, control.fetch_again]))
    def order(self, which: int, order: Callable[..., int]) -> None:
        if not self.items:
            return
        item = self.item(which)
        self.attempt(lambda: self.engine.order(order, [item]))
        if self.observer.status(item) == "queued":
            self.done.discard(item)
        self.admit()

    @rule(which=ANY, priority=st.integers(0, 10))
    def set_priority(self, which: int, priority: int) -> None:
        if not self.items:
            return
        self.attempt(lambda: self.engine.order(control.set_priority, [self.item(which)], priority))

    @rule(which=ANY)
    def delete(self, which: int) -> None:
        if len(self.items) <= 3:
            return
        item = self.item(which)
        if self.attempt(lambda: self.engine.order(control.delete, [item])) is None:
            self.perhaps_deleted.add(item)
        else:
            self.items.discard(item)

    @rule(limit=st.sampled_from([0, 1, 1, 2, 3, 5]))
    def set_limit_or_pause_all(self, limit: int) -> None:
        if limit:
            self.attempt(lambda: self.engine.order(control.resume_all))
            self.attempt(lambda: self.engine.order(control.set_limit, limit))
        else:
            self.attempt(lambda: self.engine.order(control.pause_all))
        self.admit()

    def item(self, which: int) -> int:
        return sorted(self.items)[which % len(self.items)]

    # -- trouble --------------------------------------------------------------------------------------

    @rule(which=ANY, is_killed=st.booleans(), threads=st.integers(1, 3))
    def replace_worker(self, which: int, is_killed: bool, threads: int) -> None:
        if len(self.workers) > 1:
            worker = self.workers.pop(which % len(self.workers))
            if not is_killed:
                self.stop(worker)
        self.start_worker(threads)

    def start_worker(self, threads: int) -> None:
        identity = WorkerIdentity(service=DOWNLOADS.service, threads=threads)
        worker = Worker(identity, Heartbeat(self.engine.database, DOWNLOADS, identity, self.engine.timing))
        self.attempt(worker.heartbeat._keep_worker_row)
        self.workers.append(worker)

    def stop(self, worker: Worker) -> None:
        worker.heartbeat.stop_all(StopReason.SHUTDOWN)
        for run in list(worker.runs):
            self.write_end(worker, run, PutBack(run.stop_reason or StopReason.SHUTDOWN))
        self.attempt(lambda: self.engine.execute("DELETE FROM workers WHERE id = :id", id=worker.identity.id))

    @rule(which=ANY)
    def lose_message(self, which: int) -> None:
        if not self.mailbox:
            return
        self.mailbox.pop(which % len(self.mailbox))

    @rule(seconds=st.sampled_from([1, 6, 11, 16, 1200]), silent=st.sampled_from([-1, 0, 0, 1, 1, 2]))
    def let_time_pass(self, seconds: int, silent: int) -> None:
        """All workers but one are heard meanwhile, or all of them; what is due goes to whoever is free."""
        self.observer.pass_time(timedelta(seconds=seconds))
        for place, worker in enumerate(self.workers):
            for run in worker.runs:
                run.beat_sent_at -= seconds
            if place != silent:
                self.beat(worker)
            for run in worker.runs:
                if boot_clock() - run.beat_sent_at > self.engine.timing.self_stop.total_seconds():
                    run.stop(StopReason.LEASE_LOST)
        self.tick()
        mail, self.mailbox = self.mailbox, []
        undelivered = [row for row in mail if not self.deliver(row, silent + 1)]
        self.mailbox += undelivered

    @rule(statements=st.integers(0, 8), is_the_answer=st.booleans())
    def cut_the_network(self, statements: int, is_the_answer: bool) -> None:
        if is_the_answer:
            self.network.loses_answer = True
        else:
            self.network.statements_left = statements

    @rule(which=ANY, admitted=st.sampled_from(["NULL", "now()"]))
    def force_to_processing(self, which: int, admitted: str) -> None:
        """Somebody who knows SQL and not the engine."""
        if not self.items:
            return
        before = self.observer.held()
        self.observer.execute(
            f"UPDATE queue_items SET status = 'processing', admitted_at = {admitted} "
            "WHERE id = :id AND status = 'queued'",
            id=self.item(which),
        )
        self.allowed += self.observer.held() - before

    def teardown(self) -> None:
        """Check that everything can be completed now, whatever has happened."""
        self.network.heal()
        self.engine.bus.take()
        engine = self.observer
        engine.order(control.resume_all)
        for _ in range(40):
            for status, order in (("paused", control.resume), ("failed", control.retry)):
                engine.order(
                    order, [row.id for row in engine.rows(f"SELECT id FROM queue_items WHERE status = '{status}'")]
                )
            engine.pass_time(timedelta(minutes=20))
            engine.execute("DELETE FROM workers")
            engine.worker()
            for row in [*engine.sweep(), *engine.admit()]:
                if claimed := engine.claim(row):
                    assert engine.finish(claimed, Done())
            if not engine.value("SELECT count(*) FROM queue_items WHERE status <> 'completed'"):
                break
        left = {row.id: row.status for row in engine.rows("SELECT id, status FROM queue_items")}
        assert set(left.values()) <= {"completed"}, left
        assert self.items - self.perhaps_deleted <= left.keys() <= self.items
        assert illegal_moves(engine) == []


@pytest.fixture
def observer(engine: Engine) -> Iterator[Engine]:
    """The same database, seen over a network that nobody cuts."""
    observer = Engine(engine.url)
    yield observer
    observer.database.close()


@pytest.mark.fuzz
@pytest.mark.timeout(300)
@pytest.mark.parametrize("stories", [25, pytest.param(100, marks=pytest.mark.full)])
def test_nothing_that_happens_breaks_the_engine(engine: Engine, observer: Engine, stories: int) -> None:
    network = Network(engine, observer)

    class Machine(EngineMachine):
        def __init__(self) -> None:
            super().__init__(engine, observer, network)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=stories,
            phases=(Phase.generate,),  # to shrink a failure takes minutes; what it prints is the whole story
            stateful_step_count=60,  # a sixth of them find nothing to do
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
