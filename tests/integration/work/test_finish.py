from __future__ import annotations

from datetime import timedelta

import pytest

from ohdio_core.collection import control
from ohdio_core.collection.add_scan import add_scrape
from ohdio_core.domain.audiobook import Target, TargetKind
from ohdio_core.domain.queue import StopReason
from ohdio_core.errors import UNEXPECTED, NotFound, Postponed, TransientError
from ohdio_core.sentences import legacy
from ohdio_core.work.outcome import Again, Done, Failed, Outcome, PutBack, outcome_of
from ohdio_core.work.stages import METADATA, SCRAPING
from tests.fixtures.engine import Engine

LISTING = Target(TargetKind.CATEGORY, "books.example", "https://books.example/new", "new")


@pytest.fixture
def row(engine: Engine) -> int:
    """The only item, due, with a worker that waits for it."""
    engine.worker()
    (row,) = engine.items(1)
    return row


class TestWhereARowGoes:
    @pytest.mark.parametrize(
        ("outcome", "status"),
        [
            (Done(), "completed"),
            (Failed(legacy("It is gone.")), "failed"),
            (Again(legacy("The site answered 503.")), "queued"),
            *((PutBack(reason), "queued") for reason in StopReason if reason not in {"pause", "cancel", "delete"}),
        ],
    )
    def test_the_outcome_decides_when_nobody_asked_for_anything(
        self, engine: Engine, row: int, outcome: Outcome, status: str
    ) -> None:
        engine.finish(engine.admit_and_start(), outcome)

        stored = engine.row(row)
        assert stored.status == status
        assert (stored.lease_token, stored.lease_until, stored.worker_id) == (None, None, None)
        assert (stored.admitted_at, stored.sent_at, stored.stop_requested) == (None, None, None)
        assert (stored.finished_at is not None) == (status in {"completed", "failed"})

    @pytest.mark.parametrize(
        ("outcome", "status"),
        [
            (PutBack(StopReason.PAUSE), "paused"),
            (PutBack(StopReason.SHUTDOWN), "paused"),
            (Again(legacy("The site answered 503.")), "paused"),
            (Done(), "completed"),
            (Failed(legacy("It is gone.")), "failed"),
        ],
    )
    def test_a_pause_decides_unless_the_work_is_over(
        self, engine: Engine, row: int, outcome: Outcome, status: str
    ) -> None:
        claimed = engine.admit_and_start()
        engine.order(control.pause, [row])

        engine.finish(claimed, outcome)

        assert engine.status(row) == status

    def test_a_pause_that_was_withdrawn_in_time_puts_it_back_into_the_queue(self, engine: Engine, row: int) -> None:
        claimed = engine.admit_and_start()
        engine.order(control.pause, [row])
        run = engine.beat(claimed)
        assert run.stop_reason is StopReason.PAUSE
        engine.order(control.resume, [row])

        engine.finish(claimed, PutBack(StopReason.PAUSE))

        assert engine.status(row) == "queued"

    @pytest.mark.parametrize(
        "outcome",
        [PutBack(StopReason.DELETE), Done(), Failed(legacy("It is gone.")), Again(legacy("The site answered 503."))],
    )
    def test_a_deleted_row_goes_whatever_the_outcome(self, engine: Engine, row: int, outcome: Outcome) -> None:
        claimed = engine.admit_and_start()
        engine.order(control.delete, [row])
        assert engine.beat(claimed).stop_reason is StopReason.DELETE

        engine.finish(claimed, outcome)

        assert engine.status(row) is None

    def test_a_cancelled_description_is_over(self, engine: Engine) -> None:
        describing = engine.at(METADATA)
        describing.worker()
        (book,) = describing.extractions(1)
        claimed = describing.admit_and_start()
        engine.execute("UPDATE extractions SET stop_requested = 'cancel'")

        describing.finish(claimed, PutBack(StopReason.CANCEL))

        assert describing.status(book) == "cancelled"

    def test_a_cancelled_scan_says_when_it_ended(self, engine: Engine) -> None:
        scraping = engine.at(SCRAPING)
        scraping.worker()
        scan, _ = engine.order(add_scrape, LISTING, "books.example")
        claimed = scraping.admit_and_start()
        engine.order(control.end_scrape, scan)

        scraping.finish(claimed, PutBack(StopReason.CANCEL))

        assert (scraping.status(scan), scraping.row(scan).finished_at is not None) == ("cancelled", True)

    def test_a_scan_that_is_cancelled_while_it_waits_says_when_it_ended(self, engine: Engine) -> None:
        scan, _ = engine.order(add_scrape, LISTING, "books.example")

        engine.order(control.end_scrape, scan)

        stored = engine.at(SCRAPING).row(scan)
        assert (stored.status, stored.finished_at is not None) == ("cancelled", True)

    def test_a_global_pause_stops_a_run_by_its_flag_alone(self, engine: Engine, row: int) -> None:
        claimed = engine.admit_and_start()
        assert engine.beat(claimed).stop_reason is None
        engine.order(control.pause_all)

        assert engine.beat(claimed).stop_reason is StopReason.GLOBAL_PAUSE
        assert engine.row(row).stop_requested is None

    def test_whoever_watches_and_admission_are_told(self, engine: Engine, row: int) -> None:
        claimed = engine.admit_and_start()
        engine.bus.changes.clear()
        engine.bus.wakes.clear()

        engine.finish(claimed, Done())

        assert engine.bus.changes == {("queue_item", row)}
        assert engine.bus.wakes == {"downloads"}


