"""Folders on the command line."""

from __future__ import annotations

from pathlib import Path

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_core.sentences import sentence


def folder(text: str | Path) -> Path:
    """Read the name of a folder; an empty one, as a script's variable that is not set, is not the current directory.

    Raises:
        BadArgument: It is empty; the command line names the option.
    """
    if not str(text).strip():
        raise BadArgument(sentence("argument.no_folder", "The name of the folder is empty."))
    return Path(text)
