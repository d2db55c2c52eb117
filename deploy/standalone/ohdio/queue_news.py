"""How far the downloads are, told now and then: for a terminal that nobody asks anything."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from ohdio.client import ApiError, ApiUnreachable, Client
from ohdio.progress import counts_of

_SECONDS_BETWEEN_LINES = 30.0


class QueueNews:
    """Counts the books when some were completed or have failed: twice a minute at most, and when nothing is left to do.

    Args:
        client: Of the ohdio that downloads.
        clock: Tells the time in seconds.
    """

    def __init__(self, client: Client, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._told: tuple[int, int] | None = None  #: completed and failed
        self._told_at = clock()

    def lines(self) -> Iterator[str]:
        """Say what is new; nothing at the first look, and while the API does not answer."""
        try:
            books = self._client.get("queue/stats")
        except (ApiError, ApiUnreachable):
            return
        ended = books["completed"], books["failed"]
        if self._told is None or not (ended[0] > self._told[0] or ended[1] > self._told[1]):
            self._told = ended  # fewer: somebody has removed or retried some
        is_over = not books["queued"] and not books["processing"]
        if ended == self._told or not (is_over or self._clock() - self._told_at >= _SECONDS_BETWEEN_LINES):
            return
        self._told, self._told_at = ended, self._clock()
        yield f"Books: {counts_of(books)}."
