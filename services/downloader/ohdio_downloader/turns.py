"""Taking turns at what must not be done by all threads at once."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

_LOOK_EVERY = 0.25  # seconds


class Turns:
    """At most so many threads inside.

    Args:
        at_once: Of them.
    """

    def __init__(self, at_once: int) -> None:
        self._free = threading.BoundedSemaphore(at_once)

    @contextlib.contextmanager
    def turn(self, check: Callable[[], None]) -> Iterator[None]:
        """Wait for one's turn, which is the block; what ``check`` raises ends the waiting."""
        while not self._free.acquire(timeout=_LOOK_EVERY):
            check()
        try:
            yield
        finally:
            self._free.release()
