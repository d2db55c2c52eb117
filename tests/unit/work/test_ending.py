from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from ohdio_core.domain.queue import StopReason, WorkStatus
from ohdio_core.domain.site_health import Evidence, closing_time
from ohdio_core.sentences import legacy, text_of
from ohdio_core.work.claim import Claim
from ohdio_core.work.ending import DeadRun, ending_of, ending_of_dead, evidence_of
from ohdio_core.work.outcome import Again, Done, Failed, Outcome, PutBack, Rescheduled
from ohdio_core.work.run_history import record_of

MIB = 2**20
CUT = Again(legacy("The connection was cut."))
DOWN = Again(legacy("The site answered 503."), is_of_site=True)
BLOCKED = Failed(legacy("The site answered 403."), is_of_site=True)


@pytest.fixture
def claim() -> Claim:
    return Claim(7, uuid4(), attempts=1, max_attempts=5, progress=MIB, best_progress=MIB, headway=MIB)


class TestTheDelay:
    def test_grows_with_each_run_that_only_crawls_though_none_costs_an_attempt(self, claim: Claim) -> None:
        for setbacks in range(12):
            crawling = replace(claim, setbacks=setbacks)
            ending = ending_of(crawling, CUT, crawling.best_progress + 30_000)

            assert (ending.attempts, ending.setbacks) == (0, setbacks + 1)
            assert ending.delay is not None
            assert ending.delay >= timedelta(seconds=min(2 * 2**setbacks, 900))

    def test_is_short_again_after_headway(self, claim: Claim) -> None:
        ending = ending_of(replace(claim, setbacks=9), CUT, claim.best_progress + MIB)

        assert ending.setbacks == 0
        assert ending.delay is not None
        assert ending.delay < timedelta(seconds=3)

    def test_does_not_grow_by_what_is_nobodys_fault(self, claim: Claim) -> None:
        busy = Again(legacy("Others are before this one."), costs_attempt=False)

        assert ending_of(replace(claim, setbacks=3), busy, claim.progress).setbacks == 3
        assert ending_of(replace(claim, setbacks=3), PutBack(StopReason.SHUTDOWN), claim.progress).setbacks == 3

    def test_grows_to_half_a_minute_while_a_person_is_waited_for_and_spends_no_attempt(self, claim: Claim) -> None:
        full = Again(legacy("The disk is full."), costs_attempt=False, needs_person=True)

        for setbacks in range(100):
            ending = ending_of(replace(claim, setbacks=setbacks), full, claim.progress)

            assert (ending.status, ending.attempts, ending.needs_person) == (WorkStatus.QUEUED, 0, True)
            assert ending.setbacks == setbacks + 1
            assert ending.delay is not None
            assert ending.delay <= timedelta(seconds=30)

    def test_after_a_trial_in_vain_lets_another_item_try_next(self, claim: Claim) -> None:
        trial = replace(claim, is_trial=True, site_closings=3)

        delay = ending_of(trial, DOWN, claim.progress).delay

        assert delay is not None
        assert delay > closing_time(4)


class TestWhatARunTellsAboutItsSite:
    @pytest.mark.parametrize(
        ("outcome", "progress", "evidence"),
        [
            (Done(), MIB, Evidence.WORKS),
            (DOWN, MIB, Evidence.FAILS),
            (BLOCKED, MIB, Evidence.FAILS),
            (DOWN, MIB + 1, Evidence.WORKS),
            (CUT, MIB, Evidence.NOTHING),
            (Failed(legacy("It is gone.")), MIB, Evidence.NOTHING),
            (PutBack(StopReason.PAUSE), MIB, Evidence.NOTHING),
        ],
    )
    def test_each_end(self, claim: Claim, outcome: Outcome, progress: int, evidence: Evidence) -> None:
        assert evidence_of(claim, outcome, progress) is evidence

    def test_in_a_trial_any_answer_that_is_not_a_failure_of_the_site_will_do(self, claim: Claim) -> None:
        trial = replace(claim, is_trial=True)

        assert evidence_of(trial, Failed(legacy("It is gone.")), MIB) is Evidence.WORKS
        assert evidence_of(trial, BLOCKED, MIB) is Evidence.FAILS
        assert evidence_of(trial, CUT, MIB) is Evidence.NOTHING


def test_a_reset_gives_every_attempt_back(claim: Claim) -> None:
    ending = ending_of(replace(claim, attempts=4, setbacks=3), PutBack(StopReason.RESET), claim.progress)

    assert (ending.status, ending.attempts, ending.setbacks, ending.delay) == (WorkStatus.QUEUED, 0, 0, None)


