"""Objects that the composition roots of all services build from shared settings."""

from __future__ import annotations

from ohdio_core.current import Current
from ohdio_core.live_settings import SettingsNow
from ohdio_core.pacing.politeness import LONGEST_WAIT
from ohdio_core.settings import EngineSettings, HttpSettings
from ohdio_core.sources.http import ClientSettings
from ohdio_core.work.timing import Timing


def timing_of(settings: EngineSettings) -> Timing:
    """Return the engine's intervals."""
    return Timing(settings.lease, settings.beat, settings.idle_beat, settings.tick, settings.resend_after)


def client_settings_of(settings: HttpSettings) -> ClientSettings:
    """Return what the HTTP client factory needs."""
    return ClientSettings(
        user_agent=settings.user_agent or ClientSettings().user_agent,
        allow_private_addresses=settings.allow_private_addresses,
        host_overrides=settings.host_overrides,
    )


def client_settings_now(settings: SettingsNow[HttpSettings]) -> Current[ClientSettings]:
    """Return what returns ``client_settings_of`` the settings as they are now."""
    return lambda: client_settings_of(settings.now)


def most_per_site(settings: HttpSettings) -> dict[str, int] | None:
    """Return how many page requests to one site are worth having in hand: those whose turn comes soon.

    None, for any number, when pages are not paced: no interval, or hosts sent to an origin of our own.
    """
    if not settings.page_interval or settings.host_overrides:
        return None
    return {"*": max(1, int(LONGEST_WAIT / settings.page_interval))}
