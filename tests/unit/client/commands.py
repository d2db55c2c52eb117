"""The commands that a distribution declares."""

from __future__ import annotations

import tomllib
from pathlib import Path

from ohdio_client.cli.help import GROUP


def commands_of(folder: Path) -> dict[str, str]:
    """Return the entry points of a distribution's commands, by name."""
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    entries: dict[str, str] = project["entry-points"][GROUP]
    return entries
