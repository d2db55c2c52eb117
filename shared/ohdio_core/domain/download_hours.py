"""The hours of the day in which books are downloaded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

#: What a time may be is the setting's to hold (``download_settings``).
_WINDOW = re.compile(r"(\d+:\d+)\s*-\s*(\d+:\d+)")
_MINUTE = timedelta(minutes=1)
#: The clock of no place stands still for so long that what opens each day does not do so within it.
_LONGEST = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class DownloadHours:
    """Times of the day, by the clock on the wall; without any, every hour is one.

    Where that clock is set forward, what lies in the missing hour does not come; where it is set back, what lies in the
    hour that comes twice comes twice.
    """

    windows: tuple[tuple[int, int], ...] = ()  #: minutes of the day: the first, and the first after; over midnight, too

    @classmethod
    def of(cls, text: str) -> DownloadHours:
        """Return those that a setting names, as "23:00-07:00, 12:00-13:30"; what ends as it begins is the whole day."""
        return cls(tuple((_minute(begin), _minute(end)) for begin, end in _WINDOW.findall(text)))

    def has(self, moment: datetime, zone: tzinfo | None = None) -> bool:
        """Return whether books are downloaded at a moment.

        Args:
            moment: With its own zone.
            zone: Of the clock; that of the process, if None.
        """
        if not self.windows:
            return True
        local = moment.astimezone(zone)
        now = local.hour * 60 + local.minute
        return any(begin <= now < end if begin < end else now >= begin or now < end for begin, end in self.windows)

    def next_change(self, moment: datetime, zone: tzinfo | None = None) -> datetime | None:
        """Return when they begin or end next after a moment, in its zone; None where they do neither."""
        is_in = self.has(moment, zone)
        minute = moment.replace(second=0, microsecond=0)
        # Minute by minute: what the clock of a place does is known to nobody but its zone.
        for _ in range(_LONGEST // _MINUTE if self.windows else 0):
            minute += _MINUTE
            if self.has(minute, zone) is not is_in:
                return minute
        return None

    def stretch(self, moment: datetime, zone: tzinfo | None = None) -> tuple[datetime | None, datetime | None]:
        """Return when they begin and end that a moment is in, or that come next; None for no such time."""
        change = self.next_change(moment, zone)
        if self.has(moment, zone) or change is None:
            return None, change
        return change, self.next_change(change, zone)


def _minute(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)
