"""How a run of work can end, and what each end does to its row: decided here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.queue import StopReason
from ohdio_core.domain.retry import until_next_round
from ohdio_core.errors import UNEXPECTED, NeedsPerson, NoRoom, PermanentError, Postponed, TransientError
from ohdio_core.sentences import Sentence, sentence

Effect = Callable[[UnitOfWork], None]

_NO_ANSWER = sentence("database.no_answer", "The database did not answer; this is tried again.")
_REFUSED = sentence("database.refused", "The database refused what was to be written. The log has the details.")


class Stopped(Exception):
    """Raised inside a run that was asked to stop; the engine puts its row where the reason says."""

    def __init__(self, reason: StopReason) -> None:
        self.reason = reason
        super().__init__(f"stopped: {reason}")


@dataclass(frozen=True, slots=True)
class Done:
    """The work is complete. ``effect`` is written in the same transaction."""

    effect: Effect | None = None
    has_asked_site: bool = True  #: so that the site is known to work


@dataclass(frozen=True, slots=True)
class Failed:
    """Trying again cannot help."""

    error: Sentence
    is_of_site: bool = False  #: perhaps not this item's fault: see ``ohdio_core.domain.site_health``


@dataclass(frozen=True, slots=True)
class Again:
    """To be tried again later."""

    error: Sentence
    retry_after: timedelta | None = None
    costs_attempt: bool = True
    is_of_site: bool = False  #: the same
    needs_person: bool = False  #: trying again is of no use until a person has mended something


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """The work is done for now, and comes round again. ``effect`` is written in the same transaction.

    Costs no attempt, whatever went wrong: work that comes round by the clock is never given up. An error counts as a
    setback, and a run without one ends the count.
    """

    delay: timedelta  #: until the next run
    effect: Effect | None = None
    error: Sentence | None = None  #: what went wrong; shown until a run ends without
    is_of_site: bool = False  #: the same
    is_noted: bool = True  #: in the run history


@dataclass(frozen=True, slots=True)
class PutBack:
    """Stopped on request: goes where the request says, and costs no attempt."""

    reason: StopReason


@dataclass(frozen=True, slots=True)
class Held:
    """Begun for nothing: it is paused, with the reason, until that is over or a person wants it anyway."""

    reason: Sentence


Outcome = Done | Failed | Again | Rescheduled | PutBack | Held


def outcome_of(error: Exception) -> Outcome:
    """Return the outcome of a run that ended with an exception; one that nobody raised on purpose costs an attempt."""
    match error:
        case Stopped():
            return PutBack(error.reason)
        case PermanentError():
            return Failed(error.sentence, is_of_site=error.is_of_site)
        case NoRoom():
            return Held(error.sentence)
        case Postponed():
            needs_person = isinstance(error, NeedsPerson)
            return Again(error.sentence, error.retry_after, costs_attempt=False, needs_person=needs_person)
        case TransientError():
            return Again(error.sentence, error.retry_after, is_of_site=error.is_of_site)
        case OperationalError() | InterfaceError() | PoolTimeout():
            return Again(_NO_ANSWER, costs_attempt=False)
        case SQLAlchemyError():
            # Its own words are statements with everything that was in them.
            return Again(_REFUSED)
        case _:
            return Again(UNEXPECTED)


def outcome_of_round(error: Exception, setbacks: int) -> Outcome:
    """Return the same of work that comes round by the clock: no exception ends it, but it is tried ever less.

    What only the work itself returns, that it failed for good, ends it, and a worker that dies of it.

    Args:
        setbacks: Of the runs before.
    """
    outcome = outcome_of(error)
    match outcome:
        case Failed() | Again(costs_attempt=True):
            asked = outcome.retry_after if isinstance(outcome, Again) else None
            delay = max(until_next_round(setbacks + 1), asked or timedelta())
            return Rescheduled(delay, error=outcome.error, is_of_site=outcome.is_of_site)
    return outcome
