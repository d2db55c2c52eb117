"""Which part of the queue a page shows: the address says it, so that it can be kept, shared and gone back to."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import Query

from ohdio_api.paging import IN_DIGITS, Cursor, SearchText
from ohdio_api.web.known import known_or
from ohdio_core.domain.failure_cause import Cause
from ohdio_core.schemas.body import MAX_ID
from ohdio_core.schemas.pages import Order
from ohdio_core.schemas.queue import ItemStatus, QueueSort

_KEPT = 64  # lists
_OPEN = (ItemStatus.QUEUED, ItemStatus.PAUSED, ItemStatus.FAILED)


class QueueList(NamedTuple):
    """A part of the queue."""

    status: ItemStatus | None
    q: str | None
    sort: QueueSort
    order: Order
    cursor: str | None
    cause: Cause | None = None  #: only what failed for it
    opened: int | None = None  #: the item whose details are shown
    scan: int | None = None  #: only the books that it found
    is_held: bool = False  #: only what waits for room

    @property
    def path(self) -> str:
        """Return the address of the whole list."""
        return "/" if self.scan is None else f"/scans/{self.scan}"

    @property
    def statuses(self) -> tuple[ItemStatus, ...]:
        """Return the states that are listed: of the whole queue, unless anything is chosen, what is not complete."""
        if self.status is not None:
            return (self.status,)
        if self.cause is not None:
            return (ItemStatus.FAILED,)
        if self.is_held:
            return (ItemStatus.PAUSED,)
        return _OPEN if self.scan is None and not self.q else tuple(ItemStatus)

    @property
    def is_narrowed(self) -> bool:
        """Return whether anything was chosen."""
        return self.status is not None or self.cause is not None or self.is_held or bool(self.q)

    @property
    def everything(self) -> str:
        """Return the query that names all that is listed, on whichever page and in whichever order."""
        chosen = {"status": self.status, "cause": self.cause, "q": self.q, "scan": self.scan, "held": self._held}
        return urlencode({name: value for name, value in chosen.items() if value})

    def address(self, **changed: str | None) -> str:
        """Return the address of this list with some things changed, from its first page on."""
        chosen: dict[str, str | None] = {
            "status": self.status,
            "cause": self.cause,
            "held": self._held,
            "q": self.q,
            "sort": None if self.sort is QueueSort.PRIORITY else self.sort,
            "order": None if self.order is _usual(self.sort) else self.order,
        } | changed
        query = urlencode({name: value for name, value in chosen.items() if value})
        return f"{self.path}?{query}" if query else self.path

    @property
    def _held(self) -> str | None:
        return "true" if self.is_held else None

    def opening(self, item_id: int) -> str:
        """Return the address of this page with the details of an item, or without them where they are shown."""
        return self.address(cursor=self.cursor) if item_id == self.opened else f"{_before_opened(self)}{item_id}"


@lru_cache(maxsize=_KEPT)
def _before_opened(listed: QueueList) -> str:
    """Return what stands before the id of an item in the address of a page with its details; each row asks for it."""
    return listed.address(cursor=listed.cursor, open="0")[:-1]


async def read_queue_list(
    *,
    status: Annotated[ItemStatus | None, Query(), known_or(None)] = None,
    q: SearchText = None,
    sort: Annotated[QueueSort, known_or(QueueSort.PRIORITY)] = QueueSort.PRIORITY,
    order: Annotated[Order | None, Query(), known_or(None)] = None,
    cursor: Cursor = None,
    cause: Annotated[Cause | None, Query(), known_or(None)] = None,
    held: Annotated[bool, Query()] = False,
    opened: Annotated[int | None, Query(alias="open", ge=1, le=MAX_ID), IN_DIGITS] = None,
) -> QueueList:
    """Return which part of the queue a page is asked for; a choice that it does not know is as none."""
    return QueueList(status, q, sort, order or _usual(sort), cursor, cause, opened, is_held=held)


async def read_ordered_list(
    *,
    status: ItemStatus | None = None,
    q: SearchText = None,
    sort: QueueSort = QueueSort.PRIORITY,
    order: Order | None = None,
    cursor: Cursor = None,
    cause: Cause | None = None,
    held: bool = False,
) -> QueueList:
    """Return of which part of the queue something is ordered; what is not known is refused, for none would be all."""
    return QueueList(status, q, sort, order or _usual(sort), cursor, cause, is_held=held)


def _usual(sort: QueueSort) -> Order:
    """Return the direction that people expect; by priority, the order in which books start."""
    return Order.DESC if sort is QueueSort.PRIORITY else Order.ASC
