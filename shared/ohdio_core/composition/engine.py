"""What the composition roots of all services build of settings on the engine."""

from __future__ import annotations

from ohdio_core.pacing.politeness import LONGEST_WAIT
from ohdio_core.settings import EngineSettings, HttpSettings
from ohdio_core.work.timing import Timing


def timing_of(settings: EngineSettings) -> Timing:
    """Return the engine's intervals."""
    return Timing(settings.lease, settings.beat, settings.idle_beat, settings.tick, settings.resend_after)


def most_per_site(settings: HttpSettings) -> dict[str, int] | None:
    """Return how many page requests to one site are worth having in hand: those whose turn comes soon.

    None, for any number, when pages are not paced: no interval, or hosts sent to an origin of our own.
    """
    if not settings.page_interval or settings.host_overrides:
        return None
    return {"*": max(1, int(LONGEST_WAIT / settings.page_interval))}
