"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Links = Annotated[list[str], typer.Argument(metavar="URL…", help="Links of categories, feeds or single audiobooks.")]
Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Where ohdio keeps its own data (default: by the XDG rules)."),
]
Library = Annotated[
    Path | None,
    typer.Option("--library", metavar="DIR", help="Where books go (default: LIBRARY_DIR, or ~/Audiobooks)."),
]
Api = Annotated[
    str | None,
    typer.Option(
        "--api", metavar="URL", envvar="OHDIO_API", help="Talk to this ohdio, not to the one on this machine."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
ItemNumbers = Annotated[
    list[int] | None, typer.Argument(metavar="[NUMBER…]", help="Books, as `ohdio queue` numbers them.")
]
