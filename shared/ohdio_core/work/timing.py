"""How the engine keeps time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Timing:
    """Intervals of the engine; the defaults are the product's."""

    lease: timedelta = timedelta(seconds=15)  #: silence after which work is given to another
    beat: timedelta = timedelta(seconds=1)  #: how often a busy worker reports
    idle_beat: timedelta = timedelta(seconds=5)  #: how often an idle one does
    tick: timedelta = timedelta(seconds=2)  #: how often forgotten work is looked for
    resend_after: timedelta = timedelta(seconds=5)  #: a message that nobody took is sent again
    #: How long a thread passes its slot on to the next row. Its message stays in hand meanwhile, and a broker closes
    #: the channel of who never answers (RabbitMQ after 30 minutes); and workers that have come since get their share.
    relay: timedelta = timedelta(seconds=60)

    @property
    def self_stop(self) -> timedelta:
        """A worker that has not been heard for this long stops by itself, before its lease can be given away."""
        return self.lease * 2 / 3


def boot_clock() -> float:
    """Seconds since boot, counting time asleep: a suspended laptop must notice that its leases are old."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
