"""In which order the episodes of a feed are to be heard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from ohdio_core.sources.rss.episode import Episode

_NEVER = datetime.min.replace(tzinfo=UTC)


def in_listening_order(episodes: Sequence[Episode], *, is_serial: bool) -> list[Episode]:
    """Sort by season and number where every episode has a number of its own, else by date.

    An episode without a date stays behind the one that it follows in the feed's order, which also holds among those
    of one date, and where there are no dates: a serial feed lists its first episode first, any other its newest.
    """
    numbers = [(episode.season or 0, episode.number) for episode in episodes if episode.number is not None]
    if len(set(numbers)) == len(episodes):
        return sorted(episodes, key=lambda episode: (episode.season or 0, episode.number or 0.0))
    listed = list(episodes) if is_serial else list(reversed(episodes))
    dates = _filled([episode.published for episode in listed])
    return [listed[place] for place in sorted(range(len(listed)), key=dates.__getitem__)]


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
