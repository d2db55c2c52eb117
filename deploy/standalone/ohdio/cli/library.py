"""``ohdio library``."""

from __future__ import annotations

from typing import Annotated

import typer

from ohdio.cli.connection import connected
from ohdio.cli.options import Api, AsJson, Data
from ohdio.cli.output import books, print_json, print_line, print_table


def library(
    words: Annotated[
        str | None, typer.Argument(metavar="WORDS", help="Only books with these words in title or author.")
    ] = None,
    *,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List the books that are known, and where they are."""
    with connected(api, data) as client:
        found = list(client.every("audiobooks", q=words))
    if as_json:
        print_json({"items": found})
        return
    if found:
        rows = (
            (book["title"] or book["url"], ", ".join(book["authors"]), book["library_path"] or "—") for book in found
        )
        print_table(("title", "author", "folder"), rows)
    print_line(f"{books(len(found))}.")
