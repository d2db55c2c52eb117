"""``ohdio queue``."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ohdio.cli.connection import connected
from ohdio.cli.options import Api, AsJson, Data
from ohdio.cli.output import books, print_json, print_line, print_table, size
from ohdio.cli.pause import ALL_PAUSED, why_paused
from ohdio.cli.scans import UNSETTLED, print_scans, read_scans
from ohdio.cli.whole_number import whole_number

if TYPE_CHECKING:
    from ohdio.client import Client


class Status(StrEnum):
    """The states of a book on its way."""

    QUEUED = "queued"
    PROCESSING = "processing"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"


#: Which scans belong to the books in a state; None for all.
_SCANS: dict[Status | None, tuple[str, ...]] = {
    None: UNSETTLED,
    Status.PROCESSING: ("scraping",),
    Status.FAILED: ("failed",),
}
_PAGE = 200  # what the API gives at once
_STATES = f"{', '.join([*Status][:-1])} or {[*Status][-1]}"


def _state(text: str) -> Status:
    try:
        return Status(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not {_STATES}.") from None


def queue(
    *,
    status: Annotated[
        Status | None,
        typer.Option(metavar="STATE", parser=_state, autocompletion=lambda: [*Status], help=f"Only these: {_STATES}."),
    ] = None,
    most: Annotated[
        int, typer.Option("--limit", metavar="N", parser=whole_number, help="How many to show at most.")
    ] = 50,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show what is being scanned and downloaded, then the newest books: what waits and why, and what failed."""
    with connected(api, data) as client:
        stats = client.get("queue/stats")
        scans = read_scans(client, _SCANS[status]) if status in _SCANS else ()
        items = list(islice(_items(client, status, min(most, _PAGE)), most))
    if as_json:
        print_json({"stats": stats, "scans": scans, "items": items})
        return
    print_scans(scans)
    if items:
        print_table(("no.", "title", "state", ""), map(_row, items))
    if len(items) == most and (others := stats[status or "total"] - most) > 0:
        print_line(f"{books(others)} more: --limit shows them, too.")
    print_line(summary(stats))
    if any(scan["status"] == "failed" for scan in scans):
        print_line("`ohdio retry` lets scans that failed go on; `ohdio remove LINK` forgets one.")


def summary(stats: dict[str, Any]) -> str:
    """Say in one line how the queue is."""
    states = ("processing", "queued", "paused", "completed", "failed")
    words = ("being downloaded", "waiting", "paused", "complete", "failed")
    counted = [f"{stats[state]} {word}" for state, word in zip(states, words, strict=True) if stats[state]]
    speed = f" {size(stats['bytes_per_second'])}/s." if stats["bytes_per_second"] else ""
    paused = f" {ALL_PAUSED}" if stats["is_paused"] else ""
    return f"{books(stats['total'])}{': ' if counted else ''}{', '.join(counted)}.{speed}{paused}"


def _items(client: Client, status: Status | None, page: int) -> Iterator[dict[str, Any]]:
    """Read the items in a state, or all: what runs first, then the newest; each once."""
    shown = set()
    for state in (Status.PROCESSING, None) if status is None else (status,):
        for item in client.every("queue", status=state, order="desc", limit=page):
            if item["id"] not in shown:
                shown.add(item["id"])
                yield item


def _row(item: dict[str, Any]) -> tuple[str, ...]:
    return str(item["id"]), item["audiobook"]["title"] or item["audiobook"]["url"], item["status"], _remark(item)


def _remark(item: dict[str, Any]) -> str:
    if item["wait_reason"]:
        return f"waiting: {item['wait_reason']}"
    if item["status"] == "processing":
        return f"{item['stage']}, {size(item['bytes_done'])} of {size(item['bytes_total'])}"
    if item["status"] == "paused":
        return why_paused(item)
    return item["error"] or item["audiobook"]["note"] or ""
