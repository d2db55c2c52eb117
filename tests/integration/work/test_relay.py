from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from psycopg._queries import MAX_CACHED_STATEMENT_LENGTH as _LONGEST_CACHED
from sqlalchemy import Engine as SqlEngine
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from ohdio_core.collection import control
from ohdio_core.db.outbox import Outbox
from ohdio_core.db.session import UnitOfWork
from ohdio_core.errors import Postponed, TransientError
from ohdio_core.sentences import legacy
from ohdio_core.work.admit import Admission
from ohdio_core.work.beat import Heartbeat, WorkerIdentity
from ohdio_core.work.claim import Claim
from ohdio_core.work.finish import finish
from ohdio_core.work.outcome import Done, Outcome, outcome_of
from ohdio_core.work.relay import take_next
from ohdio_core.work.run import Run
from ohdio_core.work.run_history import RunReport
from ohdio_core.work.runner import Runner
from ohdio_core.work.stages import DOWNLOADS
from ohdio_core.work.timing import Timing
from tests.fixtures.engine import Engine

SOURCES = ("stories.example", "tales.example", "fables.example")


class _NotNow(Exception):
    """Undoes a transaction."""


def pass_on(
    engine: Engine, claimed: Claim, outcome: Outcome | None = None, *, is_for_good: bool = True
) -> Claim | None:
    """End a run and take the next row, in one transaction; undo it all when it is not for good."""
    successor = None
    try:
        worker = WorkerIdentity("downloader", 1)
        with engine.database.unit_of_work() as work:
            assert finish(work, DOWNLOADS, claimed, outcome or Done(), RunReport(worker, claimed.progress))
            successor = take_next(work, DOWNLOADS, worker_id=worker.id, timing=engine.timing)
            if not is_for_good:
                raise _NotNow
    except _NotNow:
        pass
    return successor


def successor_of(engine: Engine, claimed: Claim) -> int | None:
    successor = pass_on(engine, claimed)
    return None if successor is None else successor.id


class TestTakingTheNextRow:
    def test_it_is_running_at_once_and_nobody_is_told_to_start_it(self, engine: Engine) -> None:
        engine.worker(threads=3)
        _, _, _, waiting, _ = engine.items(5)
        first, *_ = [engine.start(row) for row in engine.admit()]

        successor = pass_on(engine, first)

        assert successor is not None
        assert (successor.id, successor.attempts, successor.is_trial) == (waiting, 1, False)
        stored = engine.row(waiting)
        assert (stored.status, stored.lease_token) == ("processing", successor.token)
        assert stored.lease_until > stored.started_at
        assert engine.held() == 3
        assert engine.bus.take() == []
        assert ("queue_item", waiting) in engine.bus.changes
        assert engine.admit() == []

    def test_nothing_due_means_nothing_taken(self, engine: Engine) -> None:
        engine.worker()
        engine.items(1, is_ready=False)
        engine.items(1)

        assert successor_of(engine, engine.admit_and_start()) is None
        assert engine.held() == 0

    def test_the_most_urgent_goes_first(self, engine: Engine) -> None:
        engine.worker()
        engine.items(20)
        claimed = engine.admit_and_start()
        (urgent,) = engine.items(1, source="tales.example", priority=9)

        assert successor_of(engine, claimed) == urgent

    def test_what_tried_in_vain_lets_others_go_first(self, engine: Engine) -> None:
        engine.order(control.set_limit, 1)
        engine.worker()
        _, second = engine.items(2)

        successor = pass_on(
            engine, engine.admit_and_start(), outcome_of(TransientError(legacy("The site answered 503.")))
        )

        assert successor is not None
        assert successor.id == second


