"""Rows that one thread works on together: those whose work waits for nobody."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from ohdio_core.db.outbox import Outbox
from ohdio_core.db.session import UnitOfWork
from ohdio_core.work.batch import BatchResult
from ohdio_core.work.beat import Heartbeat
from ohdio_core.work.outcome import Done
from ohdio_core.work.run import Run
from ohdio_core.work.runner import Runner
from ohdio_core.work.stages import METADATA
from tests.fixtures.engine import SOURCE, Engine
from tests.fixtures.workers import wait_until

assert METADATA.batches is not None
MOST = METADATA.batches.most


@pytest.fixture
def describing(engine: Engine) -> Engine:
    """The engine of descriptions."""
    return engine.at(METADATA)


def told(engine: Engine, count: int, *, source: str = SOURCE, priority: int = 5) -> list[int]:
    """Insert books of which their listing told all; return the ids of their descriptions, oldest first."""
    rows = engine.extractions(count, source=source, priority=priority)
    engine.execute("UPDATE extractions SET listed = CAST(:all AS jsonb) WHERE id = ANY(:ids)", all=ALL, ids=rows)
    return rows


ALL = '{"title": "Le phare", "parts": [{"index": 0, "external_id": "1"}]}'


class Service:
    """A worker's runner, and what it was asked to do."""

    def __init__(self, engine: Engine, *, threads: int = 3) -> None:
        self.engine = engine
        self.batches: list[list[int]] = []
        self.alone: list[int] = []
        self.written: Counter[int] = Counter()
        self.is_plain: Callable[[int], bool] = lambda _: True
        self.on_batch: Callable[[Sequence[Run]], None] = lambda _: None
        self.on_write: Callable[[UnitOfWork, int], None] = lambda *_: None
        self._lock = threading.Lock()
        worker = engine.worker(threads=threads)
        self.heartbeat = Heartbeat(engine.database, METADATA, worker, engine.timing)
        self.runner = Runner(
            engine.database, METADATA, self.heartbeat, engine.timing, self._describe, batch_work=self._describe_listed
        )

    def _describe(self, run: Run) -> Done:
        with self._lock:
            self.alone.append(run.claim.id)
        return Done(lambda work: self._write(work, [run.claim.id]))

    def _describe_listed(self, runs: Sequence[Run]) -> BatchResult:
        with self._lock:
            self.batches.append([run.claim.id for run in runs])
        self.on_batch(runs)
        return BatchResult([run.claim.id for run in runs if self.is_plain(run.claim.id)], self._write)

    def _write(self, work: UnitOfWork, ids: Collection[int]) -> None:
        for row in ids:
            self.on_write(work, row)
        with self._lock:
            self.written.update(ids)


def status(engine: Engine, rows: Sequence[int]) -> Counter[str | None]:
    return Counter(engine.status(row) for row in rows)


class TestOneMessage:
    def test_is_sent_for_all_that_one_thread_takes(self, describing: Engine) -> None:
        describing.worker(threads=MOST)
        rows = told(describing, 2 * MOST)

        assert describing.admit() == [rows[0], rows[MOST]]
        assert status(describing, rows) == {"processing": 2 * MOST}

    def test_is_sent_for_each_row_that_needs_its_site(self, describing: Engine) -> None:
        describing.worker(threads=MOST)
        rows = describing.extractions(5)

        assert describing.admit() == rows

    def test_is_sent_for_each_source(self, describing: Engine) -> None:
        describing.worker(threads=MOST)
        here, there = told(describing, 3), told(describing, 3, source="tales.example")

        assert sorted(describing.admit()) == [here[0], there[0]]

    def test_is_enough_for_all_of_them(self, describing: Engine) -> None:
        service = Service(describing, threads=MOST)
        rows = told(describing, 2 * MOST + 3)
        message, *_ = describing.admit()

        service.runner.handle(message)

        assert [len(batch) for batch in service.batches] == [MOST, MOST - 1, 4]
        assert sorted(row for batch in service.batches for row in batch) == rows
        assert status(describing, rows) == {"completed": len(rows)}
        assert not service.heartbeat.is_busy

    def test_that_is_lost_is_sent_again_and_is_enough_again(self, describing: Engine) -> None:
        service = Service(describing, threads=1)
        rows = told(describing, 4)
        describing.admit()
        describing.pass_time(timedelta(seconds=6))
        message, *_ = describing.sweep()

        service.runner.handle(message)

        assert status(describing, rows) == {"completed": 4}

    def test_that_comes_late_or_again_changes_nothing(self, describing: Engine) -> None:
        service = Service(describing)
        rows = told(describing, 6)
        (message,) = describing.admit()

        for row in [message, message, *rows]:
            service.runner.handle(row)

        assert service.written == dict.fromkeys(rows, 1)
        assert [describing.row(row).attempts for row in rows] == [1] * 6


