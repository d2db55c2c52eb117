"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ohdio_client.cli.folder import folder

#: A first thing to try: OHdio's audiobooks for the young.
READY_EXAMPLE = "https://ici.radio-canada.ca/ohdio/categories/1003592/jeunesse"
LINKS_HELP = f"Links of categories, feeds or single audiobooks, for instance {READY_EXAMPLE}"
Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        parser=folder,
        help="Where ohdio keeps its own data (default: ohdio in XDG_DATA_HOME, or in ~/.local/share).",
    ),
]
Api = Annotated[
    str | None,
    typer.Option("--api", metavar="URL", help="Talk to this ohdio (default: OHDIO_API, or the one on this machine)."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Books = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="BOOK", help="Numbers that `ohdio queue` shows, links, or words of a title or author (default: all)."
    ),
]
OneBook = Annotated[
    list[str],
    typer.Argument(metavar="BOOK", help="A number that `ohdio queue` shows, a link, or words of a title or author."),
]
SomeBooks = Annotated[
    list[str],
    typer.Argument(metavar="BOOK", help="Numbers that `ohdio queue` shows, links, or words of a title or author."),
]
