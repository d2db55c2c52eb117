"""How long failed work waits before it is tried again."""

from __future__ import annotations

import random
from datetime import timedelta

FIRST_DELAY = timedelta(seconds=2)
LONGEST_DELAY = timedelta(minutes=15)
JITTER = 1.25  #: times as long, at most
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
