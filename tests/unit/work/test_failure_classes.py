"""The table of failures in docs/operations.md is what the code does."""

from __future__ import annotations

import inspect
import re
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest

from ohdio_core import errors
from ohdio_core.domain.retry import FIRST_DELAY, LONGEST_DELAY
from ohdio_core.errors import AnswersDifferently, DiffersForNow, OhdioError, UnsupportedUrl
from ohdio_core.sentences import legacy
from ohdio_core.work.claim import Claim
from ohdio_core.work.ending import Ending, ending_of
from ohdio_core.work.outcome import Again, Failed, Outcome, outcome_of
from ohdio_core.work.run_history import record_of
from ohdio_core.work.transitions import PAUSED

ROOT = Path(__file__).parents[3]
_SAID = legacy("It broke.")


class Row(NamedTuple):
    """One class of failures, as the table has it."""

    name: str
    instances: str
    waits: str
    attempt: str
    outcome: str
    against_site: str


def table() -> list[Row]:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = page[page.index("| class | for instance") :].partition("\n\n")[0]
    return [Row(*(cell.strip() for cell in line.strip("|").split("|"))) for line in section.splitlines()[2:]]


def instance(name: str) -> Exception:
    """Return an error of a class of the table."""
    cls = getattr(errors, name.strip("`"), None)
    if cls is None:
        return ValueError("a mistake")
    if cls is UnsupportedUrl:
        return UnsupportedUrl("x:y", _SAID)
    if cls in {AnswersDifferently, DiffersForNow}:
        return cls("a.example", _SAID)  # type: ignore[no-any-return] # one of the two
    made = cls(_SAID)
    assert isinstance(made, OhdioError)
    return made


def waits(outcome: Outcome, ending: Ending) -> str:
    """Return how long a row waits, in the words of the table."""
    if isinstance(outcome, Failed):
        return "no"
    if ending.transition is PAUSED:
        return "until there is room"
    assert isinstance(outcome, Again)
    late = ending_of(Claim(1, uuid4(), 1, 5, 0, 0, setbacks=40), outcome, 0)
    assert late.delay is not None
    if outcome.needs_person:
        assert late.delay == timedelta(seconds=30)
        return "30 s at most"
    assert ending.delay is not None
    assert FIRST_DELAY <= ending.delay < 2 * FIRST_DELAY
    # What costs no attempt is no setback: a site that asks for fewer requests says itself how long.
    assert late.delay >= LONGEST_DELAY
    return "2 s to 15 min"


@pytest.mark.parametrize("row", table(), ids=lambda row: row.name)
def test_a_class_waits_as_the_table_says(row: Row) -> None:
    outcome = outcome_of(instance(row.name))
    claimed = Claim(1, uuid4(), 1, 5, 0, 0)
    ending = ending_of(claimed, outcome, 0)
    assert row.waits == waits(outcome, ending)
    assert row.attempt == ("yes" if ending.attempts == claimed.attempts else "no")
    assert row.outcome == f"`{record_of(outcome, ending).outcome.value}`"
    assert row.against_site == ("yes" if getattr(outcome, "is_of_site", False) else "no")


def test_every_class_is_there_once() -> None:
    known = [
        name
        for name, cls in vars(errors).items()
        if inspect.isclass(cls) and issubclass(cls, OhdioError) and cls is not OhdioError
    ]
    assert sorted(row.name.strip("`") for row in table()) == sorted([*known, "anything else"])


def test_every_sentence_is_one_of_the_code() -> None:
    known = (ROOT / "shared/ohdio_core/locale/fr/sentences.po").read_text(encoding="utf-8")
    named = [name for row in table() for name in re.findall(r"`([^`]+)`", row.instances)]
    assert len(named) >= len(table())
    assert [name for name in named if f'msgid "{name}"' not in known] == []