class TestABatch:
    def test_leaves_out_other_sources_what_needs_its_site_and_what_is_not_admitted(self, describing: Engine) -> None:
        service = Service(describing, threads=4)
        mine = told(describing, 2)
        others = [*told(describing, 1, source="tales.example"), *describing.extractions(1)]
        describing.admit()
        later = told(describing, 1)

        service.runner.handle(mine[0])

        assert service.batches == [mine]
        assert status(describing, others) == {"processing": 2}
        assert status(describing, later) == {"queued": 1}

    def test_goes_on_with_what_was_admitted_meanwhile(self, describing: Engine) -> None:
        service = Service(describing)
        (first,) = told(describing, 1)
        describing.admit()
        later: list[int] = []

        def admit_another(_: Sequence[Run]) -> None:
            if not later:
                later.extend(told(describing, 1))
                describing.admit()

        service.on_batch = admit_another
        service.runner.handle(first)

        assert service.batches == [[first], later]
        assert status(describing, [first, *later]) == {"completed": 2}

    def test_waits_while_anything_more_urgent_is_admitted(self, describing: Engine) -> None:
        service = Service(describing)
        rows = told(describing, 3)
        describing.admit()
        (urgent,) = describing.extractions(1, source="tales.example", priority=9)
        describing.admit()

        service.runner.handle(rows[0])

        assert service.alone == [urgent]
        assert status(describing, rows) == {"processing": 3}
        # The urgent one took the place of the row that the message named, which is named again.
        assert describing.bus.take_ids() == [rows[0]]

    def test_sends_for_the_rest_when_anything_more_urgent_comes_meanwhile(self, describing: Engine) -> None:
        service = Service(describing, threads=MOST)
        rows = told(describing, 2 * MOST)
        message, *_ = describing.admit()

        def come(_: Sequence[Run]) -> None:
            describing.extractions(1, source="tales.example", priority=9)
            describing.admit()

        service.on_batch = come
        service.runner.handle(message)

        assert status(describing, rows) == {"completed": MOST, "processing": MOST}
        assert describing.bus.take_ids() == [rows[MOST]]

    def test_takes_no_neighbours_along_when_it_may_be_what_kills_workers(self, describing: Engine) -> None:
        service = Service(describing)
        rows = told(describing, 3)
        describing.execute("UPDATE extractions SET attempts = 1 WHERE id = :id", id=rows[0])
        assert describing.admit() == rows[:2]

        for row in rows[:2]:
            service.runner.handle(row)

        assert (service.alone, service.batches) == ([rows[0]], [rows[1:]])

    def test_neither_waits_for_a_site_that_fails_nor_tries_it(self, describing: Engine) -> None:
        service = Service(describing, threads=4)
        rows = told(describing, 16)
        describing.execute(
            "INSERT INTO hosts (politeness_key, failures, closings, closed_until) VALUES (:key, 3, 3, now())",
            key=SOURCE,
        )
        (message,) = describing.admit()

        service.runner.handle(message)

        assert status(describing, rows) == {"completed": 16}
        assert describing.rows("SELECT closings, is_tried FROM hosts") == [(3, False)]

    def test_ends_soon_after_its_worker_is_told_to_stop(self, describing: Engine) -> None:
        service = Service(describing, threads=MOST)
        rows = told(describing, 2 * MOST)
        message, *_ = describing.admit()
        service.on_batch = lambda _: service.runner.shut_down()

        service.runner.handle(message)

        assert len(service.batches) == 1
        assert status(describing, rows) == {"completed": MOST, "processing": MOST}

    def test_stops_after_a_while_so_that_its_message_is_answered(self, describing: Engine) -> None:
        service = Service(describing, threads=MOST)
        told(describing, 2 * MOST)
        message, *_ = describing.admit()
        service.runner.timing = type(describing.timing)(relay=timedelta(0))

        service.runner.handle(message)

        assert len(service.batches) == 1


