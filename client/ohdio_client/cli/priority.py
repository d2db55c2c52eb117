"""``ohdio priority``."""

from __future__ import annotations

from typing import Annotated

import typer

from ohdio_client.cli.connection import connected
from ohdio_client.cli.item_order import numbers_meant, order_items
from ohdio_client.cli.matching import Book, Scope
from ohdio_client.cli.options import Api, AsJson, Data, SomeBooks
from ohdio_client.cli.whole_number import between
from ohdio_core.sentences import sentence

_MOST = 100  # what the API takes
_ON_ITS_WAY = Scope(
    sentence("matching.none_on_its_way", "no such book is on its way: none waits, runs, is paused or failed."),
    frozenset({"queued", "processing", "paused", "failed"}),
)


def priority(
    level: Annotated[
        int,
        typer.Argument(
            metavar="N", parser=between(0, _MOST), help="0 to 100; the higher go first, and 5 is what is usual."
        ),
    ],
    wanted: SomeBooks,
    *,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Start these books before others, or after them; what runs already is not stopped for them."""
    with connected(api, data) as client:
        numbers = numbers_meant(client, wanted, _ON_ITS_WAY)
        order_items(
            lambda number: Book.of_item(client.queue.prioritise(number, level)),
            f"Priority {level}",
            numbers,
            as_json=as_json,
        )
