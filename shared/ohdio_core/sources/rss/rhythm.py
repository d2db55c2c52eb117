"""How often a feed wants to be asked.

``ttl`` and ``skipHours`` are of RSS 2.0 (www.rssboard.org/rss-specification); ``sy:updatePeriod`` and
``sy:updateFrequency`` of the module Syndication for RSS 1.0 (web.resource.org/rss/1.0/modules/syndication).
"""

from __future__ import annotations

from datetime import timedelta

from ohdio_core.domain.rhythm import Rhythm
from ohdio_core.sources.rss.elements import FeedElement

_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_MOST_MINUTES = 365 * 24 * 60
_MOST_A_PERIOD = 1000


def read_rhythm(channel: FeedElement) -> Rhythm:
    """Return how long a feed may be kept, and at which hours (UTC) it is not to be asked."""
    minutes = _number(channel.text("ttl"), _MOST_MINUTES)
    kept = [] if minutes is None else [timedelta(minutes=minutes)]
    if (period := _PERIODS.get(channel.text("sy:updatePeriod").lower())) is not None:
        kept.append(period / (_number(channel.text("sy:updateFrequency"), _MOST_A_PERIOD) or 1))
    skipped = channel.child("skipHours")
    hours = [] if skipped is None else [_number(hour.whole_text(), 24) for hour in skipped.children("hour")]
    # Some write 24 for midnight.
    return Rhythm(max(kept, default=timedelta()), frozenset(hour % 24 for hour in hours if hour is not None))


def _number(text: str, most: int) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 and int(text) <= most else None
