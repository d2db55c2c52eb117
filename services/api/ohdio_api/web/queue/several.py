"""What people order of several books at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from ohdio_api.paging import IN_DIGITS
from ohdio_api.queue.filter import QueueFilter
from ohdio_api.queue.service import QueueService
from ohdio_api.queue.several import SeveralItems, Which
from ohdio_api.web.forms import Fields, Notice, after, done, refused
from ohdio_api.web.queue.everything import filter_of
from ohdio_api.web.queue.queue_list import QueueList, read_ordered_list
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Failures, Queue
from ohdio_api.web.words import Words
from ohdio_core.schemas.body import MAX_ID
from ohdio_core.schemas.queue import MOST_IDS

router = APIRouter(include_in_schema=False)

ScanId = Annotated[int | None, Query(ge=1, le=MAX_ID), IN_DIGITS]

_ORDERS: dict[str, Callable[[SeveralItems, Which], int]] = {
    "pause": SeveralItems.pause,
    "resume": SeveralItems.resume,
    "retry": SeveralItems.retry,
    "first": SeveralItems.put_first,
    "keep": SeveralItems.keep,
}


@router.post("/queue/several")
def order_several(
    *,
    request: Request,
    fields: Fields,
    queue: Queue,
    failures: Failures,
    listed: Annotated[QueueList, Depends(read_ordered_list)],
    scan: ScanId = None,
) -> Response:
    """Carry out an order of the books that are ticked, or of all that the address names; others are left alone."""
    words, name = reader_of(request).words, fields("order")
    which = filter_of(listed._replace(scan=scan), failures) if fields("everything") else fields.ids("item")[:MOST_IDS]
    if name not in {*_ORDERS, "remove"} or not which:
        return after(request, fields, refused(words.gettext("No book is ticked.")))
    return after(request, fields, carry_out(name, queue, which, words))


@router.post("/held/collect")
def collect_held(request: Request, fields: Fields, queue: Queue) -> Response:
    """Resume everything that waits for room, whether or not it fits."""
    return after(request, fields, carry_out("resume", queue, QueueFilter(is_held=True), reader_of(request).words))


@router.post("/queue/undo")
def undo_removal(request: Request, fields: Fields, queue: Queue) -> Response:
    """Put back what an order has removed."""
    words = reader_of(request).words
    _ = words.gettext
    try:
        count = queue.several.restore(UUID(fields("removal")))
    except ValueError:
        count = 0
    if not count:
        said = _("Nothing came back: it is in the queue again, or it was removed too long ago.")
        return after(request, fields, refused(said))
    said = words.ngettext("%(count)s book is back in the queue.", "%(count)s books are back in the queue.", count)
    return after(request, fields, done(said % {"count": words.number(count)}))


def carry_out(name: str, queue: QueueService, which: Which, words: Words) -> Notice:
    """Carry out an order of some items; return what it has changed.

    Args:
        name: A key of ``_ORDERS``, or "remove".
    """
    if name == "remove":
        removed = queue.several.delete(which)
        return done(_said(name, removed.items, words), undo=removed.removal if removed.items else None)
    return done(_said(name, _ORDERS[name](queue.several, which), words))


def _said(name: str, count: int, words: Words) -> str:
    """Return what an order has changed."""
    several = words.ngettext
    said = {
        "pause": several("%(count)s book paused.", "%(count)s books paused.", count),
        "resume": several("%(count)s book goes on.", "%(count)s books go on.", count),
        "retry": several("%(count)s book is tried again.", "%(count)s books are tried again.", count),
        "first": several("%(count)s book starts first.", "%(count)s books start first.", count),
        "keep": several("%(count)s book is kept as it comes.", "%(count)s books are kept as they come.", count),
        "remove": several("%(count)s book removed.", "%(count)s books removed.", count),
    }[name]
    return said % {"count": words.number(count)}
