"""Orders for single books of the queue: each is told what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ohdio_client.cli.lines import lines_of
from ohdio_client.cli.matching import NOT_ALL, Book, Meant, Scope, books_matching
from ohdio_client.cli.output import books, print_error, print_json, print_line
from ohdio_client.cli.sentences import BAD_INPUT

if TYPE_CHECKING:
    from ohdio_client.api.client import Client
    from ohdio_client.api.queue import Verb


def numbers_meant(client: Client, wanted: Sequence[str], scope: Scope) -> list[int]:
    """Return the numbers in the queue of the books that are meant; one that is written is taken as it is.

    Raises:
        BadInput: There is nothing of a link, or of the words.
    """
    meant = Meant.by(wanted)
    found = [book.item for book in books_matching(client, meant, scope) if book.item is not None]
    return list(dict.fromkeys((*found, *meant.numbers)))


def order_items(
    order: Callable[[int], Book],
    done: str,
    numbers: Sequence[int],
    *,
    scans: int | None = None,
    from_last: bool = False,
    as_json: bool,
) -> None:
    """Order something of these items, name them, and end with code 1 when one is not there, or is not fit for it.

    Where none is there at all the code is 2, as for words of which there is no book.

    Args:
        order: Takes a number, and returns the book as it is then.
        done: What to say before the number of books that it was done to.
        scans: How many scans the same was done to, for JSON.
        from_last: Order it of the last one first; they are named in their order all the same.
    """
    from ohdio_client.api.errors import ItemNotFound, ItemRefused

    refused: dict[int, ItemRefused] = {}
    done_to: dict[int, Book] = {}
    for number in reversed(numbers) if from_last else numbers:
        try:
            done_to[number] = order(number)
        except ItemRefused as error:
            refused[number] = error
    ordered = [done_to[number] for number in numbers if number in done_to]
    if as_json:
        print_json(
            {
                "changed": len(ordered),
                **({} if scans is None else {"scans": scans}),
                "refused": [{"id": id_, "detail": str(why)} for id_, why in refused.items()],
            }
        )
    elif ordered:
        print_line(f"{done}: {books(len(ordered))}.", *lines_of(ordered))
    for number, why in refused.items():
        print_error(why.shown_of(str(number)))
    if refused:
        is_any_there = bool(ordered or scans) or any(not isinstance(why, ItemNotFound) for why in refused.values())
        raise SystemExit(NOT_ALL if is_any_there else BAD_INPUT)


def by_verb(client: Client, verb: Verb) -> Callable[[int], Book]:
    """Return the order that the API's paths name so."""
    return lambda number: Book.of_item(client.queue.order(number, verb))