class TestWhatPeopleRead:
    def test_a_failure_says_why(self, engine: Engine, row: int) -> None:
        engine.finish(engine.admit_and_start(), outcome_of(NotFound(legacy("The site says that this book is gone."))))

        assert engine.row(row).error == "The site says that this book is gone."

    def test_a_wait_after_an_error_says_why_and_until_when(self, engine: Engine, row: int) -> None:
        engine.finish(engine.admit_and_start(), outcome_of(TransientError(legacy("The site answered 503."))))

        stored = engine.row(row)
        assert (stored.error, stored.wait_reason) == ("The site answered 503.", "The site answered 503.")
        assert stored.next_attempt_at is not None

    def test_a_wait_that_is_not_the_items_fault_is_no_error(self, engine: Engine, row: int) -> None:
        engine.finish(engine.admit_and_start(), outcome_of(Postponed(legacy("The disk is full."))))

        stored = engine.row(row)
        assert (stored.error, stored.wait_reason) == (None, "The disk is full.")
        assert stored.next_attempt_at is not None

    def test_a_bug_is_told_in_words_and_sends_to_the_log(self, engine: Engine, row: int) -> None:
        engine.finish(engine.admit_and_start(), outcome_of(ZeroDivisionError("division by zero")))

        assert engine.row(row).error == UNEXPECTED.text

    def test_success_leaves_no_old_error_behind(self, engine: Engine, row: int) -> None:
        engine.finish(engine.admit_and_start(), Again(legacy("The site answered 503.")))
        engine.order(control.retry, [row])

        engine.finish(engine.admit_and_start(), Done())

        stored = engine.row(row)
        assert (stored.error, stored.wait_reason) == (None, None)


class TestDescriptions:
    @pytest.fixture
    def book(self, engine: Engine) -> int:
        """A book whose description is still to be read, and whose item waits for it."""
        engine.at(METADATA).worker()
        (item,) = engine.items(1, is_ready=False)
        engine.execute(
            "INSERT INTO extractions (id, politeness_key) SELECT audiobook_id, politeness_key FROM queue_items"
        )
        return item

    def test_one_that_fails_fails_its_item_with_the_same_reason(self, engine: Engine, book: int) -> None:
        describing = engine.at(METADATA)

        describing.finish(describing.admit_and_start(), Failed(legacy("This page describes no audiobook.")))

        stored = engine.row(book)
        assert (stored.status, stored.error) == ("failed", "This page describes no audiobook.")
        assert ("queue_item", book) in engine.bus.changes

    def test_one_that_waits_leaves_its_item_waiting(self, engine: Engine, book: int) -> None:
        describing = engine.at(METADATA)

        describing.finish(describing.admit_and_start(), Again(legacy("The site answered 503.")))

        assert engine.status(book) == "queued"

    def test_one_that_waits_is_told_to_those_who_watch_its_item(self, engine: Engine, book: int) -> None:
        describing = engine.at(METADATA)
        claimed = describing.admit_and_start()
        engine.bus.changes.clear()

        describing.finish(claimed, Again(legacy("The site answered 503.")))

        assert engine.bus.changes == {("audiobook", claimed.id), ("queue_item", book)}

    def test_one_whose_time_has_come_is_told_to_those_who_watch_its_item(self, engine: Engine, book: int) -> None:
        describing = engine.at(METADATA)
        describing.finish(describing.admit_and_start(), Again(legacy("The site answered 503.")))
        engine.pass_time(timedelta(hours=1))
        engine.bus.changes.clear()

        describing.sweep()

        assert ("queue_item", book) in engine.bus.changes

    def test_an_item_paused_meanwhile_stays_paused_and_is_described_again_when_resumed(
        self, engine: Engine, book: int
    ) -> None:
        describing = engine.at(METADATA)
        engine.order(control.pause, [book])
        describing.finish(describing.admit_and_start(), Failed(legacy("This page describes no audiobook.")))
        assert engine.status(book) == "paused"

        engine.order(control.resume, [book])

        assert engine.status(book) == "queued"
        assert describing.admit() == [engine.row(book).audiobook_id]

    def test_retrying_the_item_describes_it_again(self, engine: Engine, book: int) -> None:
        describing = engine.at(METADATA)
        describing.finish(describing.admit_and_start(), Failed(legacy("This page describes no audiobook.")))

        engine.order(control.retry, [book])

        assert engine.status(book) == "queued"
        assert describing.admit() == [engine.row(book).audiobook_id]

    def test_deleting_the_item_ends_its_description(self, engine: Engine, book: int) -> None:
        describing = engine.at(METADATA)
        claimed = describing.admit_and_start()
        engine.order(control.delete, [book])

        assert describing.beat(claimed).stop_reason is StopReason.CANCEL
        describing.finish(claimed, PutBack(StopReason.CANCEL))

        assert describing.status(claimed.id) == "cancelled"
        assert engine.status(book) is None
