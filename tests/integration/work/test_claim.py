from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import text

from ohdio_core.collection import control
from ohdio_core.messages import DownloadAudiobook
from ohdio_core.work.claim import Claim, claim
from ohdio_core.work.outcome import Done
from tests.fixtures.engine import Engine


class TestClaim:
    def test_takes_an_admitted_row_and_counts_an_attempt(self, engine: Engine) -> None:
        worker = engine.worker()
        (row,) = engine.items(1)
        engine.admit()

        claimed = engine.claim(row, worker)

        assert claimed is not None
        stored = engine.row(row)
        assert (stored.status, stored.lease_token, stored.worker_id) == ("processing", claimed.token, worker.id)
        assert (claimed.attempts, stored.attempts) == (1, 1)
        lease = engine.value("SELECT lease_until - clock_timestamp() FROM queue_items")
        assert 0.8 * engine.timing.lease < lease <= engine.timing.lease

    def test_goes_on_where_the_last_run_stopped(self, engine: Engine) -> None:
        engine.worker()
        engine.items(1)
        engine.execute("UPDATE queue_items SET progress = 700, best_progress = 900")

        claimed = engine.admit_and_start()

        assert (claimed.progress, claimed.best_progress) == (700, 900)

    def test_of_twenty_workers_exactly_one_gets_the_row(self, engine: Engine) -> None:
        engine.worker(threads=20)
        (row,) = engine.items(1)
        for _ in range(10):
            engine.admit()
            together = threading.Barrier(20)

            def race(together: threading.Barrier = together) -> Claim | None:
                together.wait()
                return engine.claim(row)

            with ThreadPoolExecutor(20) as pool:
                claims = [run.result() for run in [pool.submit(race) for _ in range(20)]]

            (winner,) = [claimed for claimed in claims if claimed is not None]
            assert engine.row(row).attempts == 1
            engine.finish(winner, Done())
            engine.execute("UPDATE queue_items SET status = 'queued', attempts = 0")

    def test_a_row_that_another_is_just_taking_is_not_replaced_by_the_next_one(self, engine: Engine) -> None:
        engine.worker()
        row, _, _ = engine.items(3)
        engine.admit()
        with engine.database.unit_of_work() as faster:
            assert claim(faster, engine.stage, row, worker_id=uuid4(), timing=engine.timing)

            assert engine.claim(row) is None

        assert engine.bus.take() == []


class TestMessagesThatComeTooOftenOrTooLate:
    def test_a_doubled_message_does_nothing(self, engine: Engine) -> None:
        engine.worker()
        row, other, _ = engine.items(3)
        engine.admit()
        claimed = engine.start(row)
        before = engine.row(row), engine.row(other)

        assert [engine.claim(row) for _ in range(9)] == [None] * 9

        assert (engine.row(row), engine.row(other)) == before
        assert engine.bus.take() == []
        assert engine.finish(claimed, Done())

    def test_a_message_that_comes_after_the_end_does_nothing(self, engine: Engine) -> None:
        engine.worker()
        (row,) = engine.items(1)
        engine.finish(engine.admit_and_start(), Done())
        before = engine.row(row)

        assert engine.claim(row) is None
        assert engine.row(row) == before

    def test_a_message_of_a_row_that_waits_again_does_nothing(self, engine: Engine) -> None:
        engine.worker()
        (row,) = engine.items(1)
        engine.admit()
        engine.order(control.pause, [row])
        assert engine.claim(row) is None

        engine.order(control.resume, [row])
        assert engine.claim(row) is None
        assert engine.status(row) == "queued"

    def test_a_message_of_a_row_that_is_gone_does_nothing(self, engine: Engine) -> None:
        engine.worker()
        (row,) = engine.items(1)
        engine.admit()
        engine.order(control.delete, [row])

        assert engine.claim(row) is None

    def test_a_message_of_a_row_that_never_was_does_nothing(self, engine: Engine) -> None:
        assert engine.claim(123_456) is None


class TestUrgency:
    def test_a_more_urgent_admitted_row_is_taken_instead_and_the_named_one_is_sent_again(self, engine: Engine) -> None:
        engine.worker()
        named, _, urgent = engine.items(3)
        engine.admit()
        engine.order(control.set_priority, [urgent], 9)

        claimed = engine.claim(named)

        assert claimed is not None
        assert claimed.id == urgent
        assert engine.bus.take() == [DownloadAudiobook(queue_item_id=named)]
        assert engine.row(named).lease_token is None
        assert engine.start(named).id == named

    def test_the_named_row_is_taken_when_the_others_are_as_urgent(self, engine: Engine) -> None:
        engine.worker()
        _, _, named = engine.items(3)
        engine.admit()

        engine.start(named)

        assert engine.bus.take() == []

    def test_the_named_row_is_taken_when_the_others_are_less_urgent(self, engine: Engine) -> None:
        engine.worker()
        engine.items(2, priority=1)
        (named,) = engine.items(1, priority=5)
        engine.admit()

        engine.start(named)

    def test_a_late_message_takes_nothing_however_urgent(self, engine: Engine) -> None:
        engine.worker()
        named, urgent = engine.items(2)
        engine.admit()
        engine.start(named)
        engine.order(control.set_priority, [urgent], 9)

        assert engine.claim(named) is None
        assert engine.row(urgent).lease_token is None


