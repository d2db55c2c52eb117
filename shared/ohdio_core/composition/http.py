"""What the composition roots of all services build of settings on HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ohdio_core.settings import HttpSettings
from ohdio_core.sources.http import ClientSettings

if TYPE_CHECKING:
    # Not needed to judge a link, which a start does before the database is known.
    from ohdio_core.current import Current
    from ohdio_core.live_settings import SettingsNow


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