class TestWhatIsNotPlain:
    def test_is_done_alone(self, describing: Engine) -> None:
        service = Service(describing)
        rows = told(describing, 3)
        describing.admit()
        service.is_plain = lambda row: row == rows[1]

        service.runner.handle(rows[0])

        assert service.alone == [rows[0], rows[2]]
        assert service.written == dict.fromkeys(rows, 1)

    def test_a_row_that_was_cancelled_meanwhile_is_not_written(self, describing: Engine) -> None:
        service = Service(describing)
        rows = told(describing, 3)
        describing.admit()
        service.on_batch = lambda _: describing.execute(
            "UPDATE extractions SET stop_requested = 'cancel' WHERE id = :id", id=rows[1]
        )

        service.runner.handle(rows[0])

        assert service.written == {rows[0]: 1, rows[2]: 1}
        assert [describing.status(row) for row in rows] == ["completed", "cancelled", "completed"]

    def test_a_row_that_was_given_to_another_worker_is_not_written(self, describing: Engine) -> None:
        service = Service(describing)
        rows = told(describing, 3)
        describing.admit()
        service.on_batch = lambda _: describing.execute(
            "UPDATE extractions SET lease_token = gen_random_uuid() WHERE id = :id", id=rows[1]
        )

        service.runner.handle(rows[0])

        assert service.written == {rows[0]: 1, rows[2]: 1}
        assert [describing.status(row) for row in rows] == ["completed", "processing", "completed"]


class TestTrouble:
    def test_in_the_work_costs_nobody_an_attempt_and_each_is_done_alone(self, describing: Engine) -> None:
        service = Service(describing)
        rows = told(describing, 3)
        describing.admit()

        def fail(_: Sequence[Run]) -> None:
            raise KeyError("part")

        service.on_batch = fail
        service.runner.handle(rows[0])

        assert service.alone == rows
        assert [describing.row(row).attempts for row in rows] == [1, 1, 1]
        assert status(describing, rows) == {"completed": 3}
        assert not service.heartbeat.is_busy

    def test_with_one_row_is_that_rows_alone(self, describing: Engine) -> None:
        service = Service(describing)
        rows = told(describing, 3)
        describing.admit()

        def refuse_one(work: UnitOfWork, row: int) -> None:
            if row == rows[1]:
                work.execute(text("SELECT 1 / 0"))

        service.on_write = refuse_one
        service.runner.handle(rows[0])

        assert [describing.status(row) for row in rows] == ["completed", "queued", "completed"]
        assert describing.row(rows[1]).wait_reason.startswith("The database refused")

    def test_with_the_answer_to_a_commit_does_nothing_twice(self, describing: Engine) -> None:
        service = Service(describing)
        rows = told(describing, 3)
        describing.admit()
        deliver, lost = describing.database.deliver, [OperationalError("COMMIT", None, Exception("no answer"))]

        def lose_one(outbox: Outbox) -> None:
            if lost and service.written:
                raise lost.pop()
            deliver(outbox)

        describing.database.deliver = lose_one
        service.runner.handle(rows[0])

        assert lost == []
        assert service.written == dict.fromkeys(rows, 1)
        assert status(describing, rows) == {"completed": 3}
        assert not service.heartbeat.is_busy

    def test_a_worker_that_dies_costs_no_row(self, describing: Engine) -> None:
        service = Service(describing)
        rows = told(describing, 3)
        describing.admit()

        def die(_: Sequence[Run]) -> None:
            raise SystemExit

        service.on_batch = die
        with pytest.raises(SystemExit):
            service.runner.handle(rows[0])
        describing.execute("UPDATE extractions SET lease_until = now() - interval '1 s'")
        describing.sweep()
        describing.pass_time(timedelta(seconds=60))
        describing.sweep()

        successor = Service(describing)
        describing.bus.take()
        for row in describing.admit():
            successor.runner.handle(row)

        assert successor.written == dict.fromkeys(rows, 1)


class TestManyThreads:
    def test_take_each_row_once(self, describing: Engine) -> None:
        service = Service(describing, threads=8)
        rows = told(describing, 120) + told(describing, 120, source="tales.example") + describing.extractions(20)
        with ThreadPoolExecutor(8) as threads:

            def are_written() -> bool:
                for message in describing.admit():
                    threads.submit(service.runner.handle, message)
                return service.written.total() >= len(rows)

            wait_until(are_written, 30, "all rows are written")

        assert service.written == dict.fromkeys(rows, 1)
        assert [describing.row(row).attempts for row in rows] == [1] * len(rows)
        assert max(map(len, service.batches)) > 1
        assert describing.held() == 0
