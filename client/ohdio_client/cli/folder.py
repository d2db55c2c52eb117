"""Folders on the command line."""

from __future__ import annotations

from pathlib import Path

import typer


def folder(text: str | Path) -> Path:
    """Read the name of a folder; an empty one, as a script's variable that is not set, is not the current directory.

    Raises:
        typer.BadParameter: It is empty; the command line names the option.
    """
    if not str(text).strip():
        raise typer.BadParameter("The name of the folder is empty.")
    return Path(text)
