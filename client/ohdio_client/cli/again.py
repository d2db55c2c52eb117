"""``ohdio again``."""

from __future__ import annotations

from typing import Annotated

import typer

from ohdio_client.cli.confirmation import confirm
from ohdio_client.cli.connection import connected
from ohdio_client.cli.lines import lines_of
from ohdio_client.cli.matching import ANY_BOOK, NOT_ALL, Book, Meant, books_matching, numbered
from ohdio_client.cli.options import Api, AsJson, Data, SomeBooks
from ohdio_client.cli.output import books, print_error, print_json, print_line
from ohdio_client.counted_books import books_in_sentence
from ohdio_core.sentences import sentence


def again(
    wanted: SomeBooks,
    *,
    is_meant: Annotated[bool, typer.Option("--yes", help="Do not ask, where it is more than one book.")] = False,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Download books again that are complete; their files stay until the new ones are there."""
    from ohdio_client.api.errors import ItemRefused

    with connected(api, data) as client:
        meant = Meant.by(wanted)
        found = books_matching(client, meant, ANY_BOOK) + [numbered(client, number) for number in meant.numbers]
        if len(found) > 1 and not is_meant:
            confirm(
                f"Download {books(len(found))} again?",
                lines_of(found),
                nothing=sentence("again.nothing", "Nothing is downloaded again."),
                unasked=sentence(
                    "again.unasked",
                    "Nothing is downloaded again, as nobody can be asked here: --yes downloads {books} again.",
                    books=books_in_sentence(len(found)),
                ),
                as_json=as_json,
            )
        ordered: list[Book] = []
        refused: list[tuple[Book, ItemRefused]] = []
        for book in found:
            try:
                ordered.append(Book.of_view(client.books.download(book.id)))
            except ItemRefused as error:
                refused.append((book, error))
    if as_json:
        print_json(
            {
                "changed": len(ordered),
                "refused": [{"url": book.url, "detail": str(why)} for book, why in refused],
            }
        )
    elif ordered:
        print_line(f"Downloading again: {books(len(ordered))}.", *lines_of(ordered))
    for book, why in refused:
        print_error(why.shown_of(book.title or book.url))
    if refused:
        raise SystemExit(NOT_ALL)