class TestTheFence:
    def test_a_worker_that_lost_its_lease_writes_nothing(self, engine: Engine) -> None:
        engine.worker()
        (row,) = engine.items(1)
        slow = engine.admit_and_start()
        engine.die(slow)
        engine.sweep()
        engine.admit()
        other = engine.start(row)
        before = engine.row(row)
        happened: list[str] = []

        assert not engine.finish(slow, Done(effect=lambda _: happened.append("effect")), progress=10**9)

        assert engine.row(row) == before
        assert happened == []
        assert engine.finish(other, Done())

    def test_a_beat_of_a_lost_lease_renews_nothing_and_stops_the_run(self, engine: Engine) -> None:
        engine.worker()
        (row,) = engine.items(1)
        slow = engine.admit_and_start()
        engine.die(slow)
        engine.sweep()
        engine.admit()
        engine.start(row)
        before = engine.row(row)

        run = engine.beat(slow, progress=10**9)

        assert run.stop_reason == "lease-lost"
        assert engine.row(row) == before

    def test_a_worker_whose_row_was_deleted_stops_and_writes_nothing(self, engine: Engine) -> None:
        engine.worker()
        engine.items(1)
        claimed = engine.admit_and_start()
        engine.execute("DELETE FROM queue_items")

        assert engine.beat(claimed).stop_reason == "lease-lost"
        assert not engine.finish(claimed, Done())

    def test_a_token_of_another_time_is_not_accepted(self, engine: Engine) -> None:
        engine.worker()
        engine.items(1)
        claimed = engine.admit_and_start()
        forged = Claim(claimed.id, uuid4(), claimed.attempts, claimed.max_attempts, 0, 0)

        assert not engine.finish(forged, Done())

    def test_the_effect_of_an_end_is_written_with_it_or_not_at_all(self, engine: Engine) -> None:
        engine.worker()
        (row,) = engine.items(1)
        claimed = engine.admit_and_start()

        def fail(_: object) -> None:
            raise RuntimeError("the effect could not be written")

        with pytest.raises(RuntimeError):
            engine.finish(claimed, Done(effect=fail))

        assert engine.row(row).lease_token == claimed.token
        assert engine.finish(claimed, Done())


class TestBeat:
    def test_renews_the_lease_and_writes_the_progress(self, engine: Engine) -> None:
        engine.worker()
        (row,) = engine.items(1)
        claimed = engine.admit_and_start()
        engine.execute("UPDATE queue_items SET lease_until = now() + interval '1 s'")

        run = engine.beat(claimed, progress=4096)

        assert run.stop_reason is None
        assert engine.row(row).progress == 4096
        lease = engine.value("SELECT lease_until - clock_timestamp() FROM queue_items")
        assert lease > 0.8 * engine.timing.lease

    def test_a_lease_that_ended_is_renewed_while_nobody_has_taken_it(self, engine: Engine) -> None:
        engine.worker()
        engine.items(1)
        claimed = engine.admit_and_start()
        engine.die(claimed)

        assert engine.beat(claimed).stop_reason is None
        assert engine.sweep() == []
        assert engine.finish(claimed, Done())

    def test_waits_for_nobody_who_holds_the_row(self, engine: Engine) -> None:
        engine.worker()
        (row,) = engine.items(1)
        claimed = engine.admit_and_start()
        with engine.database.unit_of_work() as holder:
            holder.session.execute(text("SELECT FROM queue_items FOR UPDATE"))

            run = engine.beat(claimed)

        assert run.stop_reason is None
        assert engine.beat(claimed, progress=5).stop_reason is None
        assert engine.row(row).progress == 5

    def test_keeps_the_rows_it_writes_within_their_page(self, engine: Engine) -> None:
        engine.worker()
        engine.items(1)
        claimed = engine.admit_and_start()
        before = hot_updates(engine)

        for done in range(20):
            engine.beat(claimed, progress=done)

        assert hot_updates(engine) - before == 20


def hot_updates(engine: Engine) -> int:
    engine.execute("SELECT pg_stat_force_next_flush()")
    return int(engine.value("SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'queue_items'"))
