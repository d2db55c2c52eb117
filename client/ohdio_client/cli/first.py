"""``ohdio first``."""

from __future__ import annotations

from typing import Annotated

import typer

from ohdio_client.cli.connection import connected
from ohdio_client.cli.item_order import numbers_meant, order_items
from ohdio_client.cli.matching import Book, Scope
from ohdio_client.cli.options import Api, AsJson, Data, SomeBooks
from ohdio_core.sentences import sentence

_UNFINISHED = Scope(
    sentence("matching.none_unfinished", "no such book is on its way: none waits, runs or is paused."),
    frozenset({"queued", "processing", "paused"}),
)


def first(
    wanted: SomeBooks,
    *,
    is_off: Annotated[bool, typer.Option("--off", help="Let them start by their priority again.")] = False,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Start these books before all others, in this order; what runs already is not stopped for them."""
    with connected(api, data) as client:
        change = client.queue.unrank if is_off else client.queue.put_first

        def order(number: int) -> Book:
            return Book.of_item(change(number))

        numbers = numbers_meant(client, wanted, _UNFINISHED)
        order_items(order, "By priority again" if is_off else "First", numbers, from_last=True, as_json=as_json)
