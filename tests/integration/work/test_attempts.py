from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from ohdio_core.collection import control
from ohdio_core.domain.queue import StopReason
from ohdio_core.errors import PermanentError, Postponed, TransientError
from ohdio_core.sentences import legacy
from ohdio_core.work.outcome import Again, Outcome, PutBack, outcome_of
from ohdio_core.work.stages import METADATA
from tests.fixtures.engine import Engine


@pytest.fixture
def row(engine: Engine) -> int:
    """The only item, due, with a worker that waits for it."""
    engine.worker()
    (row,) = engine.items(1)
    return row


def try_again_at_once(engine: Engine) -> None:
    """End the wait before the next attempt."""
    engine.execute("UPDATE queue_items SET next_attempt_at = NULL WHERE status = 'queued'")


class TestWhatCostsAnAttempt:
    @pytest.mark.parametrize("error", [TransientError(legacy("The site answered 503.")), KeyError("title")])
    def test_an_error_and_a_bug_do(self, engine: Engine, row: int, error: Exception) -> None:
        engine.finish(engine.admit_and_start(), outcome_of(error))

        assert engine.row(row).attempts == 1

    @pytest.mark.parametrize(
        "outcome",
        [*map(PutBack, StopReason), outcome_of(Postponed(legacy("Its host is busy.")))],
        ids=lambda outcome: str(getattr(outcome, "reason", "postponed")),
    )
    def test_what_is_not_the_items_fault_does_not(self, engine: Engine, row: int, outcome: Outcome) -> None:
        engine.finish(engine.admit_and_start(), outcome)

        assert engine.row(row).attempts == 0

    def test_an_error_after_new_bytes_does_not(self, engine: Engine, row: int) -> None:
        engine.finish(engine.admit_and_start(), Again(legacy("The connection was cut.")), progress=1)

        assert engine.row(row).attempts == 0

    def test_bytes_that_were_there_before_are_not_new(self, engine: Engine, row: int) -> None:
        engine.finish(engine.admit_and_start(), PutBack(StopReason.SHUTDOWN), progress=900)
        # The file on disk turned out to be shorter, and was fetched up to where it had been.
        engine.execute("UPDATE queue_items SET progress = 0")

        engine.finish(engine.admit_and_start(), Again(legacy("The connection was cut.")), progress=900)

        assert engine.row(row).attempts == 1

    def test_bytes_that_only_a_beat_has_seen_are_new(self, engine: Engine, row: int) -> None:
        claimed = engine.admit_and_start()
        engine.beat(claimed, progress=500)

        engine.finish(claimed, Again(legacy("The connection was cut.")), progress=500)

        assert engine.row(row).attempts == 0


class TestTheLastAttempt:
    def test_an_item_is_given_up_after_five_with_the_sentence_of_the_last(self, engine: Engine, row: int) -> None:
        for attempt in range(1, 6):
            assert engine.status(row) == "queued"
            engine.finish(engine.admit_and_start(), Again(legacy(f"The site answered 50{attempt}.")))
            try_again_at_once(engine)

        stored = engine.row(row)
        assert (stored.status, stored.attempts) == ("failed", 5)
        assert stored.error == "Given up after 5 attempts. The site answered 505."
        assert stored.next_attempt_at is None

    def test_what_can_never_work_fails_at_once(self, engine: Engine, row: int) -> None:
        engine.finish(engine.admit_and_start(), outcome_of(PermanentError(legacy("This file is protected."))))

        stored = engine.row(row)
        assert (stored.status, stored.error) == ("failed", "This file is protected.")

    def test_a_retry_gives_all_attempts_back(self, engine: Engine, row: int) -> None:
        for _ in range(5):
            engine.finish(engine.admit_and_start(), Again(legacy("The site answered 503.")))
            try_again_at_once(engine)

        engine.order(control.retry, [row])

        stored = engine.row(row)
        assert (stored.status, stored.attempts, stored.error) == ("queued", 0, None)
        assert engine.admit() == [row]


