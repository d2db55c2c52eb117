"""The settings of a process, as they are now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import structlog

from ohdio_core.live_settings.setting import Json, WrongValue, settings_of
from ohdio_core.setting_group import Group

log = structlog.get_logger(__name__)

Settings_co = TypeVar("Settings_co", bound=Group, covariant=True)


class SettingsNow(Generic[Settings_co]):
    """What a start was given, and above its defaults what the database has. Thread-safe.

    Args:
        given: What the process was started with.
    """

    def __init__(self, given: Settings_co) -> None:
        self.given = given
        self.now = given  #: replaced as a whole, so that whoever reads it sees values that belong together
        self._of_database: dict[str, Any] = {}
        self._watchers: list[Callable[[], None]] = []

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call ``watcher`` after each change; only for what cannot ask by itself."""
        self._watchers.append(watcher)

    def take(self, stored: Mapping[str, Json]) -> None:
        """Adopt what the database has, where the start was given nothing and the value is one that may change.

        What cannot be a value here, as another version may have stored it, is left out and logged.
        """
        taken = {}
        for name, setting in settings_of(type(self.given)).items():
            if name in stored and setting.is_live and name not in self.given.model_fields_set:
                try:
                    taken[name] = setting.checked(stored[name])
                except WrongValue as error:
                    log.warning("a stored setting is left out", setting=name, reason=str(error))
        if taken == self._of_database:
            return
        self._of_database = taken
        self.now = self.given.model_copy(update=taken)
        log.info("settings changed", **{name: str(value) for name, value in taken.items()})
        for watcher in self._watchers:
            watcher()
