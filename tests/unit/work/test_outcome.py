from __future__ import annotations

from datetime import timedelta

import pytest

from ohdio_core.domain.queue import StopReason
from ohdio_core.errors import (
    UNEXPECTED,
    NeedsPerson,
    NotFound,
    PermanentError,
    Postponed,
    TransientError,
    UnsupportedUrl,
)
from ohdio_core.sentences import legacy, text_of
from ohdio_core.work.outcome import Again, Failed, Outcome, PutBack, Rescheduled, Stopped, outcome_of, outcome_of_round

A_MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (PermanentError(legacy("It is protected.")), Failed(legacy("It is protected."))),
        (NotFound(legacy("It is gone.")), Failed(legacy("It is gone."))),
        (
            UnsupportedUrl("https://x.example/", legacy("feeds")),
            Failed(UnsupportedUrl("https://x.example/", legacy("feeds")).sentence),
        ),
        (TransientError(legacy("It answered 503.")), Again(legacy("It answered 503."))),
        (TransientError(legacy("It answered 429."), retry_after=A_MINUTE), Again(legacy("It answered 429."), A_MINUTE)),
        (Postponed(legacy("The disk is full.")), Again(legacy("The disk is full."), costs_attempt=False)),
        (Postponed(legacy("Busy."), retry_after=A_MINUTE), Again(legacy("Busy."), A_MINUTE, costs_attempt=False)),
        (
            NeedsPerson(legacy("The disk is full.")),
            Again(legacy("The disk is full."), costs_attempt=False, needs_person=True),
        ),
        (Stopped(StopReason.PAUSE), PutBack(StopReason.PAUSE)),
        (ValueError("no title"), Again(UNEXPECTED)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_error_has_one_outcome(error: Exception, outcome: Outcome) -> None:
    assert outcome_of(error) == outcome


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermanentError(legacy("It is protected.")), "It is protected."),
        (TransientError(legacy("It answered 503.")), "It answered 503."),
        (ValueError("no title"), UNEXPECTED.text),
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_error_ends_work_that_comes_round_but_it_is_tried_ever_less(error: Exception, said: str) -> None:
    delays = []
    for setbacks in (0, 5, 50):
        outcome = outcome_of_round(error, setbacks)
        assert isinstance(outcome, Rescheduled)
        assert (text_of(outcome.error), outcome.is_noted) == (said, True)
        delays.append(outcome.delay)
    assert delays[0] < timedelta(minutes=20) < delays[1] < delays[2] < timedelta(days=8)


def test_work_that_comes_round_waits_as_long_as_its_site_asks() -> None:
    outcome = outcome_of_round(TransientError(legacy("Busy."), retry_after=timedelta(hours=9)), 0)
    assert isinstance(outcome, Rescheduled)
    assert outcome.delay == timedelta(hours=9)


@pytest.mark.parametrize("error", [Stopped(StopReason.PAUSE), Postponed(legacy("Busy."))], ids=["stopped", "postponed"])
def test_what_is_nobodys_fault_is_none_of_work_that_comes_round_either(error: Exception) -> None:
    assert outcome_of_round(error, 3) == outcome_of(error)