class TestWhatIsLeftToAdmission:
    def test_a_slot_that_a_lowered_limit_takes_away(self, engine: Engine) -> None:
        engine.worker(threads=3)
        engine.items(9)
        first, second, third = [engine.start(row) for row in engine.admit()]
        engine.order(control.set_limit, 1)

        assert successor_of(engine, first) is None
        assert successor_of(engine, second) is None
        assert successor_of(engine, third) is not None
        assert engine.held() == 1

    def test_a_pause_of_everything(self, engine: Engine) -> None:
        engine.worker()
        engine.items(9)
        claimed = engine.admit_and_start()
        engine.order(control.pause_all)

        assert successor_of(engine, claimed) is None

    def test_slots_of_threads_that_died(self, engine: Engine) -> None:
        engine.worker(threads=3)
        engine.items(9)
        first, *_ = [engine.start(row) for row in engine.admit()]
        engine.execute("UPDATE workers SET threads = 2")

        assert successor_of(engine, first) is None

    def test_a_source_that_has_less_to_offer_than_it_is_said_to(self, engine: Engine) -> None:
        engine.worker()
        engine.order(control.set_limit, 1)
        urgent = engine.items(2, priority=9)
        engine.items(5, source="tales.example")
        claimed = engine.admit_and_start()
        engine.order(control.pause, [urgent[1]])

        assert successor_of(engine, claimed) is None
        assert len(engine.admit()) == 1

    @pytest.mark.parametrize(
        "state",
        [
            "closed_until = now() + interval '1 minute'",
            "closed_until = now() - interval '1 s', closings = 1, failures = 5",  # to be tried by one item
        ],
    )
    def test_a_site_that_is_closed_or_was(self, engine: Engine, state: str) -> None:
        engine.worker()
        engine.items(1)
        claimed = engine.admit_and_start()
        engine.items(5, source="tales.example")
        engine.execute(f"INSERT INTO hosts (politeness_key) VALUES ('tales.example'); UPDATE hosts SET {state}")

        assert successor_of(engine, claimed) is None


class TestOrder:
    @pytest.mark.parametrize("seed", range(12))
    def test_is_the_one_of_admission(self, engine: Engine, seed: int) -> None:
        chance = random.Random(seed)
        engine.worker(threads=4)
        engine.order(control.set_limit, 4)
        for _ in range(10):
            engine.items(chance.randint(1, 3), source=chance.choice(SOURCES), priority=chance.choice([5, 5, 5, 7]))
        running = [engine.start(row) for row in engine.admit()]
        followed = 0
        while engine.value("SELECT count(*) FROM queue_items WHERE status = 'queued'"):
            claimed = running.pop(chance.randrange(len(running)))
            foreseen = pass_on(engine, claimed, is_for_good=False)
            engine.finish(claimed, Done())
            chosen = engine.start(engine.admit()[0])
            if foreseen is not None:
                assert foreseen.id == chosen.id
                followed += 1
            running.append(chosen)
        # Where it gives up, a source had just run out of its urgent rows.
        assert followed >= 5


class Rush:
    """Eight threads that pass on what they can, while somebody admits, and changes the limit or pauses everything."""

    def __init__(self, engine: Engine, count: int) -> None:
        self.engine = engine
        self.count = count
        self.taken: list[int] = []
        self.relayed = 0
        self.most_held = 0
        self._over = threading.Event()

    def run(self) -> None:
        with ThreadPoolExecutor(max_workers=9) as pool:
            ends = [pool.submit(self._meddle), *(pool.submit(self._work) for _ in range(8))]
            for end in ends:
                end.add_done_callback(lambda _: self._over.set())
        for end in ends:
            end.result()

    def _work(self) -> None:
        while len(self.taken) < self.count and not self._over.wait(0.005):
            for row in self.engine.bus.take_ids():
                claimed = self.engine.claim(row)
                while claimed is not None:
                    self.taken.append(claimed.id)
                    claimed = pass_on(self.engine, claimed)
                    self.relayed += claimed is not None

    def _meddle(self) -> None:
        orders: list[Callable[[UnitOfWork], object]] = [
            lambda work: control.set_limit(work, 3),
            control.pause_all,
            control.resume_all,
            lambda work: control.set_limit(work, 8),
        ]
        while not self._over.is_set():
            for order in orders:
                self.engine.order(order)
                for _ in range(5):
                    Admission(self.engine.stage, self.engine.timing).run(self.engine.database)
                    self.most_held = max(self.most_held, self.engine.held())


