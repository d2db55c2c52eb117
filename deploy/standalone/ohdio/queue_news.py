"""How far the downloads are, told now and then: for a terminal that nobody asks anything."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

from ohdio_client.api.client import Client
from ohdio_client.api.errors import ApiError, ApiUnreachable
from ohdio_client.progress import counts_of, wait_line
from ohdio_core.schemas.pages import Order
from ohdio_core.schemas.queue import QueueItemView, QueueSort, QueueStats

_SECONDS_BETWEEN_LINES = 30.0
_NUMBER = re.compile(r"\d[\d,]*")


class QueueNews:
    """Counts the books when some were completed or have failed: twice a minute at most, and when nothing is left to do.

    Where nothing runs although books are queued, it says why, once for each kind of reason.

    Args:
        client: Of the ohdio that downloads.
        clock: Tells the time in seconds.
    """

    def __init__(self, client: Client, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._told: tuple[int, int] | None = None  #: completed and failed
        self._told_at = clock()
        self._was_waiting = False  #: at the last look; between two downloads nothing runs for a moment
        self._reasons: set[str] = set()

    def lines(self) -> Iterator[str]:
        """Return what is new; nothing at the first look, and while the API does not answer."""
        try:
            books = self._client.queue.stats()
            yield from self._waits(books)
        except (ApiError, ApiUnreachable):
            return
        yield from self._counts(books)

    def _waits(self, books: QueueStats) -> Iterator[str]:
        is_waiting = bool(books.queued) and not books.processing and not books.is_paused
        if is_waiting and self._was_waiting:
            urgent = self._client.queue.items("queued", sort=QueueSort.PRIORITY, order=Order.DESC, page=1)
            if (first := next(urgent, None)) is not None:
                yield from self._reason(first)
        elif books.processing:
            self._reasons.clear()
        self._was_waiting = is_waiting

    def _reason(self, item: QueueItemView) -> Iterator[str]:
        # Whatever is due starts in a moment.
        reason = item.wait_reason if item.next_attempt_at else None
        # "1200 MB are free" a minute later is no news.
        if reason and (kind := _NUMBER.sub("", reason)) not in self._reasons:
            self._reasons.add(kind)
            yield wait_line(item)

    def _counts(self, books: QueueStats) -> Iterator[str]:
        ended = books.completed, books.failed
        if self._told is None or not (ended[0] > self._told[0] or ended[1] > self._told[1]):
            self._told = ended  # fewer: somebody has removed or retried some
        is_over = not books.queued and not books.processing
        if ended == self._told or not (is_over or self._clock() - self._told_at >= _SECONDS_BETWEEN_LINES):
            return
        self._told, self._told_at = ended, self._clock()
        yield f"Books: {counts_of(books)}."
