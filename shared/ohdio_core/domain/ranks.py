"""Which ranks rows get that are moved about in the order of their start: pure functions."""

from __future__ import annotations

from collections.abc import Sequence


def ranks_before_all(count: int, lowest: int | None) -> range:
    """Return ranks for so many rows, in their order, that precede all others.

    Args:
        lowest: The lowest rank that any row has; None when none has any.
    """
    end = 0 if lowest is None else lowest
    return range(end - count, end)


def ranks_in_order(ranks: Sequence[int | None], highest: int | None) -> list[int]:
    """Return ranks for rows that are to start in the order in which they are named, before all that have none.

    The ranks that they have are handed out anew, so that rows that are not among them keep their places; the rest of
    them get the next higher ones.

    Args:
        ranks: The rank of each row now.
        highest: The highest rank that any row has; None when none has any.
    """
    taken = sorted(rank for rank in ranks if rank is not None)
    first = 0 if highest is None else highest + 1
    return [*taken, *range(first, first + len(ranks) - len(taken))]
