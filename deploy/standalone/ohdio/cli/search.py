"""``ohdio search``."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from ohdio.cli.connection import connected
from ohdio.cli.options import Api, AsJson, Data
from ohdio.cli.output import print_json, print_line, print_table
from ohdio.cli.whole_number import whole_number


def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="What to look for: titles, authors.")],
    *,
    most: Annotated[
        int, typer.Option("--limit", metavar="N", parser=whole_number, help="How many of each catalogue at most.")
    ] = 10,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Search the catalogues of the sites that can be searched; `ohdio add` takes the links that it prints."""
    with connected(api, data) as client:
        found = client.get("search", q=" ".join(words), limit=min(most, 50))
    if as_json:
        print_json(found)
        return
    if found["items"]:
        print_table(("title", "author", "what", "link"), map(_row, found["items"]))
    else:
        print_line("Nothing was found.")
    for silent in found["failed"]:
        sys.stderr.write(f"{silent['source']} was not searched. {silent['detail']}\n")


def _row(hit: dict[str, Any]) -> tuple[str, ...]:
    what = hit["note"] or ("book" if hit["kind"] == "audiobook" else "list")
    return hit["title"], ", ".join(hit["authors"]), f"{what} (known)" if hit["is_known"] else what, hit["url"]
