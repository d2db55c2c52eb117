"""The time zone in which this process tells times."""

from __future__ import annotations

import os
import time
from collections.abc import Callable


def follow_time_zone(name: Callable[[], str], watch: Callable[[Callable[[], None]], None]) -> None:
    """Adopt the time zone that is set, now and after each change.

    Args:
        name: Returns it.
        watch: Has something called after each change.
    """
    zone = ProcessTimeZone()
    zone.adopt(name())
    watch(lambda: zone.adopt(name()))


class ProcessTimeZone:
    """What a person has set, else what the process was started with.

    Everything that makes local times asks the C library, so it is told once, for all.
    """

    def __init__(self) -> None:
        self._given = os.environ.get("TZ")

    def adopt(self, name: str) -> None:
        """Set the time zone of this process from now on.

        Args:
            name: As in the variable ``TZ``; empty for what the process was started with.
        """
        zone = name or self._given
        if zone is None:
            os.environ.pop("TZ", None)
        else:
            os.environ["TZ"] = zone
        time.tzset()
