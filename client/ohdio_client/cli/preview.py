"""``ohdio preview``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ohdio_client.cli.connection import connected
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import books, length, print_json, print_line
from ohdio_client.cli.table import print_table
from ohdio_client.cli.wishes import Wanted, with_wishes
from ohdio_client.language import in_one_language, sentence_of
from ohdio_client.left_out import remark
from ohdio_client.unwanted import unwanted

if TYPE_CHECKING:
    from ohdio_core.schemas.previews import Preview, PreviewBook


@with_wishes
def preview(
    url: Annotated[str, typer.Argument(metavar="URL", help="The link of a category, feed or single audiobook.")],
    *,
    wanted: Wanted,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show what a link would add, and add nothing."""
    with connected(api, data) as client:
        found = client.links.preview(url, wanted)
    if as_json:
        print_json(found)
        return
    if wanted_books := [book for book in found.books if book.state != "skipped"]:
        print_table(("title", "author", "length", ""), map(_row, wanted_books))
    print_line(_summary(found))
    note = sentence_of(found.note, found.note_message)
    if (others := remark(found.left_out, found.left_out_messages, note)) is not None:
        print_line(in_one_language(others))
    if found.undecided:
        print_line(f"Of {books(found.undecided)} the listing does not tell all that was asked: judged once described.")


def _row(book: PreviewBook) -> tuple[str, ...]:
    return book.title or book.url, ", ".join(book.authors), length(book.duration_seconds), book.state


def _summary(found: Preview) -> str:
    at_least = "" if found.is_whole else "at least "
    claimed = f" (it says that it has {found.total})" if found.total not in {None, found.found} else ""
    counted = f"{found.new} new, {found.known} known"
    if found.skipped:
        counted += f", {found.skipped} skipped"
    if found.unwanted:
        counted += f", {unwanted(found.unwanted)}"
    name = found.title or found.url
    return f"{name}: {at_least}{books(found.found)}{claimed}: {counted}."
