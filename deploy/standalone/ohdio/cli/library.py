"""``ohdio library``."""

from __future__ import annotations

from typing import Annotated

import typer

from ohdio.cli.connection import connected
from ohdio.cli.options import Api, AsJson, Data
from ohdio.cli.output import books, print_json, print_line, print_table
from ohdio.cli.whole_number import whole_number
from ohdio.cli.words import words


def library(
    sought: Annotated[
        list[str] | None, typer.Argument(metavar="WORDS", help="Only books with these words in title or author.")
    ] = None,
    *,
    most: Annotated[
        int | None, typer.Option("--limit", metavar="N", parser=whole_number, help="How many to show at most.")
    ] = None,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List the books that are in the library, and where they are."""
    asked = words(" ".join(sought)) if sought else None
    with connected(api, data) as client:
        every = list(client.every("audiobooks", q=asked, is_filed="true"))
    found = every[:most]
    if as_json:
        print_json({"items": found})
        return
    if found:
        rows = ((book["title"] or book["url"], ", ".join(book["authors"]), book["library_path"]) for book in found)
        print_table(("title", "author", "folder"), rows)
    of_all = f"{len(found)} of " if len(found) < len(every) else ""
    print_line(f"{of_all}{books(len(every))}.")
