"""``ohdio retry``."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from ohdio_client.cli.connection import connected
from ohdio_client.cli.item_order import by_verb, order_items
from ohdio_client.cli.matching import Book, Meant, Scan, Scope, matching
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import books, print_json, print_line
from ohdio_client.cli.scans import read_scans
from ohdio_core.sentences import sentence

if TYPE_CHECKING:
    from ohdio_client.api.client import Client

_DONE = "Trying again"
_RETRIABLE = Scope(
    sentence("matching.none_retriable", "no such book failed or waits for its next attempt, and no scan of it failed."),
    frozenset({"failed", "queued"}),
    scans=("failed",),
    fits=lambda item: item.can_be_tried and not item.is_outside_hours,
)


def retry(
    wanted: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="BOOK",
            help="Numbers that `ohdio queue` shows, links of books or scans, or words of a title or author (default: "
            "everything that failed).",
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
        changed = client.queue.retry_failed()
        scans = _retry_scans(client, [scan.id for scan in read_scans(client, ("failed",))])
    if as_json:
        print_json({"changed": changed, "scans": scans})
    elif not changed and not scans:
        print_line("Nothing has failed, so there is nothing to try again.")
    else:
        counted = [*([books(changed)] if changed else []), *([_counted(scans)] if scans else [])]
        print_line(f"{_DONE}: {', '.join(counted)}.")


def _retry_some(client: Client, wanted: Sequence[str], *, as_json: bool) -> None:
    """Try what is meant again.

    Raises:
        BadInput: Nothing failed of one of the links, or of the words.
    """
    meant = Meant.by(wanted)
    found = matching(client, meant, _RETRIABLE)
    numbers = [each.item for each in found if isinstance(each, Book) and each.item is not None]
    tried = _retry_scans(client, [each.id for each in found if isinstance(each, Scan)])
    if tried and not as_json:
        print_line(f"{_DONE}: {_counted(tried)}.")
    numbers += meant.numbers
    if numbers or as_json:
        order_items(by_verb(client, "retry"), _DONE, list(dict.fromkeys(numbers)), scans=tried, as_json=as_json)


def _retry_scans(client: Client, scans: Sequence[int]) -> int:
    """Retry scans; return how many go on."""
    from ohdio_client.api.errors import ItemRefused

    tried = 0
    for scan in scans:
        with suppress(ItemRefused):  # somebody else was quicker
            client.scans.retry(scan)
            tried += 1
    return tried


def _counted(scans: int) -> str:
    return f"{scans} scan{'' if scans == 1 else 's'}"
