"""Values that may change while a process runs, for those who need not know where they come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

#: Returns a value as it is now. It asks nobody, so it is called whenever the value is used.
Current = Callable[[], T]


def current(value: T | Current[T]) -> Current[T]:
    """Return what returns ``value`` as it is now; it may also be one that stays, and is no function itself."""
    if callable(value):
        return value
    return lambda: value
