"""Waiting for a server by asking it, with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from devservers.errors import ServerUnavailable

INTERVAL = 0.02  # seconds between two questions


def wait_until(is_so: Callable[[], bool], within: timedelta, otherwise: Callable[[], str]) -> None:
    """Return as soon as ``is_so()``.

    Args:
        is_so: Asked again and again.
        within: The deadline from now.
        otherwise: Called for the sentence of the error.

    Raises:
        ServerUnavailable: The deadline has passed.
    """
    deadline = time.monotonic() + within.total_seconds()
    while not is_so():
        if time.monotonic() > deadline:
            raise ServerUnavailable(otherwise())
        time.sleep(INTERVAL)
