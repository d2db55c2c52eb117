"""Orders for single items of the queue: each is told what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ohdio.cli.output import books, print_error, print_json, print_line

if TYPE_CHECKING:
    from ohdio.client import Client

_NOT_ALL = 1  # exit code


def order_items(
    client: Client, verb: str, done: str, numbers: Sequence[int], *, scans: int | None = None, as_json: bool
) -> None:
    """Order something of these items, and end with code 1 when one is not there, or is not in a state for that.

    Args:
        verb: As the API's paths name it.
        done: What to say before the number of books that it was done to.
        scans: How many scans the same was done to, for JSON.
    """
    from ohdio.client import ItemRefused

    refused: dict[int, str] = {}
    for number in numbers:
        try:
            client.order("POST", f"queue/items/{number}/{verb}")
        except ItemRefused as error:
            refused[number] = str(error)
    changed = len(numbers) - len(refused)
    if as_json:
        print_json(
            {
                "changed": changed,
                **({} if scans is None else {"scans": scans}),
                "refused": [{"id": id_, "detail": why} for id_, why in refused.items()],
            }
        )
    elif changed:
        print_line(f"{done}: {books(changed)}.")
    for number, why in refused.items():
        print_error(f"{number}: {why}")
    if refused:
        raise SystemExit(_NOT_ALL)
