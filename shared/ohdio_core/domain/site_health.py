"""When a site counts as failing, and for how long it is left alone: pure, so that the rule can be tested exactly.

::

    works ──many failures in a row, of several items──▶ closed ──its time is over──▶ tried by one item
      ▲                                                   ▲                             │       │
      └────────────────────────── it works ───────────────┼─────────────────────────────┘       │
                                                          └──────── it fails: twice as long ────┘
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import Any

from ohdio_core.sentences import Sentence, sentence, values_within

#: So many failures in a row close a site …
MOST_FAILURES = 5
#: … if so many different items met them: one broken book says nothing about its site.
FEWEST_ITEMS = 3
FIRST_CLOSING = timedelta(seconds=30)
LONGEST_CLOSING = timedelta(minutes=15)
#: The id of the sentence that says of a site that it is closed until a time, as it fails.
FAILING = "site.failing"


def failing_until(site: str, time: str) -> Sentence:
    """Return the sentence that a site is left alone until a time, as it fails.

    Args:
        time: Of the day, in UTC: whoever writes it knows nothing of where it is read.
    """
    return sentence("site.failing", "{site} is failing; tried again at {time} UTC", site=site, time=time)


def failing_values(message: Mapping[str, Any]) -> Mapping[str, str] | None:
    """Return the values of that sentence, also of one within another; None where it is none.

    Args:
        message: The id and values of a sentence, as ``Sentence.as_json`` returns them.

    Returns:
        With ``until``, the instant, unless an earlier version wrote it.
    """
    values = values_within(message, FAILING)
    return values if values is not None and {"site", "time"} <= values.keys() else None


class Evidence(Enum):
    """What the end of a run says about its site."""

    WORKS = auto()
    FAILS = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class SiteHealth:
    """What is remembered of a site since it last worked."""

    failures: int = 0  #: in a row
    items: tuple[str, ...] = ()  #: the first that failed, as many as the rule asks for
    closings: int = 0  #: in a row; any means that one item at a time tries whether it works again


def after_failure(health: SiteHealth, item: str) -> tuple[SiteHealth, timedelta | None]:
    """Add a failure to what is remembered of a site.

    Args:
        health: Of a site that is not closed at the moment.
        item: Whose run failed.

    Returns:
        What to remember, and how long the site is closed from now on; None when it stays open.
    """
    items = health.items
    if item not in items and len(items) < FEWEST_ITEMS:
        items = (*items, item)
    failures = health.failures + 1
    is_failing = health.closings > 0 or (failures >= MOST_FAILURES and len(items) >= FEWEST_ITEMS)
    if not is_failing:
        return SiteHealth(failures, items), None
    closings = health.closings + 1
    return SiteHealth(failures, items, closings), closing_time(closings)


def closing_time(closings: int) -> timedelta:
    """Return how long the ``closings``-th closing in a row lasts (from 1): 30 s, doubling to 15 min."""
    doublings = min(max(closings - 1, 0), 10)
    doubled: timedelta = FIRST_CLOSING * (1 << doublings)
    return min(doubled, LONGEST_CLOSING)
