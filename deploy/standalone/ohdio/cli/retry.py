"""``ohdio retry``."""

from __future__ import annotations

from contextlib import suppress

from ohdio.cli.connection import connected
from ohdio.cli.item_order import order_items
from ohdio.cli.options import Api, AsJson, Data, ItemNumbers
from ohdio.cli.output import books, print_json, print_line
from ohdio.cli.scans import read_scans

_DONE = "Trying again"


def retry(numbers: ItemNumbers = None, *, api: Api = None, data: Data = None, as_json: AsJson = False) -> None:
    """Try these books again, or everything that failed, scans too."""
    from ohdio.client import ItemRefused

    with connected(api, data) as client:
        if numbers:
            order_items(client, "retry", _DONE, numbers, as_json=as_json)
            return
        changed = client.order("POST", "queue/retry-failed")["changed"]
        scans = 0
        for scan in read_scans(client, ("failed",)):
            with suppress(ItemRefused):  # somebody else was quicker
                client.order("POST", f"scrapes/{scan['id']}/retry")
                scans += 1
    if as_json:
        print_json({"changed": changed, "scans": scans})
    else:
        also = f", {scans} scan{'' if scans == 1 else 's'}" if scans else ""
        print_line(f"{_DONE}: {books(changed)}{also}.")
