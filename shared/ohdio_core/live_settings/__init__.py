"""Settings whose values come from the environment, else the database, else their defaults.

A person may change some of them while ohdio runs (``ohdio_core.settings.LIVE`` marks those): a row of the table
``settings``, which every process hears of. Whoever uses such a value is handed something that returns it as it is now
(``ohdio_core.current``), and need not know where it comes from.
"""

from __future__ import annotations

from ohdio_core.live_settings.now import SettingsNow
from ohdio_core.live_settings.setting import Json, Setting, WrongValue, fixed_by_environment, settings_of
from ohdio_core.live_settings.stored import SETTINGS, forget, read_stored, store

__all__ = [
    "SETTINGS",
    "Json",
    "Setting",
    "SettingsNow",
    "WrongValue",
    "fixed_by_environment",
    "forget",
    "read_stored",
    "settings_of",
    "store",
]
