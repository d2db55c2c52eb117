"""What watchers are told of settings."""

from __future__ import annotations

from collections.abc import Sequence

from ohdio_api.events.projection import Projection, Value
from ohdio_api.live_settings.service import SettingsService
from ohdio_core.live_settings import SETTINGS
from ohdio_core.schemas.settings import SettingViews


def settings_events(settings: SettingsService) -> Sequence[Projection]:
    """Return what is told when somebody has changed a setting: all of them, as they are then."""
    return (Value("settings", SettingViews, settings.all, frozenset({SETTINGS}), is_of_managers=True),)
