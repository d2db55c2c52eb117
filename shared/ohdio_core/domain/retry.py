"""How long failed work waits before it is tried again."""

from __future__ import annotations

import random
from datetime import timedelta

FIRST_DELAY = timedelta(seconds=2)
LONGEST_DELAY = timedelta(minutes=15)
JITTER = 1.25  #: times as long, at most
FIRST_ROUND = timedelta(minutes=15)
LONGEST_ROUND = timedelta(days=7)
_ROUND_JITTER = 0.1  #: so much shorter or longer, at most
LONGEST_RETRY_AFTER = timedelta(hours=24)  #: a site that asks for more is asked again tomorrow


def backoff(setbacks: int, *, retry_after: timedelta | None = None) -> timedelta:
    """Return the delay after the ``setbacks``-th run in a row that led nowhere (from 0).

    Doubles from 2 s to 15 min, with up to a quarter of jitter so that work that failed together
    does not come back together; never shorter than what the site asked for.
    """
    doublings = min(max(setbacks - 1, 0), 16)
    doubled: timedelta = FIRST_DELAY * (1 << doublings)
    delay = min(doubled, LONGEST_DELAY) * random.uniform(1.0, JITTER)
    return max(delay, retry_after or timedelta(0))


def until_next_round(failures: int, *, longest: timedelta = LONGEST_ROUND) -> timedelta:
    """Return how long work that comes round by the clock waits after so many runs in a row that failed (from 1).

    Doubles from a quarter of an hour to ``longest``, give or take a tenth, so that a site that was away for a moment
    loses nothing and one that is dead is asked ever less.
    """
    doubled: timedelta = FIRST_ROUND * (1 << min(max(failures - 1, 0), 16))
    return drifting(min(doubled, longest))


def drifting(wait: timedelta) -> timedelta:
    """Return the wait, give or take a tenth, so that what comes round together drifts apart."""
    return wait * random.uniform(1 - _ROUND_JITTER, 1 + _ROUND_JITTER)
