"""Several ways to the same answer, for what a site was never promised to keep.

A way that fails is passed over; the first complete answer wins, else the most complete one, with what the
others add to it where answers can be merged. What is definite ends the search: the site says that the thing
does not exist, or wants to be left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import structlog

from ohdio_core.errors import (
    AnswersDifferently,
    Blocked,
    NotFound,
    OhdioError,
    PermanentError,
    Postponed,
    TransientError,
)
from ohdio_core.sentences import Sentence, sentence, together

T = TypeVar("T")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Strategy(Generic[T]):
    """One way to an answer."""

    name: str  #: as logs and ``ohdio doctor`` show it: "page state"
    run: Callable[[], T]  #: raises an ``OhdioError`` where it finds nothing of use


def once(read: Callable[[], T]) -> Callable[[], T]:
    """Return a function that reads once for several strategies; an error is remembered as well."""
    answers: list[T] = []
    errors: list[OhdioError] = []

    def remembered() -> T:
        if errors:
            raise errors[0]
        if not answers:
            try:
                answers.append(read())
            except OhdioError as error:
                errors.append(error)
                raise
        return answers[0]

    return remembered


@dataclass(frozen=True, slots=True)
class StrategyOutcome:
    """What came of one strategy, tried by itself."""

    name: str
    completeness: float | None  #: above 0, 1 is complete; None when it failed
    error: str | None = None  #: why it failed, in a sentence


@dataclass(frozen=True, slots=True)
class _Answer(Generic[T]):
    names: tuple[str, ...]  #: of the strategies that it came from
    value: T
    completeness: float


@dataclass(frozen=True, slots=True)
class StrategyChoice(Generic[T]):
    """The strategies for one answer, in order of preference, and how good an answer is."""

    what: Sentence | str  #: what is looked for, for logs and sentences: "audiobook 42418", or a link
    strategies: Sequence[Strategy[T]]
    completeness: Callable[[T], float]  #: above 0; 1 and more is complete
    merge: Callable[[T, T], T] | None = None  #: gives the first answer with what the second adds to it
    #: From here on, what is missing may be missing from the thing itself: another strategy that knows no more of
    #: it ends the search, and so does a site that wants to be left alone.
    sufficient: float = 1.0
    site: str = field(kw_only=True)  #: what people call it: "OHdio"

    def best(self) -> T:
        """Run the strategies until the answer is complete; return the most complete one, the earlier of equals.

        Raises:
            NotFound: The site says that there is no such thing.
            Postponed: The site asks for fewer requests, or it is not its turn.
            TransientError: No strategy had an answer, and one of them may have it later.
            Blocked: The site refused every strategy.
            AnswersDifferently: No strategy had an answer; the sentence names each with its reason.
        """
        best: _Answer[T] | None = None
        failures: dict[str, PermanentError | TransientError] = {}
        for strategy in self.strategies:
            is_enough = best is not None and best.completeness >= self.sufficient
            try:
                found = self._answer(strategy)
            except Postponed:
                if is_enough:
                    break
                raise
            except (PermanentError, TransientError) as error:
                # The last word, unless one who was asked before could not answer and may know of it all the same.
                if isinstance(error, NotFound) and best is None and _transient(failures) is None:
                    raise
                failures[strategy.name] = error
                continue
            better = found if best is None else self._better(best, found)
            if (better is best and is_enough) or better.completeness >= 1:
                best = better
                break
            best = better
        if best is None:
            raise self._failure(failures)
        log.info(
            "strategy served",
            what=str(self.what),
            strategy=" + ".join(best.names),
            completeness=round(best.completeness, 2),
            failed={failed: str(error) for failed, error in failures.items()},
        )
        return best.value

    def outcomes(self) -> Iterator[StrategyOutcome]:
        """Run every strategy by itself and yield its outcome, for a report on how a site has drifted."""
        for strategy in self.strategies:
            try:
                yield StrategyOutcome(strategy.name, self.completeness(strategy.run()))
            except (PermanentError, TransientError) as error:
                yield StrategyOutcome(strategy.name, None, str(error))

    def _answer(self, strategy: Strategy[T]) -> _Answer[T]:
        answer = strategy.run()
        return _Answer((strategy.name,), answer, self.completeness(answer))

    def _better(self, known: _Answer[T], found: _Answer[T]) -> _Answer[T]:
        """Return the better answer, merged where that helps; ``known`` itself where ``found`` adds nothing."""
        more, less = (found, known) if found.completeness > known.completeness else (known, found)
        if self.merge is not None:
            value = self.merge(more.value, less.value)
            merged = _Answer(known.names + found.names, value, self.completeness(value))
            if merged.completeness > more.completeness:
                return merged
        return more

    def _failure(self, failures: dict[str, PermanentError | TransientError]) -> PermanentError | TransientError:
        if (later := _transient(failures)) is not None:
            return later
        refused = [error for error in failures.values() if isinstance(error, Blocked)]
        if refused and len(refused) == len(failures):
            return refused[0]
        none_worked = sentence("way.none_worked", "no way to read {what} worked.", what=self.what)
        ways = (
            sentence(
                "way.failed",
                "[{way}] {reason}",
                way=way,
                reason=error.detail if isinstance(error, AnswersDifferently) else error.sentence,
            )
            for way, error in failures.items()
        )
        return AnswersDifferently(self.site, together(none_worked, *ways))


def _transient(failures: dict[str, PermanentError | TransientError]) -> TransientError | None:
    return next((error for error in failures.values() if isinstance(error, TransientError)), None)
