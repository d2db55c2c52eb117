"""The routes of the queue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from ohdio_client.api.transport import Transport
from ohdio_core.schemas.pages import Order, Page
from ohdio_core.schemas.queue import (
    Concerned,
    LimitView,
    QueueFollowing,
    QueueItemView,
    QueueProgress,
    QueueSort,
    QueueState,
    QueueStats,
    Reconciled,
)

_PAGE = 200  # items, the most that the API answers at once
_MOST_AT_ONCE = 1000  # items an order, so that each is answered soon

#: What can be ordered of an item.
Verb = Literal["pause", "resume", "retry", "keep"]


class QueueRoutes:
    """The queue of one API."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def stats(self) -> QueueStats:
        """Return the queue in numbers."""
        return self._transport.read(QueueStats, "queue/stats")

    def progress(self, scans: Sequence[int] = (), books: Sequence[int] = ()) -> QueueProgress:
        """Return how far the items of some scans and books have come; those of all where none are named."""
        return self._transport.read(QueueProgress, "queue/progress", scrape=scans, audiobook=books)

    def following(self, most: int) -> Sequence[QueueItemView]:
        """Return what starts next, in the order of starting."""
        return self._transport.read(QueueFollowing, "queue/next", limit=most).items

    def items(
        self,
        status: str | None = None,
        *,
        scans: Sequence[int] = (),
        books: Sequence[int] = (),
        is_noted: bool | None = None,
        sort: QueueSort | None = None,
        order: Order | None = None,
        page: int = _PAGE,
    ) -> Iterator[QueueItemView]:
        """Yield items to the last, ``page`` with each request.

        Args:
            status: Only those in this state.
            scans: Only those of these scans, or of ``books``.
            is_noted: Only those whose books have a note, or only the others.
        """
        for each in self._transport.pages(
            Page[QueueItemView],
            "queue",
            status=status,
            scrape=scans,
            audiobook=books,
            is_noted=None if is_noted is None else str(is_noted).lower(),
            sort=sort,
            order=order,
            limit=page,
        ):
            yield from each.items

    def item(self, number: int) -> QueueItemView:
        """Return one item.

        Raises:
            ItemRefused: There is none.
        """
        return self._transport.read(QueueItemView, f"queue/items/{number}")

    def order(self, number: int, verb: Verb) -> QueueItemView:
        """Pause, resume, retry or keep an item, and return it as it is then.

        Raises:
            ItemRefused: There is none, or it is not in a state for that.
        """
        return self._transport.order(QueueItemView, "POST", f"queue/items/{number}/{verb}")

    def order_all(self, numbers: Sequence[int], verb: Verb) -> int:
        """Do the same to each that is there and fit for it; return how many those were."""
        return sum(
            self._changed(f"queue/items/{verb}", {"ids": list(numbers[start : start + _MOST_AT_ONCE])})
            for start in range(0, len(numbers), _MOST_AT_ONCE)
        )

    def prioritise(self, number: int, priority: int) -> QueueItemView:
        """Move an item up or down, and return it.

        Raises:
            ItemRefused: There is none.
        """
        return self._transport.order(QueueItemView, "PATCH", f"queue/items/{number}", {"priority": priority})

    def set_speed(self, number: int, kilobytes: int | None) -> QueueItemView:
        """Set how many kilobytes a second an item may come with, and return it.

        Raises:
            ItemRefused: There is none.
        """
        return self._transport.order(QueueItemView, "PUT", f"queue/items/{number}/speed", {"speed_limit_kb": kilobytes})

    def put_first(self, number: int) -> QueueItemView:
        """Put an item before all others, and return it.

        Raises:
            ItemRefused: There is none, or it has ended.
        """
        return self._transport.order(QueueItemView, "POST", f"queue/items/{number}/first")

    def unrank(self, number: int) -> QueueItemView:
        """Take the rank of an item back, so that it starts by its priority again, and return it.

        Raises:
            ItemRefused: There is none.
        """
        return self._transport.order(QueueItemView, "DELETE", f"queue/items/{number}/rank")

    def remove(self, number: int) -> None:
        """Take an item out of the queue.

        Raises:
            ItemRefused: There is none.
        """
        self._transport.delete(f"queue/items/{number}")

    def reset(self) -> int:
        """Begin all that waits or runs afresh; return how many items that were."""
        return self._changed("queue/reset")

    def reconcile(self) -> Reconciled:
        """Send lost messages again and take work back from dead workers; return how much that was."""
        return self._transport.order(Reconciled, "POST", "queue/reconcile")

    def pause(self) -> QueueState:
        """Pause all downloads."""
        return self._transport.order(QueueState, "POST", "queue/pause")

    def resume(self) -> QueueState:
        """Resume all downloads."""
        return self._transport.order(QueueState, "POST", "queue/resume")

    def retry_failed(self) -> int:
        """Retry everything that failed; return how many items."""
        return self._changed("queue/retry-failed")

    def clear(self, status: Literal["completed", "all"]) -> int:
        """Take items out of the queue; return how many."""
        return self._changed("queue/clear", {"status": status})

    def set_limit(self, count: int) -> LimitView:
        """Set how many may download at once."""
        return self._transport.order(LimitView, "PUT", "queue/limit", {"max_concurrent_downloads": count})

    def _changed(self, path: str, body: object = None) -> int:
        return self._transport.order(Concerned, "POST", path, body).changed
