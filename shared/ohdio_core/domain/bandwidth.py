"""How the bytes a second that all downloads may have together are divided among the processes that download.

Shares are parts of the limit, not bytes: whoever hears of another limit uses its part of that at once, and all of them
together never exceed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Demand:
    """What a process could make use of."""

    transfers: int  #: bodies that it reads
    wanted: float  #: of the limit, from 0 to 1; 1 while the limit is what slows it

    @property
    def of_each(self) -> float:
        """Return what each of its transfers could make use of."""
        return self.wanted / self.transfers


def fair_share(mine: Demand, others: Sequence[Demand]) -> float:
    """Return which part of the limit a process should have.

    Each transfer has the same, whichever process it is of; what one cannot use, as its site is slow, the others have.
    """
    if mine.transfers == 0:
        return 0.0
    left = 1.0
    rest = sorted((each for each in (mine, *others) if each.transfers > 0), key=lambda each: each.of_each)
    transfers = sum(each.transfers for each in rest)
    for demand in rest:
        even = left / transfers
        if demand.of_each >= even:
            break
        if demand is mine:
            return demand.wanted
        left -= demand.wanted
        transfers -= demand.transfers
    return mine.transfers * left / transfers


def granted_share(fair: float, given: Sequence[float]) -> float:
    """Return the part that a process may use now: no more than others, who have parts already, leave of the limit."""
    return max(0.0, min(fair, 1.0 - sum(given)))
