"""``ohdio retry``."""

from __future__ import annotations

from ohdio.cli.connection import connected
from ohdio.cli.item_order import order_items
from ohdio.cli.options import Api, AsJson, Data, ItemNumbers
from ohdio.cli.output import books, print_json, print_line

_DONE = "Trying again"


def retry(numbers: ItemNumbers = None, *, api: Api = None, data: Data = None, as_json: AsJson = False) -> None:
    """Try these books again, or all that failed."""
    with connected(api, data) as client:
        if numbers:
            order_items(client, "retry", _DONE, numbers, as_json=as_json)
            return
        answer = client.order("POST", "queue/retry-failed")
    if as_json:
        print_json(answer)
    else:
        print_line(f"{_DONE}: {books(answer['changed'])}.")
