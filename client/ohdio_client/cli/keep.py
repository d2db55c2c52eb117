"""``ohdio keep``."""

from __future__ import annotations

from typing import Annotated

import typer

from ohdio_client.cli.confirmation import confirm
from ohdio_client.cli.connection import connected
from ohdio_client.cli.item_order import by_verb, numbers_meant, order_items
from ohdio_client.cli.lines import lines_of
from ohdio_client.cli.matching import Book, Scope
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import books, print_json, print_line
from ohdio_client.counted_books import books_in_sentence
from ohdio_core.sentences import sentence

_FAILED = Scope(
    sentence("matching.none_to_keep", "no such book has failed, or waits to be fetched anew as it is not whole."),
    frozenset({"failed", "queued"}),
    fits=lambda item: item.status == "failed" or item.can_be_kept,
)


def keep(
    wanted: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="BOOK",
            help="Numbers that `ohdio queue` shows, links of books, or words of a title or author (default: all that "
            "can be kept).",
        ),
    ] = None,
    *,
    is_meant: Annotated[bool, typer.Option("--yes", help="Do not ask, where no book is named.")] = False,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Keep books anyway that failed, as they are shorter, or less sound, than was promised.

    They are fetched once more, and kept as they come, with a remark that says what is missing.
    """
    with connected(api, data) as client:
        if wanted:
            numbers = numbers_meant(client, wanted, _FAILED)
        else:
            found = [Book.of_item(item) for item in client.queue.items("failed") if item.can_be_kept]
            if found and not is_meant:
                confirm(
                    f"Keep {books(len(found))} anyway?",
                    lines_of(found),
                    nothing=sentence("keep.nothing", "Nothing is kept."),
                    unasked=sentence(
                        "keep.unasked",
                        "Nothing is kept, as nobody can be asked here: --yes keeps {books}.",
                        books=books_in_sentence(len(found)),
                    ),
                    as_json=as_json,
                )
            numbers = [book.item for book in found if book.item is not None]
        if numbers:
            order_items(by_verb(client, "keep"), "Kept as it comes", numbers, as_json=as_json)
        elif as_json:
            print_json({"changed": 0, "refused": []})
        else:
            print_line("Nothing that failed can be kept.")
