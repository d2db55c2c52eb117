"""Hours of the day in which people are left alone."""

from __future__ import annotations

from datetime import time
from typing import NamedTuple


class QuietHours(NamedTuple):
    """From one time of the day to another, perhaps over midnight; none where both are one."""

    begin: time = time()
    end: time = time()

    @classmethod
    def of(cls, text: str) -> QuietHours:
        """Return those that a setting names, as 22:00-07:00; none for an empty text."""
        begin, _, end = text.partition("-")
        return cls(_time(begin), _time(end)) if text else cls()

    def has(self, now: time) -> bool:
        """Return whether it is quiet."""
        moment = now.replace(tzinfo=None)
        if self.begin <= self.end:
            return self.begin <= moment < self.end
        return moment >= self.begin or moment < self.end


def _time(text: str) -> time:
    hours, _, minutes = text.strip().partition(":")
    return time(int(hours), int(minutes))
