"""The routes of settings."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from ohdio_client.api.transport import Transport
from ohdio_core.schemas.settings import SettingView, SettingViews


class SettingRoutes:
    """The settings of one API."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def every(self) -> Sequence[SettingView]:
        """Return every setting as it is now."""
        return self._transport.read(SettingViews, "settings").items

    def change(self, name: str, value: str) -> SettingView:
        """Change a setting, and return it.

        Raises:
            ItemRefused: There is none, or it cannot be changed while ohdio runs.
        """
        return self._transport.order(SettingView, "PUT", _path(name), {"value": value})

    def reset(self, name: str) -> SettingView:
        """Return a setting to its default, and return it as it is then.

        Raises:
            ItemRefused: There is none, or it cannot be changed while ohdio runs.
        """
        return self._transport.order(SettingView, "DELETE", _path(name))


def _path(name: str) -> str:
    return f"settings/{quote(name, safe='')}"