class TestManyAtOnce:
    def test_the_limit_holds_and_each_row_is_taken_once(self, engine: Engine) -> None:
        engine.order(control.set_limit, 8)
        engine.worker(threads=8)
        items = engine.items(150) + engine.items(150, source="tales.example")
        rush = Rush(engine, len(items))
        rush.run()

        assert rush.most_held <= 8
        assert sorted(rush.taken) == items
        assert rush.relayed > 50
        assert engine.value("SELECT count(*) FROM queue_items WHERE status = 'completed'") == len(items)


class Thread:
    """One thread of a worker, whose work ends as it is told; limit 1."""

    def __init__(self, engine: Engine, end: Callable[[Run], Outcome | None], timing: Timing | None = None) -> None:
        engine.order(control.set_limit, 1)
        worker = engine.worker(threads=1)
        self.engine = engine
        self.runs: list[int] = []
        self._end = end
        timing = timing or engine.timing
        heartbeat = Heartbeat(engine.database, DOWNLOADS, worker, timing)
        self.runner = Runner(engine.database, DOWNLOADS, heartbeat, timing, self._work)

    def _work(self, run: Run) -> Outcome | None:
        self.runs.append(run.claim.id)
        return self._end(run)

    def take_one_message(self) -> None:
        self.runner.handle(self.engine.admit()[0])


class TestRunner:
    def test_does_one_row_after_another_for_one_message_until_it_is_to_stop(self, engine: Engine) -> None:
        def end(run: Run) -> None:
            if len(thread.runs) == 3:
                thread.runner.shut_down()
            run.check()

        thread = Thread(engine, end)
        rows = engine.items(4)
        thread.take_one_message()

        assert thread.runs == rows[:3]
        assert [engine.status(row) for row in rows] == ["completed", "completed", "queued", "queued"]
        assert engine.row(rows[2]).attempts == 0
        assert engine.held() == 0

    def test_answers_its_message_after_a_while(self, engine: Engine) -> None:
        thread = Thread(engine, lambda run: run.wait(0.06), Timing(relay=timedelta(seconds=0.1)))
        engine.items(4)
        thread.take_one_message()

        assert len(thread.runs) == 2
        assert engine.held() == 0

    def test_does_not_put_off_the_whole_queue(self, engine: Engine) -> None:
        def end(_: Run) -> None:
            raise Postponed(legacy("The disk is full."))

        thread = Thread(engine, end)
        engine.items(4)
        thread.take_one_message()

        assert len(thread.runs) == 1

    def test_what_cannot_be_passed_on_is_complete_all_the_same(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(work: UnitOfWork, *_: object, **__: object) -> None:
            work.execute(text("SELECT 1 / 0"))

        monkeypatch.setattr("ohdio_core.work.end_writer.take_next", fail)
        effects: list[int] = []
        thread = Thread(engine, lambda run: Done(lambda _: effects.append(run.claim.id)))
        (row, _) = engine.items(2)
        thread.take_one_message()

        assert engine.status(row) == "completed"
        assert set(effects) == {row}
        assert engine.held() == 0

    def test_goes_on_with_what_it_took_when_the_answer_to_the_commit_was_lost(self, engine: Engine) -> None:
        thread = Thread(engine, lambda _: None)
        rows = engine.items(2)
        (message,) = engine.admit()
        deliver, lost = engine.database.deliver, [OperationalError("COMMIT", None, Exception("the answer was lost"))]

        def lose_one(outbox: Outbox) -> None:
            if ("queue_item", rows[1]) in outbox.changes and lost:
                raise lost.pop()
            deliver(outbox)

        engine.database.deliver = lose_one
        thread.runner.handle(message)

        assert lost == []
        assert [engine.status(row) for row in rows] == ["completed", "completed"]
        assert [engine.row(row).attempts for row in rows] == [1, 1]


def test_no_statement_of_a_run_is_parsed_anew_each_time(engine: Engine) -> None:
    statements: set[str] = set()

    def keep(*arguments: Any) -> None:
        statements.add(arguments[2])

    event.listen(SqlEngine, "before_cursor_execute", keep)
    try:
        engine.worker(threads=3)
        engine.items(4)
        first, *_ = [engine.start(row) for row in engine.admit()]
        assert successor_of(engine, first)
    finally:
        event.remove(SqlEngine, "before_cursor_execute", keep)
    assert statements
    assert {statement[:60]: len(statement) for statement in statements if len(statement) > _LONGEST_CACHED} == {}
