"""``ohdio queue``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_client.cli.choice import one_of
from ohdio_client.cli.connection import connected
from ohdio_client.cli.lines import name_of
from ohdio_client.cli.matching import Book
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import books, print_json, print_line, size
from ohdio_client.cli.pause import ALL_PAUSED, why_paused
from ohdio_client.cli.scans import UNSETTLED, print_failed_scans, print_scans, read_scans
from ohdio_client.cli.table import print_table
from ohdio_client.cli.whole_number import whole_number
from ohdio_client.language import in_one_language, sentence_of, translated_text
from ohdio_client.sizes import size_in_sentence
from ohdio_core.domain.queue import DownloadStage
from ohdio_core.sentences import Sentence, listed, sentence

if TYPE_CHECKING:
    from ohdio_client.api.client import Client
    from ohdio_core.schemas.queue import QueueItemView, QueueStats


class Status(StrEnum):
    """The states of a book on its way."""

    QUEUED = "queued"
    PROCESSING = "processing"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"


class Sort(StrEnum):
    """Ways to sort the queue."""

    START = "start"  #: what runs, what is next in the order of starting, what waits for something, the rest
    ADDED = "added"
    PRIORITY = "priority"
    STATE = "state"
    TITLE = "title"


#: How the API sorts so, and which end comes first.
_SORTED = {
    Sort.ADDED: ("added", "desc"),
    Sort.PRIORITY: ("priority", "desc"),
    Sort.STATE: ("status", "asc"),
    Sort.TITLE: ("title", "asc"),
}
_REVERSED = {"asc": "desc", "desc": "asc"}
_STATES_IN_ORDER = (Status.PROCESSING, Status.QUEUED, Status.PAUSED, Status.FAILED, Status.COMPLETED)
#: The states whose scans belong to the books in a state; None for all.
_SCANS: dict[Status | None, tuple[str, ...]] = {
    None: UNSETTLED,
    Status.PROCESSING: ("scraping",),
    Status.FAILED: ("failed",),
}
_STAGES: Mapping[str, Sentence] = {
    DownloadStage.METADATA: sentence("stage.metadata", "reading its description"),
    DownloadStage.WAITING: sentence("stage.waiting", "waiting"),
    DownloadStage.STARTING: sentence("stage.starting", "starting"),
    DownloadStage.DOWNLOADING: sentence("stage.downloading", "downloading"),
    DownloadStage.ASSEMBLING: sentence("stage.assembling", "assembling"),
    DownloadStage.VERIFYING: sentence("stage.verifying", "verifying"),
    DownloadStage.DONE: sentence("stage.done", "done"),
}
_PAGE = 200  # what the API gives at once


def _listed(choices: type[StrEnum]) -> str:
    return f"{', '.join([*choices][:-1])} or {[*choices][-1]}"


def queue(
    *,
    status: Annotated[
        Status | None,
        typer.Option(
            metavar="STATE",
            parser=one_of(Status),
            autocompletion=lambda: [*Status],
            help=f"Only these: {_listed(Status)}.",
        ),
    ] = None,
    sort: Annotated[
        Sort | None,
        typer.Option(
            metavar="ORDER",
            parser=one_of(Sort),
            autocompletion=lambda: [*Sort],
            help=f"Sort by {_listed(Sort)}: by start, what runs and what is next come first.",
        ),
    ] = Sort.START,
    is_reversed: Annotated[bool, typer.Option("--reverse", help="Sort the other way round.")] = False,
    most: Annotated[
        int, typer.Option("--limit", metavar="N", parser=whole_number, help="How many to show at most.")
    ] = 50,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show what is being scanned and downloaded, what is next in the order of starting, and what waits or failed."""
    sort = sort or Sort.START
    if is_reversed and sort is Sort.START:
        raise BadArgument(sentence("queue.nothing_to_reverse", "--reverse needs a --sort other than start."))
    with connected(api, data) as client:
        stats = client.queue.stats()
        scans = read_scans(client, _SCANS[status]) if status in _SCANS else ()
        page = min(most, _PAGE)
        if sort is Sort.START:
            walk = _in_order_of_start(client, status, page)
        else:
            walk = _sorted(client, status, sort, page, is_reversed=is_reversed)
        items = list(islice(walk, most))
    if as_json:
        print_json({"stats": stats, "scans": scans, "items": items})
        return
    print_scans([scan for scan in scans if scan.status != "failed"])
    if items:
        print_table(("no.", "title", "state", ""), map(_row, items))
    if len(items) == most and (others := _count(stats, status) - most) > 0:
        print_line(f"{books(others)} more: --limit shows them, too.")
    print_line(summary(stats))
    print_failed_scans([scan for scan in scans if scan.status == "failed"], is_short=status is None)


