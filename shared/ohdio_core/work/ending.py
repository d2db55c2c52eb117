"""What the end of a run means for its row and for its site: decided here, written by ``finish``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from ohdio_core.domain.queue import StopReason, WorkStatus
from ohdio_core.domain.retry import backoff
from ohdio_core.domain.site_health import Evidence, closing_time
from ohdio_core.work.claim import Claim
from ohdio_core.work.outcome import Again, Done, Failed, Outcome, PutBack

#: So much later than the next trial of its site, an item that has just tried in vain comes back.
_BEHIND_OTHERS = timedelta(seconds=10)
#: A person who has mended something sees it go on within this time.
_LONGEST_LOOK = timedelta(seconds=30)
_HELD_BACK = (
    "its site does not tell how long it is, and it takes longer than it should, as a broadcast without an end would; "
    "it goes on when fewer downloads like it are running"
)


@dataclass(frozen=True, slots=True)
class Ending:
    """What is written of a run that has ended, unless a person asked for something else meanwhile."""

    status: WorkStatus
    is_refunded: bool  #: the attempt is given back
    setbacks: int
    delay: timedelta | None = None  #: before the next run; None: due at once
    error: str | None = None
    wait_reason: str | None = None
    needs_person: bool = False  #: it waits until a person has mended something

    @property
    def is_final(self) -> bool:
        """Whether a person must decide, or nothing is left to do."""
        return self.status in (WorkStatus.COMPLETED, WorkStatus.FAILED)


def ending_of(claim: Claim, outcome: Outcome, progress: int) -> Ending:
    """Say where a row goes.

    A run that came further than any before costs no attempt. Only headway makes the wait short again:
    what crawls on for ever is tried ever more rarely.
    """
    gained = progress - claim.best_progress
    setbacks = 0 if gained >= claim.headway else claim.setbacks
    match outcome:
        case Done():
            return Ending(WorkStatus.COMPLETED, False, setbacks)
        case Failed():
            return Ending(WorkStatus.FAILED, False, setbacks, error=outcome.error)
        case PutBack(reason=StopReason.OVERLONG):
            # Due never by itself: the sweep lets it go on when one of its kind has ended.
            return Ending(WorkStatus.QUEUED, True, setbacks, timedelta(), wait_reason=_HELD_BACK)
        case PutBack():
            return Ending(WorkStatus.QUEUED, True, setbacks)
        case Again():
            is_refunded = gained > 0 or not outcome.costs_attempt
            spent = claim.attempts - int(is_refunded)
            if spent >= claim.max_attempts:
                given_up = f"Given up after {spent} attempts. {outcome.error}"
                return Ending(WorkStatus.FAILED, is_refunded, setbacks, error=given_up)
            if (outcome.costs_attempt or outcome.needs_person) and gained < claim.headway:
                setbacks += 1
            delay = backoff(setbacks, retry_after=outcome.retry_after)
            if outcome.needs_person:
                delay = min(delay, _LONGEST_LOOK)
            if claim.is_trial and evidence_of(claim, outcome, progress) is Evidence.FAILS:
                # Another item tries next, or a broken one would keep its site closed for ever.
                delay = max(delay, closing_time(claim.site_closings + 1) + _BEHIND_OTHERS)
            error = outcome.error if outcome.costs_attempt else None
            needs_person = outcome.needs_person
            return Ending(WorkStatus.QUEUED, is_refunded, setbacks, delay, error, outcome.error, needs_person)


def evidence_of(claim: Claim, outcome: Outcome, progress: int) -> Evidence:
    """Say what a run tells about its site."""
    if progress > claim.best_progress:
        return Evidence.WORKS
    match outcome:
        case Done():
            return Evidence.WORKS if outcome.has_asked_site else Evidence.NOTHING
        case Failed(is_of_site=True) | Again(is_of_site=True):
            return Evidence.FAILS
        case Failed() if claim.is_trial:
            # It answered, if only that this one does not exist.
            return Evidence.WORKS
        case _:
            return Evidence.NOTHING
