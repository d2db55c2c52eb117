"""``ohdio queue``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from ohdio.cli.connection import connected
from ohdio.cli.options import Api, AsJson, Data
from ohdio.cli.output import books, print_json, print_line, print_table, size
from ohdio.cli.scans import UNSETTLED, print_scans, read_scans
from ohdio.cli.whole_number import whole_number


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
    """Show what is being scanned and downloaded, what waits and why, and what failed; the newest first."""
    with connected(api, data) as client:
        stats = client.get("queue/stats")
        scans = read_scans(client, _SCANS[status]) if status in _SCANS else ()
        items = []
        for item in client.every("queue", status=status, order="desc", limit=min(most, 200)):
            items.append(item)
            if len(items) == most:
                break
    if as_json:
        print_json({"stats": stats, "scans": scans, "items": items})
        return
    print_scans(scans)
    if items:
        print_table(("no.", "title", "state", ""), map(_row, items))
    print_line(summary(stats))
    if any(scan["status"] == "failed" for scan in scans):
        print_line("`ohdio retry` lets scans that failed go on; `ohdio remove LINK` forgets one.")


def summary(stats: dict[str, Any]) -> str:
    """Say in one line how the queue is."""
    states = ("processing", "queued", "paused", "completed", "failed")
    words = ("being downloaded", "waiting", "paused", "complete", "failed")
    counted = [f"{stats[state]} {word}" for state, word in zip(states, words, strict=True) if stats[state]]
    speed = f" {size(stats['bytes_per_second'])}/s." if stats["bytes_per_second"] else ""
    paused = " All downloads are paused: `ohdio resume` lets them go on." if stats["is_paused"] else ""
    return f"{books(stats['total'])}{': ' if counted else ''}{', '.join(counted)}.{speed}{paused}"


def _row(item: dict[str, Any]) -> tuple[str, ...]:
    return str(item["id"]), item["audiobook"]["title"] or item["audiobook"]["url"], item["status"], _remark(item)


def _remark(item: dict[str, Any]) -> str:
    if item["wait_reason"]:
        return f"waiting: {item['wait_reason']}"
    if item["status"] == "processing":
        return f"{item['stage']}, {size(item['bytes_done'])} of {size(item['bytes_total'])}"
    return item["error"] or ""