def _sorted(
    client: Client, status: Status | None, sort: Sort, page: int, *, is_reversed: bool
) -> Iterator[QueueItemView]:
    from ohdio_core.schemas.pages import Order
    from ohdio_core.schemas.queue import QueueSort

    by, order = _SORTED[sort]
    order = _REVERSED[order] if is_reversed else order
    return client.queue.items(status, sort=QueueSort(by), order=Order(order), page=page)


def _count(stats: QueueStats, status: Status | None) -> int:
    """Return how many items are in a state, or in any."""
    count: int = getattr(stats, status or "total")
    return count


def summary(stats: QueueStats) -> str:
    """Return in one line how the queue is."""
    counts = (
        (stats.processing, "being downloaded"),
        (stats.queued, "waiting"),
        (stats.paused, "paused"),
        (stats.completed, "complete"),
        (stats.failed, "failed"),
    )
    counted = [f"{count} {word}" for count, word in counts if count]
    speed = f" {size(stats.bytes_per_second)}/s." if stats.bytes_per_second else ""
    paused = f" {ALL_PAUSED}" if stats.is_paused else ""
    return f"{books(stats.total)}{': ' if counted else ''}{', '.join(counted)}.{speed}{paused}"


def remark(item: QueueItemView) -> str:
    """Return what is to be said of an item besides its state: how far it is, why it waits, what went wrong."""
    if item.wait_reason and not item.is_held:
        reason = sentence_of(item.wait_reason, item.wait_message) or item.wait_reason
        return in_one_language(sentence("book.waiting", "waiting: {reason}", reason=reason))
    if item.status == "processing":
        done, total = size_in_sentence(item.bytes_done), size_in_sentence(item.bytes_total)
        far = sentence("book.far", "{stage}, {done} of {total}", stage=_STAGES[item.stage], done=done, total=total)
        limit = sentence_of(item.limit_reason, item.limit_message)
        return in_one_language(far if limit is None else listed(far, limit))
    if item.status == "paused":
        return why_paused(item)
    book = item.audiobook
    return translated_text(item.error, item.error_message) or translated_text(book.note, book.note_message) or ""


def _in_order_of_start(client: Client, status: Status | None, page: int) -> Iterator[QueueItemView]:
    """Read the items in a state, or all: what runs, what is next, what else waits, what ended; each once."""
    shown: set[int] = set()
    for state in _STATES_IN_ORDER if status is None else (status,):
        for item in _in_state(client, state, page):
            if item.id not in shown:
                shown.add(item.id)
                yield item


def _in_state(client: Client, state: Status, page: int) -> Iterator[QueueItemView]:
    from ohdio_core.schemas.pages import Order
    from ohdio_core.schemas.queue import QueueSort

    if state is Status.QUEUED:
        yield from client.queue.following(page)
        yield from client.queue.items(state, sort=QueueSort.PRIORITY, order=Order.DESC, page=page)
    else:
        order = Order.ASC if state is Status.PROCESSING else Order.DESC
        yield from client.queue.items(state, order=order, page=page)


def _row(item: QueueItemView) -> tuple[str, ...]:
    said = remark(item)
    # What failed may have to be looked at where it comes from.
    link = item.audiobook.url
    if item.status == "failed" and link not in said:
        said = f"{said} {link}".strip()
    return str(item.id), name_of(Book.of_item(item)), item.status, said
