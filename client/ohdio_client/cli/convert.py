"""``ohdio convert``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_client.cli.confirmation import confirm
from ohdio_client.cli.connection import connected
from ohdio_client.cli.counted_books import books_in_sentence
from ohdio_client.cli.form import As
from ohdio_client.cli.lines import lines_of
from ohdio_client.cli.matching import ANY_BOOK, NOT_ALL, Book, Meant, books_matching, numbered
from ohdio_client.cli.options import Api, AsJson, Data, SomeBooks
from ohdio_client.cli.output import books, print_error, print_json, print_line
from ohdio_core.sentences import sentence

if TYPE_CHECKING:
    from ohdio_client.api.client import Client
    from ohdio_client.api.errors import ItemRefused


def convert(
    wanted: SomeBooks,
    *,
    form: As = None,
    is_meant: Annotated[bool, typer.Option("--yes", help="Do not ask, where it is more than one book.")] = False,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make one file with chapters of books in the library: an M4B, or with --as mp3 an MP3.

    The old files stay until the new one is there and verified, and go to the trash then.
    """
    if form == "original":
        raise BadArgument(
            sentence(
                "convert.original",
                "One file cannot be made into the parts of the site: `ohdio again` downloads these anew.",
            )
        )
    with connected(api, data) as client:
        meant = Meant.by(wanted)
        found = books_matching(client, meant, ANY_BOOK) + [numbered(client, number) for number in meant.numbers]
        if len(found) > 1 and not is_meant:
            _confirm(found, as_json=as_json)
        ordered, refused = _order(client, found, form or "m4b")
    if as_json:
        said = [{"url": book.url, "detail": str(why)} for book, why in refused]
        print_json({"changed": len(ordered), "refused": said})
    elif ordered:
        print_line(f"Converting: {books(len(ordered))}.", *lines_of(ordered))
    for book, why in refused:
        print_error(f"{book.title or book.url}: {why.shown}")
    if refused:
        raise SystemExit(NOT_ALL)


def _confirm(found: Sequence[Book], *, as_json: bool) -> None:
    confirm(
        f"Convert {books(len(found))}?",
        lines_of(found),
        nothing=sentence("convert.nothing", "Nothing is converted."),
        unasked=sentence(
            "convert.unasked",
            "Nothing is converted, as nobody can be asked here: --yes converts {books}.",
            books=books_in_sentence(len(found)),
        ),
        as_json=as_json,
    )


def _order(client: Client, found: Sequence[Book], form: str) -> tuple[list[Book], list[tuple[Book, ItemRefused]]]:
    """Order books to be converted; return them, and those that are refused, with why."""
    from ohdio_client.api.errors import ItemRefused

    ordered, refused = [], []
    for book in found:
        try:
            ordered.append(Book.of_view(client.books.convert(book.id, form)))
        except ItemRefused as error:
            refused.append((book, error))
    return ordered, refused
