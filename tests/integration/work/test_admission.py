from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from ohdio_core.collection import control
from ohdio_core.domain.queue import StopReason
from ohdio_core.messages import DownloadAudiobook, ExtractMetadata
from ohdio_core.sentences import legacy
from ohdio_core.work.admit import Admission
from ohdio_core.work.outcome import Again, Done, PutBack
from ohdio_core.work.stages import METADATA
from tests.fixtures.engine import SOURCE, Engine

OTHER = "tales.example"


class TestCapacity:
    def test_fills_the_limit_oldest_first_and_sends_one_message_each(self, engine: Engine) -> None:
        engine.worker(threads=10)
        first, second, third, *_ = engine.items(5)

        Admission(engine.stage, engine.timing).run(engine.database)

        assert engine.bus.take() == [DownloadAudiobook(queue_item_id=row) for row in (first, second, third)]
        assert engine.bus.changes >= {("queue_item", first), ("queue_item", second), ("queue_item", third)}

    def test_admits_no_more_while_the_slots_are_held(self, engine: Engine) -> None:
        engine.worker(threads=10)
        engine.items(5)
        engine.admit()

        assert engine.admit() == []

    def test_what_ends_makes_room_for_the_next(self, engine: Engine) -> None:
        engine.worker(threads=10)
        rows = engine.items(5)
        claimed = engine.admit_and_start()

        engine.finish(claimed, Done())

        assert engine.bus.wakes >= {"downloads"}
        assert engine.admit() == [rows[3]]

    def test_the_threads_of_live_workers_bound_it_when_the_limit_is_higher(self, engine: Engine) -> None:
        engine.order(control.set_limit, 50)
        engine.worker(threads=1)
        engine.worker(threads=3)
        engine.items(9)

        assert len(engine.admit()) == 4

    def test_threads_of_other_services_do_not_count(self, engine: Engine) -> None:
        engine.at(METADATA).worker(threads=3)
        engine.items(2)

        assert engine.admit() == []

    def test_a_worker_that_fell_silent_does_not_count(self, engine: Engine) -> None:
        engine.worker(threads=3)
        engine.pass_time(engine.timing.lease + timedelta(seconds=1))
        engine.worker(threads=1)
        engine.items(3)

        assert len(engine.admit()) == 1

    def test_a_stage_with_a_window_admits_four_times_its_live_threads(self, engine: Engine) -> None:
        describing = engine.at(METADATA)
        describing.worker(threads=2)
        books = describing.extractions(10)

        Admission(METADATA, engine.timing).run(engine.database)

        assert engine.bus.take() == [ExtractMetadata(audiobook_id=book) for book in books[:8]]

    def test_a_source_whose_requests_are_paced_gets_no_more_than_it_may_hold(self, engine: Engine) -> None:
        describing = engine.at(METADATA)
        describing.worker(threads=5)
        describing.extractions(10)
        describing.extractions(10, source=OTHER)

        Admission(METADATA, engine.timing, {"*": 2, OTHER: 3}).run(engine.database)

        rows = engine.rows("SELECT politeness_key FROM extractions WHERE status = 'processing'")
        assert sorted(row.politeness_key for row in rows) == [SOURCE] * 2 + [OTHER] * 3


class TestOrder:
    def test_a_higher_priority_goes_first(self, engine: Engine) -> None:
        engine.worker()
        engine.items(5)
        (urgent,) = engine.items(1, priority=9)

        assert engine.admit()[0] == urgent

    def test_a_priority_raised_by_a_person_counts_at_once(self, engine: Engine) -> None:
        engine.worker()
        *_, last = engine.items(100)
        engine.order(control.set_priority, [last], 10)

        assert engine.admit()[0] == last

    def test_sources_share_the_slots(self, engine: Engine) -> None:
        engine.worker()
        engine.order(control.set_limit, 2)
        crowd = engine.items(50)
        (single,) = engine.items(1, source=OTHER)

        assert engine.admit() == [crowd[0], single]

    def test_the_source_that_was_served_last_waits_for_its_turn(self, engine: Engine) -> None:
        engine.worker()
        engine.order(control.set_limit, 1)
        here = engine.items(3)
        there = engine.items(3, source=OTHER)

        served = []
        for _ in range(4):
            claimed = engine.admit_and_start()
            served.append(claimed.id)
            engine.finish(claimed, Done())

        assert served == [here[0], there[0], here[1], there[1]]

    def test_a_closed_source_is_passed_over_until_it_opens(self, engine: Engine) -> None:
        engine.worker()
        closed = engine.items(3)
        open_rows = engine.items(1, source=OTHER)
        engine.execute(
            "INSERT INTO hosts (politeness_key, closed_until, closed_reason) "
            "VALUES (:key, now() + interval '1 minute', 'it answered 429')",
            key=SOURCE,
        )

        assert engine.admit() == open_rows
        engine.pass_time(timedelta(minutes=2))
        engine.worker()
        assert engine.admit() == closed[:2]

    @pytest.mark.parametrize(
        "change",
        ["is_ready = false", "next_attempt_at = now() + interval '1 hour'", "status = 'paused'", "status = 'failed'"],
    )
    def test_what_is_not_due_is_not_admitted(self, engine: Engine, change: str) -> None:
        engine.worker()
        engine.items(1)
        engine.execute(f"UPDATE queue_items SET {change}")

        assert engine.admit() == []


