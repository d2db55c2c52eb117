"""A clock that was hours ahead is put right: nothing waits until it would have been that late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ohdio_core.domain.retry import JITTER, LONGEST_DELAY, LONGEST_RETRY_AFTER
from ohdio_core.domain.site_health import LONGEST_CLOSING, MOST_FAILURES
from ohdio_core.errors import Postponed, Throttled, TransientError
from ohdio_core.pacing.politeness import LONGEST_WAIT, SharedPoliteness
from ohdio_core.pacing.site_health import TRIAL, begin_trial, record_failure
from ohdio_core.sentences import legacy
from ohdio_core.work.clock import bound_rounds
from ohdio_core.work.outcome import Done, outcome_of
from ohdio_core.work.stages import FOLLOWING, STAGES
from tests.fixtures.engine import SOURCE, Engine

AHEAD = timedelta(days=40)
INTERVAL = timedelta(seconds=1)


def put_clock_back(engine: Engine) -> None:
    """Make everything that is written have been written by a clock that was ahead."""
    for stage in STAGES.values():
        engine.execute(f"UPDATE {stage.table} SET updated_at = updated_at + :ahead", ahead=AHEAD)
    engine.pass_time(-AHEAD)


def seconds_until(engine: Engine, when: str, source: str) -> float:
    return float(engine.value(f"SELECT extract(epoch FROM {when} - clock_timestamp()) FROM {source}"))


class TestPace:
    def test_the_next_request_goes_out_at_once_and_the_one_after_keeps_its_distance(self, engine: Engine) -> None:
        politeness = SharedPoliteness(engine.database, INTERVAL)
        politeness.take_turn(SOURCE)
        put_clock_back(engine)

        politeness.take_turn(SOURCE)

        assert 0 < seconds_until(engine, "next_slot_at", "hosts") <= INTERVAL.total_seconds()

    def test_slots_that_are_given_are_kept(self, engine: Engine) -> None:
        politeness = SharedPoliteness(engine.database, LONGEST_WAIT * 2)
        politeness.take_turn(SOURCE)

        with pytest.raises(Postponed, match="one question at a time"):
            politeness.take_turn(SOURCE)


class TestClosings:
    def test_of_a_failing_site_last_no_longer_than_any(self, engine: Engine) -> None:
        for number in range(MOST_FAILURES):
            engine.order(record_failure, SOURCE, f"item {number}", is_trial=False)
        put_clock_back(engine)

        engine.sweep()

        assert 0 < seconds_until(engine, "closed_until", "hosts") <= LONGEST_CLOSING.total_seconds()
        told = engine.value("SELECT to_char(closed_until AT TIME ZONE 'UTC', 'HH24:MI:SS') FROM hosts")
        assert told in engine.value("SELECT closed_reason FROM hosts")

    def test_of_a_trial_that_nobody_ended(self, engine: Engine) -> None:
        for number in range(MOST_FAILURES):
            engine.order(record_failure, SOURCE, f"item {number}", is_trial=False)
        engine.pass_time(LONGEST_CLOSING)
        assert engine.order(begin_trial, SOURCE)
        put_clock_back(engine)

        engine.sweep()

        assert 0 < seconds_until(engine, "closed_until", "hosts") <= TRIAL.total_seconds()

    def test_that_a_site_asked_for_last_a_day_at_most(self, engine: Engine) -> None:
        SharedPoliteness(engine.database, INTERVAL).close(SOURCE, timedelta(minutes=2), legacy("It asks for a pause."))
        put_clock_back(engine)

        engine.sweep()

        assert 0 < seconds_until(engine, "closed_until", "hosts") <= LONGEST_RETRY_AFTER.total_seconds()

    def test_that_a_site_asked_for_before_it_failed_are_kept(self, engine: Engine) -> None:
        asked = timedelta(hours=20)
        SharedPoliteness(engine.database, INTERVAL).close(SOURCE, asked, legacy("It asks for a pause."))
        for number in range(MOST_FAILURES):
            engine.order(record_failure, SOURCE, f"item {number}", is_trial=False)

        engine.sweep()

        assert seconds_until(engine, "closed_until", "hosts") > LONGEST_CLOSING.total_seconds()


class TestRows:
    def test_wait_for_their_next_attempt_as_long_as_they_were_to(self, engine: Engine) -> None:
        engine.worker()
        (row,) = engine.items(1)
        engine.finish(engine.admit_and_start(), outcome_of(TransientError(legacy("The connection broke."))))
        put_clock_back(engine)

        engine.sweep()

        waits = seconds_until(engine, "next_attempt_at", f"queue_items WHERE id = {row}")
        assert 0 < waits <= (LONGEST_DELAY * JITTER).total_seconds()

    def test_wait_as_long_as_their_site_asked_for(self, engine: Engine) -> None:
        engine.worker()
        (row,) = engine.items(1)
        asked = timedelta(hours=20)
        engine.finish(engine.admit_and_start(), outcome_of(Throttled(legacy("It asks for fewer."), retry_after=asked)))

        engine.sweep()

        waits = seconds_until(engine, "next_attempt_at", f"queue_items WHERE id = {row}")
        assert waits > asked.total_seconds() - 60

    def test_that_come_round_wait_as_long_as_they_were_to(self, engine: Engine) -> None:
        engine.execute(
            "INSERT INTO follows (url, source, external_id, politeness_key, take, next_attempt_at) "
            "VALUES ('u', 's', 'e', 'k', 'new', now() + interval '30 days')"
        )
        for _ in range(2):
            engine.at(FOLLOWING).sweep()
            engine.order(bound_rounds)
            waits = timedelta(seconds=seconds_until(engine, "next_attempt_at", "follows"))
            assert timedelta(days=29) < waits <= timedelta(days=30)
            put_clock_back(engine)

    def test_of_a_dead_worker_are_taken_back_when_their_lease_is_over(self, engine: Engine) -> None:
        engine.worker()
        (row,) = engine.items(1)
        engine.admit_and_start()
        put_clock_back(engine)
        engine.sweep()
        assert engine.status(row) == "processing"

        engine.pass_time(engine.timing.lease + timedelta(seconds=1))
        engine.sweep()

        assert engine.status(row) == "queued"

    def test_whose_message_was_lost_are_sent_again(self, engine: Engine) -> None:
        engine.worker()
        (row,) = engine.items(1)
        assert engine.admit() == [row]
        put_clock_back(engine)
        assert engine.sweep() == []

        engine.pass_time(engine.timing.resend_after + timedelta(seconds=1))

        assert engine.sweep() == [row]

    def test_of_a_source_that_was_served_by_that_clock_have_their_turn(self, engine: Engine) -> None:
        engine.worker(threads=1)
        first, second = engine.items(2)
        engine.finish(engine.admit_and_start(), Done())
        assert engine.status(first) == "completed"
        put_clock_back(engine)
        engine.sweep()
        engine.items(2, source="tales.example")

        claims = []
        for _ in range(2):
            claims.append(engine.admit_and_start())
            engine.finish(claims[-1], Done())

        assert second in [claimed.id for claimed in claims]

    def test_of_workers_that_died_by_that_clock_take_no_slots(self, engine: Engine) -> None:
        engine.worker(threads=3)
        engine.items(3)
        put_clock_back(engine)
        engine.sweep()

        engine.pass_time(engine.timing.lease + timedelta(seconds=1))

        assert engine.admit() == []
