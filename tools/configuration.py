"""Writes docs/configuration.md from the settings classes, so that it cannot be wrong. ``make docs``."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from ohdio_api.settings import ApiSettings
from ohdio_core.live_settings import Setting, settings_of
from ohdio_core.setting_group import Group
from ohdio_core.setting_topics import SETTING_NAMES
from ohdio_downloader.settings import DownloaderSettings
from ohdio_metadata.settings import MetadataSettings
from ohdio_scraper.settings import ScraperSettings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "configuration.md"
SERVICES: dict[str, type[Group]] = {
    "api": ApiSettings,
    "scraper": ScraperSettings,
    "metadata": MetadataSettings,
    "downloader": DownloaderSettings,
}
INTRODUCTION = """# Configuration

Written by `make docs` from the settings classes. Do not edit.

Everything is an environment variable, read at the start. What has a name under "while running" may also be changed
while ohdio runs: by `ohdio settings set NAME VALUE`, or `PUT /api/v1/settings/{name}`. The environment counts before
what was changed in that way, and that before the default. A change stays, and every process hears of it within a
second; a part that is being fetched keeps the values that it began with. `ohdio settings` shows all values, and where
each comes from.

`ohdio up` and `ohdio get` are all services in one process: they take every variable below, and need none of them
(`DATABASE_URL` and `RABBITMQ_URL` replace what they bring along; they open no port of `OHDIO_METRICS_PORT`, as the
`/metrics` of their API tells of all). There `SCRAPER_THREADS` is 2 and `METADATA_THREADS` is 4 unless set: pages of one
site are paced anyway.

A wrong value ends the process at once, with code 2 and one line that names the variable.
"""
HEAD = """| variable | default | what it does | read by | while running |
|---|---|---|---|---|
"""


def shown(field: FieldInfo) -> str:
    """Return a default as a person would write it."""
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is PydanticUndefined:
        return "required"
    if value is None or value in ("", {}):
        return ""
    if isinstance(value, timedelta):
        return f"`{value.total_seconds():g}`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def render() -> str:
    """Return the page."""
    readers: dict[str, list[str]] = {}
    every = settings_of(*SERVICES.values())
    for service, settings in SERVICES.items():
        for name in settings.model_fields:
            readers.setdefault(name, []).append(service)
    parts = [INTRODUCTION]
    for topic, names in SETTING_NAMES.items():
        parts.append(f"\n## {topic.value}\n\n{HEAD}")
        parts.extend(row(every[name], readers[name]) for name in names)
    return "".join(parts)


def row(setting: Setting, readers: list[str]) -> str:
    """Return the row of a setting.

    Args:
        readers: The services that read it.
    """
    read_by = "all" if len(readers) == len(SERVICES) else ", ".join(readers)
    called = f"`{setting.name}`" if setting.is_live else ""
    return f"| `{setting.variable}` | {shown(setting.field)} | {setting.description} | {read_by} | {called} |\n"


def main() -> None:
    """Write the page, or with ``--check`` fail when it is out of date."""
    if "--check" in sys.argv:
        sys.exit(0 if PAGE.read_text(encoding="utf-8") == render() else "Run `make docs`: settings have changed.")
    PAGE.write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    main()
