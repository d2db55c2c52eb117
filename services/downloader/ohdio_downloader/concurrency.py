"""A bound on how many threads do the same at once."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

_LOOK_EVERY = 0.25  # seconds


class ConcurrencyLimit:
    """At most so many threads inside.

    Args:
        at_once: Of them.
    """

    def __init__(self, at_once: int) -> None:
        self._free = threading.BoundedSemaphore(at_once)

    @contextlib.contextmanager
    def slot(self, check: Callable[[], None]) -> Iterator[None]:
        """Wait for a free slot and hold it in the block; what ``check`` raises ends the waiting."""
        while not self._free.acquire(timeout=_LOOK_EVERY):
            check()
        try:
            yield
        finally:
            self._free.release()
