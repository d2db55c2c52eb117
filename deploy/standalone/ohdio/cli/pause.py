"""``ohdio pause`` and ``ohdio resume``."""

from __future__ import annotations

from ohdio.cli.connection import connected
from ohdio.cli.item_order import order_items
from ohdio.cli.options import Api, AsJson, Data, ItemNumbers
from ohdio.cli.output import print_json, print_line


def pause(numbers: ItemNumbers = None, *, api: Api = None, data: Data = None, as_json: AsJson = False) -> None:
    """Pause these books, or all downloads; they keep what they have."""
    _order("pause", "All downloads are paused: `ohdio resume` lets them go on.", numbers, api, data, as_json=as_json)


def resume(numbers: ItemNumbers = None, *, api: Api = None, data: Data = None, as_json: AsJson = False) -> None:
    """Let these books, or all downloads, go on where they stopped."""
    _order("resume", "Downloads go on.", numbers, api, data, as_json=as_json)


def _order(verb: str, of_all: str, numbers: ItemNumbers, api: Api, data: Data, *, as_json: bool) -> None:
    with connected(api, data) as client:
        if numbers:
            order_items(client, verb, f"{verb}d".capitalize(), numbers, as_json=as_json)
            return
        answer = client.order("POST", f"queue/{verb}")
    if as_json:
        print_json(answer)
    else:
        print_line(of_all)
