"""Doing something again and again for as long as something else lasts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def meanwhile(act: Callable[[], bool], *, every: float) -> Iterator[None]:
    """Carry out ``act`` in a thread of its own until the block has ended, or it returns False.

    Args:
        act: Must not raise.
        every: Seconds between two times; the first one is as long after the beginning.
    """
    is_over = threading.Event()

    def repeat() -> None:
        while not is_over.wait(every):
            if not act():
                return

    thread = threading.Thread(target=repeat, name="meanwhile", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