def test_the_last_attempt_is_the_last(claim: Claim) -> None:
    ending = ending_of(replace(claim, attempts=5), DOWN, claim.progress)

    assert (ending.status, text_of(ending.error)) == (
        WorkStatus.FAILED,
        "Given up after 5 attempts. The site answered 503.",
    )


def test_what_comes_round_counts_its_errors_in_a_row_and_spends_no_attempt(claim: Claim) -> None:
    failing = Rescheduled(timedelta(hours=1), error=legacy("The site answered 503."))
    ending = ending_of(replace(claim, attempts=5, setbacks=3), failing, claim.progress)
    assert (ending.status, ending.attempts, ending.setbacks) == (WorkStatus.QUEUED, 0, 4)

    ending = ending_of(replace(claim, setbacks=4), Rescheduled(timedelta(hours=1)), claim.progress)
    assert (ending.attempts, ending.setbacks, ending.error) == (0, 0, None)


class TestWhatAPersonAskedMeanwhile:
    def test_a_pause_holds_what_would_be_queued_and_nothing_else(self, claim: Claim) -> None:
        def asked(outcome: Outcome) -> WorkStatus:
            return ending_of(claim, outcome, claim.progress, asked=StopReason.PAUSE).status

        assert (asked(CUT), asked(PutBack(StopReason.SHUTDOWN))) == (WorkStatus.PAUSED, WorkStatus.PAUSED)
        assert (asked(Done()), asked(BLOCKED)) == (WorkStatus.COMPLETED, WorkStatus.FAILED)

    def test_a_paused_row_waits_for_no_time(self, claim: Claim) -> None:
        ending = ending_of(claim, CUT, claim.progress, asked=StopReason.PAUSE)

        assert (ending.delay, ending.wait_reason) == (None, None)

    @pytest.mark.parametrize("outcome", [Done(), BLOCKED, CUT, PutBack(StopReason.CANCEL)])
    def test_what_was_cancelled_stays_so_whatever_came_of_it(self, claim: Claim, outcome: Outcome) -> None:
        assert ending_of(claim, outcome, claim.progress, asked=StopReason.CANCEL).status is WorkStatus.CANCELLED


class TestAWorkersDeath:
    RUN = DeadRun(
        attempts=2, max_attempts=5, setbacks=1, has_moved=False, asked=None, error=legacy("The connection was cut.")
    )

    def test_costs_an_attempt_unless_the_run_has_moved(self) -> None:
        assert ending_of_dead(self.RUN, delay=None).attempts == 2
        assert ending_of_dead(replace(self.RUN, has_moved=True), delay=None).attempts == 1

    def test_at_the_last_attempt_fails_in_words(self) -> None:
        ending = ending_of_dead(replace(self.RUN, attempts=5), delay=None)

        assert ending.status is WorkStatus.FAILED
        assert text_of(ending.error) == "Given up after 5 attempts: the worker died while it worked on this."

    def test_otherwise_says_why_the_row_waits_and_keeps_its_error(self) -> None:
        ending = ending_of_dead(self.RUN, delay=timedelta(seconds=3))

        assert (ending.status, ending.delay, text_of(ending.error)) == (
            WorkStatus.QUEUED,
            timedelta(seconds=3),
            "The connection was cut.",
        )
        assert text_of(ending.wait_reason) == "its worker died; it goes on where it stopped"

    def test_holds_a_row_that_a_person_paused_but_not_beyond_the_last_attempt(self) -> None:
        paused = replace(self.RUN, asked=StopReason.PAUSE)

        assert ending_of_dead(paused, delay=timedelta(seconds=3)).status is WorkStatus.PAUSED
        assert ending_of_dead(paused, delay=timedelta(seconds=3)).delay is None
        assert ending_of_dead(replace(paused, attempts=5), delay=None).status is WorkStatus.FAILED

    def test_ends_what_a_person_cancelled_even_at_the_last_attempt(self) -> None:
        cancelled = replace(self.RUN, attempts=5, asked=StopReason.CANCEL)

        assert ending_of_dead(cancelled, delay=None).status is WorkStatus.CANCELLED


@pytest.mark.parametrize("reason", StopReason)
def test_of_every_stop_people_can_read_why(claim: Claim, reason: StopReason) -> None:
    outcome = PutBack(reason)
    assert record_of(outcome, ending_of(claim, outcome, claim.progress)).said
