"""When so many books are missing that their disk is probably not mounted."""

from __future__ import annotations

_MOST = 20
_ONE_IN = 20  #: of the complete books


def are_many(missing: int, complete: int) -> bool:
    """Return whether so many of the complete books are missing that a part of their library may not be mounted.

    One book is always believed to be gone by itself.
    """
    return missing > min(_MOST, max(1, complete // _ONE_IN))
