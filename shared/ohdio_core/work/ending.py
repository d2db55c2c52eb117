"""What the end of a run means for its row and for its site: decided here, written by ``finish`` and ``sweep``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from ohdio_core.domain.queue import StopReason, WorkStatus
from ohdio_core.domain.retry import backoff
from ohdio_core.domain.site_health import Evidence, closing_time
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.work.claim import Claim
from ohdio_core.work.outcome import Again, Done, Failed, Held, Outcome, PutBack, Rescheduled
from ohdio_core.work.transitions import CANCELLED, COMPLETED, FAILED, PAUSED, PUT_BACK, TAKEN_BACK, Transition

#: So much later than the next trial of its site, an item that has just tried in vain comes back.
_BEHIND_OTHERS = timedelta(seconds=10)
#: A person who has mended something sees it go on within this time.
_LONGEST_LOOK = timedelta(seconds=30)
_HELD_BACK = sentence(
    "held_back.overlong",
    "its site does not tell how long it is, and it takes longer than it should, as a broadcast without an end would; "
    "it goes on when fewer downloads like it are running",
)
WORKER_DIED = sentence("worker_died", "its worker died; it goes on where it stopped")


@dataclass(frozen=True, slots=True)
class Ending:
    """What the end of a run makes of its row."""

    transition: Transition
    attempts: int  #: spent, those that are given back left out
    setbacks: int
    delay: timedelta | None = None  #: before the next run; None: due at once
    error: Sentence | None = None
    wait_reason: Sentence | None = None
    needs_person: bool = False  #: it waits until a person has mended something

    @property
    def sentence(self) -> Sentence | None:
        """Return why it failed, or what it waits for."""
        return self.error if self.transition is FAILED else self.wait_reason or self.error

    @property
    def status(self) -> WorkStatus:
        """Return the status that the row has from now on."""
        return self.transition.target


def ending_of(claim: Claim, outcome: Outcome, progress: int, *, asked: StopReason | None = None) -> Ending:
    """Return what the end of a run makes of its row.

    A run that came further than any before costs no attempt. Only headway makes the wait short again:
    what crawls on for ever is tried ever more rarely.

    Args:
        progress: How far the work has come, safely.
        asked: What a person has requested while it ran: ``PAUSE`` or ``CANCEL``. Cancelled work stays so, even if it
            was done in the same moment; a pause concerns only what would be queued.
    """
    return _as_asked(_ending_of(claim, outcome, progress), asked)


def _as_asked(ending: Ending, asked: StopReason | None) -> Ending:
    if asked is StopReason.CANCEL:
        return replace(ending, transition=CANCELLED, delay=None, wait_reason=None, needs_person=False)
    if asked is StopReason.PAUSE and ending.transition in {PUT_BACK, TAKEN_BACK, PAUSED}:
        return replace(ending, transition=PAUSED, delay=None, wait_reason=None, needs_person=False)
    return ending


def _ending_of(claim: Claim, outcome: Outcome, progress: int) -> Ending:
    gained = progress - claim.best_progress
    setbacks = 0 if gained >= claim.headway else claim.setbacks
    match outcome:
        case Done():
            return Ending(COMPLETED, claim.attempts, setbacks)
        case Failed():
            return Ending(FAILED, claim.attempts, setbacks, error=outcome.error)
        case Rescheduled():
            failed = 0 if outcome.error is None else claim.setbacks + 1
            return Ending(PUT_BACK, 0, failed, outcome.delay, error=outcome.error)
        case PutBack():
            return _put_back(claim, outcome.reason, setbacks)
        case Held():
            return Ending(PAUSED, claim.attempts - 1, setbacks, wait_reason=outcome.reason)
        case Again():
            return _tried_again(claim, outcome, progress, setbacks)


def _put_back(claim: Claim, reason: StopReason, setbacks: int) -> Ending:
    match reason:
        case StopReason.OVERLONG:
            # Due never by itself: the sweep lets it go on when one of its kind has ended.
            return Ending(PUT_BACK, claim.attempts - 1, setbacks, timedelta(), wait_reason=_HELD_BACK)
        case StopReason.RESET:
            return Ending(PUT_BACK, 0, 0)
    return Ending(PUT_BACK, claim.attempts - 1, setbacks)


def _tried_again(claim: Claim, outcome: Again, progress: int, setbacks: int) -> Ending:
    gained = progress - claim.best_progress
    spent = claim.attempts - int(gained > 0 or not outcome.costs_attempt)
    if spent >= claim.max_attempts:
        given_up = sentence(
            "given_up", "Given up after {attempts} attempts. {error}", attempts=spent, error=outcome.error
        )
        return Ending(FAILED, spent, setbacks, error=given_up)
    if (outcome.costs_attempt or outcome.needs_person) and gained < claim.headway:
        setbacks += 1
    delay = backoff(setbacks, retry_after=outcome.retry_after)
    if outcome.needs_person:
        delay = min(delay, _LONGEST_LOOK)
    if claim.is_trial and evidence_of(claim, outcome, progress) is Evidence.FAILS:
        # Another item tries next, or a broken one would keep its site closed for ever.
        delay = max(delay, closing_time(claim.site_closings + 1) + _BEHIND_OTHERS)
    error = outcome.error if outcome.costs_attempt else None
    return Ending(PUT_BACK, spent, setbacks, delay, error, outcome.error, outcome.needs_person)


@dataclass(frozen=True, slots=True)
class DeadRun:
    """A run whose worker fell silent, as its row has it."""

    attempts: int
    max_attempts: int
    setbacks: int
    has_moved: bool  #: came further than any run before
    asked: StopReason | None  #: what a person has asked for, or the engine
    error: Sentence | None  #: of an earlier run


def ending_of_dead(run: DeadRun, *, delay: timedelta | None) -> Ending:
    """Return what a worker's death makes of the row that it worked on.

    A run that moved forward costs no attempt. One that did not may be what kills the worker, so its attempt is spent,
    and after the last one it fails, though it was asked to pause: it would have another attempt each time. Cancelled
    work stays so.

    Args:
        delay: Before the next run, so that suspects of one worker start one after the other.
    """
    spent = run.attempts - int(run.has_moved)
    if spent >= run.max_attempts:
        kills_workers = sentence(
            "given_up.worker_died",
            "Given up after {attempts} attempts: the worker died while it worked on this.",
            attempts=spent,
        )
        ending = Ending(FAILED, spent, run.setbacks, error=kills_workers)
    else:
        ending = Ending(TAKEN_BACK, spent, run.setbacks, delay, run.error, WORKER_DIED)
    return _as_asked(ending, run.asked)


def evidence_of(claim: Claim, outcome: Outcome, progress: int) -> Evidence:
    """Return whether a run shows that its site works, that it fails, or nothing."""
    if progress > claim.best_progress:
        return Evidence.WORKS
    match outcome:
        case Done():
            return Evidence.WORKS if outcome.has_asked_site else Evidence.NOTHING
        case Failed(is_of_site=True) | Again(is_of_site=True) | Rescheduled(is_of_site=True):
            return Evidence.FAILS
        case Rescheduled(error=None):
            return Evidence.WORKS
        case Failed() if claim.is_trial:
            # It answered, if only that this one does not exist.
            return Evidence.WORKS
        case _:
            return Evidence.NOTHING
