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
from ohdio_core.sentences import legacy
from ohdio_core.work.outcome import Again, Failed, Outcome, PutBack, Stopped, outcome_of

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
