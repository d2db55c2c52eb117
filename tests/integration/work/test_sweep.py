from __future__ import annotations

from collections import deque
from datetime import timedelta

from sqlalchemy import text

from ohdio_core.sentences import legacy
from ohdio_core.work.outcome import Again, Done
from ohdio_core.work.stages import METADATA
from ohdio_core.work.sweep import sweep, take_back_expired
from tests.fixtures.engine import Engine

SECOND = timedelta(seconds=1)


def wait_past_the_resend(engine: Engine) -> None:
    """Make a message that nobody takes old; the workers are still heard."""
    engine.pass_time(engine.timing.resend_after + SECOND)
    engine.execute("UPDATE workers SET beat_at = clock_timestamp()")


class TestLostMessages:
    def test_one_that_nobody_takes_is_sent_again(self, engine: Engine) -> None:
        engine.worker()
        rows = engine.items(2)
        assert engine.admit() == rows
        assert engine.sweep() == []

        wait_past_the_resend(engine)

        assert sorted(engine.sweep()) == rows
        assert engine.sweep() == []

    def test_one_that_is_taken_in_time_is_not(self, engine: Engine) -> None:
        engine.worker()
        engine.items(1)
        engine.admit_and_start()

        wait_past_the_resend(engine)

        assert engine.sweep() == []

    def test_it_waits_while_every_thread_is_busy(self, engine: Engine) -> None:
        describing = engine.at(METADATA)
        describing.worker(threads=1)
        describing.extractions(4)
        describing.admit_and_start()

        wait_past_the_resend(engine)

        assert describing.sweep() == []

    def test_it_is_lost_when_one_that_was_sent_later_has_been_taken(self, engine: Engine) -> None:
        describing = engine.at(METADATA)
        describing.worker(threads=1)
        lost, *_ = describing.extractions(4)
        describing.admit()
        wait_past_the_resend(engine)
        (later,) = describing.extractions(1)
        engine.execute(
            "UPDATE extractions SET status = 'completed' WHERE id > :lost AND id < :later", lost=lost, later=later
        )
        describing.admit()
        assert describing.claim(later) is not None

        assert describing.sweep() == [lost]

    def test_it_is_not_lost_because_an_urgent_one_was_taken_before_it(self, engine: Engine) -> None:
        describing = engine.at(METADATA)
        describing.worker(threads=1)
        named, *_ = describing.extractions(3)
        describing.admit()
        wait_past_the_resend(engine)
        (urgent,) = describing.extractions(1, priority=9)
        describing.admit()
        taken = describing.claim(named)
        assert taken is not None
        assert taken.id == urgent

        assert describing.sweep() == []

    def test_one_sent_twice_makes_no_other_look_lost(self, engine: Engine) -> None:
        describing = engine.at(METADATA)
        describing.worker(threads=1)
        describing.extractions(4)
        describing.admit()
        wait_past_the_resend(engine)
        (again,) = describing.sweep()
        describing.start(again)

        assert describing.sweep() == []

    def test_no_more_are_sent_again_than_threads_are_idle(self, engine: Engine) -> None:
        describing = engine.at(METADATA)
        describing.worker(threads=3)
        describing.extractions(12)
        for row in describing.admit()[:2]:
            describing.start(row)

        wait_past_the_resend(engine)

        assert len(describing.sweep()) == 1

    def test_nothing_is_sent_while_nobody_lives_who_could_take_it(self, engine: Engine) -> None:
        engine.worker()
        engine.items(1)
        engine.admit()

        engine.pass_time(engine.timing.lease + SECOND)

        assert engine.sweep() == []

    def test_all_are_worked_on_in_the_end_when_a_whole_window_was_lost(self, engine: Engine) -> None:
        describing = engine.at(METADATA)
        describing.worker(threads=2)
        books = describing.extractions(8)
        assert len(describing.admit()) == 8  # and the broker forgets them all
        done: list[int] = []

        for _ in range(8):
            wait_past_the_resend(engine)
            claims = [claimed for row in describing.sweep() if (claimed := describing.claim(row))]
            for claimed in claims:
                describing.finish(claimed, Done())
                done.append(claimed.id)

        assert sorted(done) == books


class TestPromotion:
    def test_a_row_is_due_when_its_time_has_come_and_not_before(self, engine: Engine) -> None:
        engine.worker()
        (row,) = engine.items(1)
        engine.finish(
            engine.admit_and_start(), Again(legacy("The site answered 503."), retry_after=timedelta(minutes=1))
        )

        engine.pass_time(timedelta(seconds=50))
        engine.sweep()
        assert engine.admit() == []

        engine.bus.wakes.clear()
        engine.pass_time(timedelta(seconds=30))
        engine.worker()
        engine.sweep()
        assert engine.bus.wakes == {"downloads"}
        assert engine.admit() == [row]

    def test_thousands_that_come_due_together_are_promoted_in_portions(self, engine: Engine) -> None:
        engine.items(1200)
        engine.execute("UPDATE queue_items SET next_attempt_at = now() - interval '1 s'")

        def due() -> int:
            engine.sweep()
            return int(engine.value("SELECT count(*) FROM queue_items WHERE next_attempt_at IS NULL"))

        assert [due() for _ in range(3)] == [500, 1000, 1200]


