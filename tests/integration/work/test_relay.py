from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ohdio_core.domain.queue import StopReason
from ohdio_core.errors import TransientError
from ohdio_core.work import control
from ohdio_core.work.admit import Admission
from ohdio_core.work.beat import Heartbeat, WorkerIdentity
from ohdio_core.work.claim import Claim
from ohdio_core.work.finish import finish
from ohdio_core.work.outcome import Done, Outcome, outcome_of
from ohdio_core.work.relay import take_next
from ohdio_core.work.run import Run
from ohdio_core.work.runner import Runner
from ohdio_core.work.stages import DOWNLOADS
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
        with engine.database.unit_of_work() as work:
            assert finish(work, DOWNLOADS, claimed, outcome or Done(), progress=claimed.progress)
            successor = take_next(work, DOWNLOADS, worker_id=WorkerIdentity("downloader", 1).id, timing=engine.timing)
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

        successor = pass_on(engine, engine.admit_and_start(), outcome_of(TransientError("The site answered 503.")))

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


class TestManyAtOnce:
    def test_the_limit_holds_and_each_row_is_taken_once(self, engine: Engine) -> None:
        engine.order(control.set_limit, 8)
        engine.worker(threads=8)
        items = engine.items(150) + engine.items(150, source="tales.example")
        mail = engine.admit()
        taken: list[int] = []
        most_held: list[int] = []
        is_over = threading.Event()

        def work_on(row: int) -> None:
            claimed: Claim | None = engine.start(row)
            while claimed is not None:
                taken.append(claimed.id)
                claimed = pass_on(engine, claimed)

        def meddle() -> None:
            while not is_over.is_set():
                Admission(engine.stage, engine.timing).run(engine.database)
                most_held.append(engine.held())

        with ThreadPoolExecutor(max_workers=9) as pool:
            meddler = pool.submit(meddle)
            for end in [pool.submit(work_on, row) for row in mail]:
                end.result()
            is_over.set()
            meddler.result()

        assert max(most_held) <= 8
        assert len(taken) == len(set(taken))
        by_status = dict(engine.rows("SELECT status, count(*) FROM queue_items GROUP BY status"))
        assert by_status.pop("completed") == len(taken)
        assert sum(by_status.values()) == len(items) - len(taken)


class TestRunner:
    def test_does_one_row_after_another_for_one_message_until_it_is_to_stop(self, engine: Engine) -> None:
        engine.order(control.set_limit, 1)
        worker = engine.worker(threads=1)
        rows = engine.items(4)
        done: list[int] = []

        def work(run: Run) -> None:
            done.append(run.claim.id)
            if len(done) == 3:
                runner.shut_down()
            run.check()

        heartbeat = Heartbeat(engine.database, DOWNLOADS, worker, engine.timing)
        runner = Runner(engine.database, DOWNLOADS, heartbeat, engine.timing, work)
        runner.handle(engine.admit()[0])

        assert done == rows[:3]
        assert [engine.status(row) for row in rows] == ["completed", "completed", "queued", "queued"]
        assert engine.row(rows[2]).attempts == 0
        assert StopReason.SHUTDOWN.value not in {engine.row(row).stop_requested for row in rows}
