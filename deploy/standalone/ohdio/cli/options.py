"""Options of the commands that collect books themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ohdio_client.cli.folder import folder
from ohdio_client.cli.options import LINKS_HELP

Links = Annotated[list[str], typer.Argument(metavar="URL", help=LINKS_HELP)]
Library = Annotated[
    Path | None,
    typer.Option(
        "--library",
        metavar="DIR",
        parser=folder,
        help="Where books go, now and at later starts without LIBRARY_DIR (default: LIBRARY_DIR, or what --library "
        "said before, or ~/Audiobooks).",
    ),
]