class TestExpiredLeases:
    def test_a_live_lease_is_left_alone(self, engine: Engine) -> None:
        engine.worker()
        (row,) = engine.items(1)
        claimed = engine.admit_and_start()

        engine.pass_time(engine.timing.lease - 2 * SECOND)
        engine.sweep()

        assert engine.row(row).lease_token == claimed.token

    def test_an_expired_one_is_taken_back_and_its_slot_is_free(self, engine: Engine) -> None:
        engine.worker()
        (row,) = engine.items(1)
        engine.admit_and_start()

        engine.pass_time(engine.timing.lease + SECOND)
        engine.bus.wakes.clear()
        engine.sweep()

        assert engine.status(row) == "queued"
        assert engine.bus.wakes == {"downloads"}
        engine.worker()
        assert engine.admit() == [row]

    def test_none_is_taken_while_the_database_has_only_just_come_back(self, engine: Engine) -> None:
        engine.worker()
        (row,) = engine.items(1)
        claimed = engine.admit_and_start()
        engine.die(claimed)

        with engine.database.unit_of_work() as work:
            sweep(work, engine.stage, engine.timing, may_expire=lambda: False)

        assert engine.row(row).lease_token == claimed.token

    def test_every_lease_is_void_when_the_only_process_has_just_started(self, engine: Engine) -> None:
        engine.worker()
        rows = engine.items(2)
        for row in engine.admit():
            engine.start(row)

        with engine.database.unit_of_work() as work:
            assert sorted(take_back_expired(work, engine.stage, engine.timing, even_if_live=True)) == rows

        assert [engine.status(row) for row in rows] == ["queued", "queued"]


class TestOneSweeperAtATime:
    def test_the_second_leaves_it_to_the_first(self, engine: Engine) -> None:
        with engine.database.unit_of_work() as first, engine.database.unit_of_work() as second:
            assert sweep(first, engine.stage, engine.timing)
            assert not sweep(second, engine.stage, engine.timing)

    def test_stages_do_not_wait_for_each_other(self, engine: Engine) -> None:
        with engine.database.unit_of_work() as first, engine.database.unit_of_work() as second:
            assert sweep(first, engine.stage, engine.timing)
            assert sweep(second, METADATA, engine.timing)

    def test_a_row_that_somebody_holds_is_left_for_the_next_tick(self, engine: Engine) -> None:
        engine.worker()
        (row,) = engine.items(1)
        engine.die(engine.admit_and_start())
        with engine.database.unit_of_work() as holder:
            holder.session.execute(text("SELECT FROM queue_items FOR UPDATE"))
            engine.sweep()
        assert engine.status(row) == "processing"

        engine.sweep()
        assert engine.status(row) == "queued"


class DescribingService:
    """Forty threads that describe books, two seconds each, from a queue that hands messages out in their order."""

    THREADS = 40
    ROUND = timedelta(seconds=2)

    def __init__(self, engine: Engine) -> None:
        self.engine = engine.at(METADATA)
        self.worker = self.engine.worker(threads=self.THREADS)
        self.queue: deque[int] = deque()
        self.sent = 0

    def receive(self, messages: list[int]) -> None:
        self.sent += len(messages)
        self.queue.extend(messages)

    def work(self, *, is_a_thread_between_two_books: bool) -> None:
        """Make every thread take a book, a sweep come by, and the books described."""
        self.receive(self.engine.admit())
        self._take(self.THREADS - is_a_thread_between_two_books)
        self.engine.pass_time(self.ROUND)
        self.engine.execute("UPDATE workers SET beat_at = clock_timestamp()")
        self.receive(self.engine.sweep())
        self._take(int(is_a_thread_between_two_books))
        self.engine.execute(
            "UPDATE extractions SET status = 'completed', lease_token = NULL, lease_until = NULL "
            "WHERE lease_token IS NOT NULL"
        )

    def _take(self, count: int) -> None:
        """Make ``count`` threads take the next messages that still mean something, as claims would."""
        admitted = {
            row.id
            for row in self.engine.rows(
                "SELECT id FROM extractions WHERE status = 'processing' AND lease_token IS NULL"
            )
        }
        named: set[int] = set()
        while self.queue and len(named) < count:
            if (book := self.queue.popleft()) in admitted:
                named.add(book)
        self.engine.execute(
            "UPDATE extractions SET lease_token = gen_random_uuid(), lease_until = clock_timestamp() + interval '15 s' "
            "WHERE id = ANY(:named)",
            named=list(named),
        )


class TestTenThousandBooksToDescribe:
    def test_take_hardly_more_messages_than_books_and_an_urgent_one_is_next(self, engine: Engine) -> None:
        service = DescribingService(engine)
        books = engine.extractions(10_000)

        for number in range(125):
            service.work(is_a_thread_between_two_books=number % 10 == 0)
            assert len(service.queue) <= 165

        (urgent,) = service.engine.extractions(1, priority=10)
        service.receive(service.engine.admit())
        taken = service.engine.claim(service.queue.popleft())
        assert taken is not None
        assert taken.id == urgent
        service.receive(engine.bus.take_ids())
        service.engine.finish(taken, Done())

        number = 0
        while engine.value("SELECT EXISTS (SELECT FROM extractions WHERE status <> 'completed')"):
            number += 1
            assert number < 150
            service.work(is_a_thread_between_two_books=number % 10 == 0)

        assert engine.value("SELECT count(*) FROM extractions") == len(books) + 1
        assert service.sent <= 1.05 * (len(books) + 1)


class TestMessagesOfAWholeQueue:
    def test_each_item_of_an_undisturbed_queue_takes_exactly_one(self, engine: Engine) -> None:
        engine.worker()
        rows = engine.items(30)
        sent: list[int] = []
        while batch := engine.admit():
            sent += batch
            for row in batch:
                engine.finish(engine.start(row), Done())

        assert sent == rows
