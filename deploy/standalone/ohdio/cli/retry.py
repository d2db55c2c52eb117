"""``ohdio retry``."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ohdio.cli.connection import connected
from ohdio.cli.item_order import order_items
from ohdio.cli.options import Api, AsJson, Data
from ohdio.cli.output import books, print_json, print_line
from ohdio.cli.scans import read_scans
from ohdio.cli.sentences import BadInput
from ohdio.cli.whole_number import whole_number

if TYPE_CHECKING:
    from ohdio.client import Client

_DONE = "Trying again"


def _number_or_link(text: str) -> str:
    from ohdio_core.domain.typed_link import is_link

    return text if is_link(text) else str(whole_number(text))


def retry(
    wanted: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="BOOK",
            parser=_number_or_link,
            help="Numbers that `ohdio queue` shows, links of books or scans (default: everything that failed).",
        ),
    ] = None,
    *,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Try these books and scans again, or everything that failed."""
    with connected(api, data) as client:
        if wanted:
            _retry_some(client, wanted, as_json=as_json)
            return
        changed = client.order("POST", "queue/retry-failed")["changed"]
        scans = _retry_scans(client, read_scans(client, ("failed",)))
    if as_json:
        print_json({"changed": changed, "scans": scans})
    else:
        also = f", {_counted(scans)}" if scans else ""
        print_line(f"{_DONE}: {books(changed)}{also}.")


def _retry_some(client: Client, wanted: Sequence[str], *, as_json: bool) -> None:
    """Try what is meant again.

    Raises:
        BadInput: Nothing failed of one of the links.
    """
    from ohdio_core.domain.typed_link import is_link

    numbers: list[int] = []
    failed: list[dict[str, Any]] = []
    for each in wanted:
        if not is_link(each):
            numbers.append(int(each))
            continue
        here = [book["queue_item_id"] for book in client.every("audiobooks", url=each) if book["status"] == "failed"]
        scans = list(client.every("scrapes", url=each, status=("failed",)))
        if not here and not scans:
            raise BadInput(f"{each}: no book and no scan of this link failed.")
        numbers += here
        failed += scans
    tried = _retry_scans(client, failed)
    if tried and not as_json:
        print_line(f"{_DONE}: {_counted(tried)}.")
    if numbers or as_json:
        order_items(client, "retry", _DONE, list(dict.fromkeys(numbers)), scans=tried, as_json=as_json)


def _retry_scans(client: Client, scans: Sequence[dict[str, Any]]) -> int:
    """Let scans go on; return how many did."""
    from ohdio.client import ItemRefused

    tried = 0
    for scan in scans:
        with suppress(ItemRefused):  # somebody else was quicker
            client.order("POST", f"scrapes/{scan['id']}/retry")
            tried += 1
    return tried


def _counted(scans: int) -> str:
    return f"{scans} scan{'' if scans == 1 else 's'}"
