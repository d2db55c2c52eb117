"""What people order of the queue with the buttons of a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from ohdio_api.paging import IN_DIGITS, RowId
from ohdio_api.problems import Refusal
from ohdio_api.queue.service import QueueService
from ohdio_api.web.forms import Fields, Notice, after, done, refused
from ohdio_api.web.pages import Pages, is_fragment, notice_header
from ohdio_api.web.parts.place import places_of
from ohdio_api.web.parts.row import show_row
from ohdio_api.web.queue.details import Details, read_details
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Audiobooks, Queue, ThePages
from ohdio_core.collection.control import QueueItemNotFound
from ohdio_core.collection.ranks import Step
from ohdio_core.schemas.body import MAX_ID, MOST_PRIORITY
from ohdio_core.schemas.queue import MOST_AT_ONCE, QueueItemView

router = APIRouter(prefix="/queue", include_in_schema=False)

_MOST_ROWS = 100
_FASTEST = 10**9  # kilobytes a second


class ItemOrder:
    """What a button of one row asks for."""

    def __init__(self, request: Request, fields: Fields, pages: ThePages, queue: Queue) -> None:
        self.request = request
        self.fields = fields
        self.pages = pages
        self.queue = queue

    def carry_out(self, item_id: int, order: Callable[[int], QueueItemView]) -> Response:
        """Carry it out; answer a script with the row, and a form with the page that it was on."""
        notices: list[Notice] = []
        try:
            order(item_id)
        except (Refusal, QueueItemNotFound) as error:
            notices.append(refused(reader_of(self.request).words.translated(error.sentence)))
        if not is_fragment(self.request):
            return after(self.request, self.fields, *notices)
        answer = _rows(self.request, self.pages, self.queue, self.queue.items([item_id]))
        answer.headers.update(notice_header(notices))
        return answer


TheOrder = Annotated[ItemOrder, Depends(ItemOrder)]


@router.get("/rows")
def show_rows(
    *,
    request: Request,
    pages: ThePages,
    queue: Queue,
    audiobooks: Audiobooks,
    ids: Annotated[str, Query(max_length=2000)] = "",
    opened: Annotated[int | None, Query(alias="open", ge=1, le=MAX_ID), IN_DIGITS] = None,
) -> Response:
    """Return the rows of these items, which have changed, to be put in the place of what is shown of them.

    That of the item that is open has its details.
    """
    wanted = [int(text) for text in ids.split(",")[:_MOST_ROWS] if text.isascii() and text.isdecimal()]
    items = queue.items([number for number in wanted if 0 < number <= MAX_ID])
    item = next((item for item in items if item.id == opened), None)
    details = None if item is None else read_details(item, queue, audiobooks, reader_of(request).words)
    return _rows(request, pages, queue, items, opened=opened, details=details)


@router.post("/pause")
def pause_queue(request: Request, fields: Fields, queue: Queue) -> Response:
    """Pause all downloads."""
    queue.pause_all()
    return after(request, fields)


@router.post("/resume")
def resume_queue(request: Request, fields: Fields, queue: Queue) -> Response:
    """Resume downloads."""
    queue.resume_all()
    return after(request, fields)


@router.post("/limit")
def set_limit(request: Request, fields: Fields, queue: Queue) -> Response:
    """Set how many may download at once."""
    words = reader_of(request).words
    limit = fields("limit")
    if not (limit.isascii() and limit.isdecimal() and 1 <= int(limit[:9]) <= MOST_AT_ONCE):
        said = words.gettext("Between 1 and %(most)s books can download at once.")
        return after(request, fields, refused(said % {"most": MOST_AT_ONCE}))
    queue.set_limit(int(limit))
    return after(request, fields)


@router.post("/retry-failed")
def retry_failed(request: Request, fields: Fields, queue: Queue) -> Response:
    """Retry everything that failed."""
    words, count = reader_of(request).words, queue.several.retry_failed()
    said = words.ngettext("%(count)s book is tried again.", "%(count)s books are tried again.", count)
    return after(request, fields, done(said % {"count": words.number(count)}))


@router.post("/{item_id}/pause")
def pause(order: TheOrder, item_id: RowId) -> Response:
    """Pause an item."""
    return order.carry_out(item_id, order.queue.pause)


@router.post("/{item_id}/resume")
def resume(order: TheOrder, item_id: RowId) -> Response:
    """Resume an item."""
    return order.carry_out(item_id, order.queue.resume)


@router.post("/{item_id}/retry")
def retry(order: TheOrder, item_id: RowId) -> Response:
    """Retry an item."""
    return order.carry_out(item_id, order.queue.retry)


@router.post("/{item_id}/keep")
def keep(order: TheOrder, item_id: RowId) -> Response:
    """Keep an item anyway."""
    return order.carry_out(item_id, order.queue.keep)


@router.post("/{item_id}/first")
def put_first(order: TheOrder, item_id: RowId) -> Response:
    """Put an item before all others."""
    return order.carry_out(item_id, order.queue.put_first)


@router.post("/{item_id}/up")
def move_up(order: TheOrder, item_id: RowId) -> Response:
    """Swap an item with the one that starts before it."""
    return order.carry_out(item_id, lambda row: order.queue.move(row, Step.UP))


@router.post("/{item_id}/down")
def move_down(order: TheOrder, item_id: RowId) -> Response:
    """Swap an item with the one that starts after it."""
    return order.carry_out(item_id, lambda row: order.queue.move(row, Step.DOWN))


@router.post("/{item_id}/unrank")
def take_rank_back(order: TheOrder, item_id: RowId) -> Response:
    """Take the rank of an item back, so that it starts by its priority again."""
    return order.carry_out(item_id, order.queue.take_rank_back)


@router.post("/{item_id}/sooner")
def raise_priority(order: TheOrder, item_id: RowId) -> Response:
    """Raise the priority of an item."""
    return order.carry_out(item_id, lambda row: _change_priority(order.queue, row, 1))


@router.post("/{item_id}/later")
def lower_priority(order: TheOrder, item_id: RowId) -> Response:
    """Lower the priority of an item."""
    return order.carry_out(item_id, lambda row: _change_priority(order.queue, row, -1))


@router.post("/{item_id}/speed")
def set_speed(request: Request, fields: Fields, queue: Queue, item_id: RowId) -> Response:
    """Set how fast an item may come; as fast as it does, where nothing is said."""
    words, typed = reader_of(request).words, fields("speed")
    kilobytes = fields.number("speed")
    if typed and not 0 < kilobytes <= _FASTEST:
        return after(request, fields, refused(words.gettext("A number of kilobytes a second is expected, or nothing.")))
    try:
        queue.set_speed(item_id, kilobytes or None)
    except QueueItemNotFound as error:
        return after(request, fields, refused(words.translated(error.sentence)))
    return after(request, fields)


@router.post("/{item_id}/remove")
def remove(request: Request, fields: Fields, queue: Queue, item_id: RowId) -> Response:
    """Take an item out of the queue."""
    words = reader_of(request).words
    try:
        title = queue.item(item_id).audiobook.title
        removal = queue.delete(item_id)
    except QueueItemNotFound as error:
        return after(request, fields, refused(words.translated(error.sentence)))
    said = words.gettext("%(title)s is no longer in the queue.")
    return after(request, fields, done(said % {"title": title or words.gettext("The book")}, undo=removal))


def _change_priority(queue: QueueService, item_id: int, step: int) -> QueueItemView:
    priority = queue.item(item_id).priority + step
    return queue.set_priority(item_id, min(max(priority, 0), MOST_PRIORITY))


def _rows(
    request: Request,
    pages: Pages,
    queue: QueueService,
    items: list[QueueItemView],
    *,
    opened: int | None = None,
    details: Details | None = None,
) -> Response:
    words, places = reader_of(request).words, places_of(queue)
    rows = [show_row(item, words, places) for item in items]
    return pages.render(request, "queue/rows.html", rows=rows, opened=opened, details=details)