class TestTheWaitBetweenAttempts:
    def test_it_grows(self, engine: Engine, row: int) -> None:
        waits = []
        for _ in range(4):
            engine.finish(engine.admit_and_start(), Again(legacy("The site answered 503.")))
            waits.append(engine.value("SELECT next_attempt_at - updated_at FROM queue_items"))
            assert engine.admit() == []
            try_again_at_once(engine)

        assert all(later > 1.5 * earlier for earlier, later in pairwise(waits))
        assert engine.row(row).attempts == 4

    def test_it_grows_for_a_trickle_though_every_run_gets_its_attempt_back(self, engine: Engine, row: int) -> None:
        waits = []
        for run in range(6):
            progress = 1_000 + run * 30_000
            engine.finish(engine.admit_and_start(), Again(legacy("It stopped sending.")), progress=progress)
            waits.append(engine.value("SELECT next_attempt_at - updated_at FROM queue_items"))
            try_again_at_once(engine)

        # The first bytes are headway all the same.
        assert all(later > 1.5 * earlier for earlier, later in pairwise(waits[1:]))
        assert engine.row(row).attempts == 0

        engine.finish(engine.admit_and_start(), Again(legacy("It stopped sending.")), progress=2_000_000)

        assert engine.value("SELECT next_attempt_at - updated_at FROM queue_items") < timedelta(seconds=3)

    def test_fifty_deploys_of_a_long_book_do_not_make_it_wait(self, engine: Engine, row: int) -> None:
        for run in range(50):
            engine.finish(engine.admit_and_start(), PutBack(StopReason.SHUTDOWN), progress=run)

        stored = engine.row(row)
        assert (stored.attempts, stored.setbacks, stored.next_attempt_at) == (0, 0, None)

    def test_it_is_as_long_as_the_site_asked_for(self, engine: Engine, row: int) -> None:
        error = TransientError(legacy("The site asked us to wait an hour."), retry_after=timedelta(hours=1))

        engine.finish(engine.admit_and_start(), outcome_of(error))

        assert engine.row(row).next_attempt_at - engine.row(row).updated_at >= timedelta(hours=1)


class TestWorkersThatDie:
    def test_an_item_that_kills_its_worker_five_times_is_given_up(self, engine: Engine, row: int) -> None:
        for _ in range(5):
            assert engine.status(row) == "queued"
            engine.die(engine.admit_and_start())
            engine.sweep()

        stored = engine.row(row)
        assert (stored.status, stored.attempts, stored.wait_reason) == ("failed", 5, None)
        assert stored.error == "Given up after 5 attempts: the worker died while it worked on this."
        assert stored.finished_at is not None

    def test_it_has_a_reason_also_when_it_had_been_asked_to_stop(self, engine: Engine, row: int) -> None:
        engine.execute("UPDATE queue_items SET max_attempts = 1")
        claimed = engine.admit_and_start()
        engine.execute("UPDATE queue_items SET stop_requested = 'limit'")
        engine.die(claimed)

        engine.sweep()

        stored = engine.row(row)
        assert stored.status == "failed"
        assert "the worker died" in stored.error

    def test_a_pause_in_between_gives_it_no_attempt_more(self, engine: Engine, row: int) -> None:
        engine.execute("UPDATE queue_items SET max_attempts = 2")
        for _ in range(2):
            claimed = engine.admit_and_start()
            engine.order(control.pause, [row])
            engine.die(claimed)
            engine.sweep()
            engine.order(control.resume, [row])

        assert engine.admit() == []
        stored = engine.row(row)
        assert (stored.status, stored.attempts, stored.max_attempts) == ("failed", 2, 2)
        assert "the worker died" in stored.error

    def test_fifty_deaths_of_a_healthy_long_item_cost_none(self, engine: Engine, row: int) -> None:
        for restart in range(50):
            engine.keep_workers_alive()
            claimed = engine.admit_and_start()
            engine.beat(claimed, progress=(restart + 1) * 1000)
            engine.die(claimed)
            engine.sweep()

        stored = engine.row(row)
        assert (stored.status, stored.attempts, stored.progress) == ("queued", 0, 50_000)
        assert stored.wait_reason == "its worker died; it goes on where it stopped"

    def test_deaths_without_progress_count_from_the_last_progress_on(self, engine: Engine, row: int) -> None:
        for progress in (1000, None, None, 2000, None):
            claimed = engine.admit_and_start()
            engine.beat(claimed, progress=progress)
            engine.die(claimed)
            engine.sweep()

        assert engine.row(row).attempts == 3

    @pytest.mark.parametrize(("asked", "status"), [("pause", "paused"), ("limit", "queued"), (None, "queued")])
    def test_what_was_asked_of_a_run_decides_where_its_row_goes(
        self, engine: Engine, row: int, asked: str | None, status: str
    ) -> None:
        claimed = engine.admit_and_start()
        engine.execute("UPDATE queue_items SET stop_requested = :asked", asked=asked)
        engine.die(claimed)

        engine.sweep()

        stored = engine.row(row)
        assert (stored.status, stored.stop_requested, stored.lease_token) == (status, None, None)

    def test_a_deleted_row_goes_when_its_worker_is_dead(self, engine: Engine, row: int) -> None:
        claimed = engine.admit_and_start()
        engine.order(control.delete, [row])
        engine.die(claimed)

        engine.sweep()

        assert engine.status(row) is None

    def test_a_description_that_kills_its_worker_fails_its_item(self, engine: Engine) -> None:
        describing = engine.at(METADATA)
        describing.worker()
        (item,) = engine.items(1, is_ready=False)
        engine.execute(
            "INSERT INTO extractions (id, politeness_key, max_attempts) "
            "SELECT audiobook_id, politeness_key, 2 FROM queue_items"
        )

        for _ in range(2):
            describing.die(describing.admit_and_start())
            describing.sweep()

        stored = engine.row(item)
        assert stored.status == "failed"
        assert stored.error == "Given up after 2 attempts: the worker died while it worked on this."