class TestSlotsAreHeldUntilTheBytesHaveStopped:
    @pytest.fixture
    def running(self, engine: Engine) -> int:
        """One item that runs and one that waits; the limit is one."""
        engine.worker()
        engine.order(control.set_limit, 1)
        first, _ = engine.items(2)
        assert engine.admit() == [first]
        return first

    def test_a_paused_item(self, engine: Engine, running: int) -> None:
        claimed = engine.start(running)
        engine.order(control.pause, [running])

        assert engine.admit() == []
        assert engine.status(running) == "processing"

        engine.finish(claimed, PutBack(StopReason.PAUSE))
        assert engine.status(running) == "paused"
        assert len(engine.admit()) == 1

    def test_a_deleted_item(self, engine: Engine, running: int) -> None:
        claimed = engine.start(running)
        engine.order(control.delete, [running])

        assert engine.admit() == []
        assert engine.status(running) == "processing"

        engine.finish(claimed, PutBack(StopReason.DELETE))
        assert engine.status(running) is None
        assert len(engine.admit()) == 1

    def test_a_global_pause(self, engine: Engine, running: int) -> None:
        claimed = engine.start(running)
        engine.order(control.pause_all)
        engine.admit()
        assert engine.status(running) == "processing"

        engine.finish(claimed, PutBack(StopReason.GLOBAL_PAUSE))

        assert engine.status(running) == "queued"
        assert engine.admit() == []
        engine.order(control.resume_all)
        assert engine.admit() == [running]

    def test_a_lowered_limit(self, engine: Engine, running: int) -> None:
        engine.order(control.set_limit, 3)
        first = engine.start(running)
        engine.items(3)
        second, third = (engine.start(row) for row in engine.admit())

        engine.order(control.set_limit, 1)
        assert engine.admit() == []
        asked = {row.id: row.stop_requested for row in engine.rows("SELECT * FROM queue_items")}
        assert (asked[first.id], asked[second.id], asked[third.id]) == (None, "limit", "limit")
        assert engine.held() == 3

        engine.finish(second, PutBack(StopReason.LIMIT))
        assert engine.admit() == []
        engine.finish(third, PutBack(StopReason.LIMIT))
        assert engine.admit() == []
        assert engine.status(second.id) == "queued"

        engine.finish(first, Done())
        assert len(engine.admit()) == 1

    def test_what_has_not_started_gives_its_slot_back_at_once(self, engine: Engine, running: int) -> None:
        engine.order(control.pause_all)

        engine.admit()

        assert engine.status(running) == "queued"
        assert engine.claim(running) is None

    @pytest.mark.usefixtures("running")
    def test_nothing_starts_while_everything_is_paused(self, engine: Engine) -> None:
        engine.order(control.pause_all)
        engine.admit()

        assert engine.admit() == []
        assert engine.held() == 0


class TestHealing:
    @pytest.mark.parametrize("forced", ["", ", admitted_at = now()", ", admitted_at = now(), sent_at = now()"])
    def test_rows_forced_to_processing_by_hand_all_complete(self, engine: Engine, forced: str) -> None:
        engine.worker()
        rows = engine.items(144)
        engine.execute(f"UPDATE queue_items SET status = 'processing'{forced}")
        engine.admit()
        assert engine.held() == 3
        # Nobody sent the messages of those that were forced to look admitted.
        engine.pass_time(engine.timing.resend_after + timedelta(seconds=1))
        sent = engine.sweep() or [row.id for row in engine.rows("SELECT id FROM queue_items WHERE sent_at IS NOT NULL")]

        done: list[int] = []
        for _ in range(48):
            for row in sent:
                engine.finish(engine.start(row), Done())
                done.append(row)
            sent = engine.admit()
            assert engine.held() <= 3

        assert sorted(done) == rows


class TestTwoAdmissionsAtOnce:
    def test_a_thousand_times_never_exceed_the_limit(self, engine: Engine) -> None:
        engine.worker(threads=50)
        engine.order(control.set_limit, 3)
        engine.items(3000)
        admission = Admission(engine.stage, engine.timing)
        together = threading.Barrier(2)

        def admit() -> None:
            together.wait()
            admission.run(engine.database)

        with ThreadPoolExecutor(2) as pool:
            for _ in range(1000):
                engine.keep_workers_alive()
                for run in [pool.submit(admit) for _ in range(2)]:
                    run.result()
                assert engine.held() == 3
                engine.execute("UPDATE queue_items SET status = 'completed' WHERE status = 'processing'")

        assert len(set(engine.bus.take_ids())) == 3000
        assert engine.value("SELECT count(*) FROM queue_items WHERE status = 'completed'") == 3000

    def test_while_runs_end_and_the_limit_changes(self, engine: Engine) -> None:
        engine.worker(threads=50)
        engine.items(150)
        is_over = threading.Event()
        most = 4
        too_many: list[int] = []

        def admit() -> None:
            while not is_over.is_set():
                Admission(engine.stage, engine.timing).run(engine.database)
                if (held := engine.held()) > most:
                    too_many.append(held)

        with ThreadPoolExecutor(3) as pool:
            admitting = [pool.submit(admit) for _ in range(3)]
            limits = (1, 4, 2, 3)
            done = 0
            while done < 150:
                for row in engine.bus.take_ids():
                    if (claimed := engine.claim(row)) is not None:
                        engine.order(control.set_limit, limits[done % 4])
                        stops = engine.beat(claimed).stop_reason is not None
                        engine.finish(claimed, PutBack(StopReason.LIMIT) if stops else Done())
                        done += not stops
            is_over.set()
            for run in admitting:
                run.result()

        assert not too_many

    def test_a_transient_failure_frees_its_slot_while_it_waits(self, engine: Engine) -> None:
        engine.worker()
        engine.order(control.set_limit, 1)
        first, second = engine.items(2)
        claimed = engine.start(engine.admit()[0])

        engine.finish(claimed, Again(legacy("The site answered 503.")))

        assert (claimed.id, engine.admit()) == (first, [second])
