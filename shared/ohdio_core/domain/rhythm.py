"""How often a listing wants to be asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What a listing says about when it is worth a request."""

    every: timedelta = timedelta()  #: nothing is new before so much time has passed
    skipped_hours: frozenset[int] = frozenset()  #: of the day, 0 to 23, UTC: nobody is to ask then

    def moment_from(self, moment: datetime) -> datetime:
        """Return the first moment from this one on that is in no skipped hour; this one, where all are."""
        later = moment
        for _ in range(24):
            if later.hour not in self.skipped_hours:
                return later
            later = later.replace(minute=0, second=0, microsecond=0) + _HOUR
        return moment


#: Of a listing that says nothing.
AT_ANY_TIME = Rhythm()
