"""In which order the episodes of a feed are to be heard."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

from ohdio_core.sources.rss.episode import Episode

_NUMBER = re.compile(r"[0-9]{1,6}")
_NEVER = datetime.min.replace(tzinfo=UTC)


def in_listening_order(episodes: Sequence[Episode], *, is_serial: bool) -> list[Episode]:
    """Sort by season and number where every episode has a number of its own, else by date.

    An episode without a date stays behind the one that it follows in the feed's order, which also holds among those
    of one date: a serial feed lists its first episode first, any other its newest. Where no episode has a date,
    somebody has listed them as they are to be heard, unless their titles count down.
    """
    numbers = [(episode.season or 0, episode.number) for episode in episodes if episode.number is not None]
    if len(set(numbers)) == len(episodes):
        return sorted(episodes, key=lambda episode: (episode.season or 0, episode.number or 0.0))
    if all(episode.published is None for episode in episodes):
        return list(reversed(episodes)) if _count_down(episodes) else list(episodes)
    listed = list(episodes) if is_serial else list(reversed(episodes))
    dates = _filled([episode.published for episode in listed])
    return [listed[place] for place in sorted(range(len(listed)), key=dates.__getitem__)]


def _count_down(episodes: Sequence[Episode]) -> bool:
    """Return whether the first number in each title is one below that of the title before."""
    found = [_NUMBER.search(episode.title) for episode in episodes]
    numbers = [int(number[0]) for number in found if number is not None]
    return len(numbers) == len(found) > 1 and all(before - after == 1 for before, after in pairwise(numbers))


def _filled(dates: Sequence[datetime | None]) -> list[datetime]:
    """Return dates for all: one that is missing is that of the item before; at the start, the first date."""
    last = next((date for date in dates if date is not None), _NEVER)
    filled = []
    for date in dates:
        last = date or last
        filled.append(last)
    return filled


def number_of(episode: Episode) -> str | None:
    """Return an episode's number as people write it: "7", or with its season, "S2E7"."""
    if episode.number is None:
        return None
    number = f"{episode.number:g}"
    return number if episode.season is None else f"S{episode.season}E{number}"
