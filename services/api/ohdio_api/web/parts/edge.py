"""The edge of a book's pages, as numbers that a template draws."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

#: More segments than this are drawn as groups, or gaps would be all there is.
_MOST_SEGMENTS = 40


class Look(StrEnum):
    """What a stretch of the edge says; the CSS class."""

    FILL = "fill"  #: is arriving
    STOPPED = "stopped"  #: has arrived, and nothing moves
    WHOLE = "whole"  #: is complete and verified
    FAILED = "failed"
    HEARD = "heard"


class EdgeRun(NamedTuple):
    """One run of equal state, in percent of the width."""

    look: Look
    start: float
    width: float


class Edge(NamedTuple):
    """What is drawn."""

    runs: tuple[EdgeRun, ...]
    gaps: tuple[float, ...]  #: where one segment ends and the next begins, in percent


def book_edge(look: Look, share: float, parts: int | None) -> Edge:
    """Return the edge of one book.

    Args:
        share: Of it that has arrived, from 0 to 1.
        parts: Of equal width, as their lengths are not known before they have arrived; None: not known.
    """
    width = round(100 * min(max(share, 0.0), 1.0), 1)
    runs = (EdgeRun(look, 0, width),) if width else ()
    return Edge(runs, _gaps(parts or 1))


def timeline_edge(look: Look | None, seconds: Sequence[float | None]) -> Edge:
    """Return the edge of a book of which it is known how long each part is; of equal parts, where one is not known.

    Args:
        look: Of all of it; None: nothing of it has arrived.
        seconds: Of each part.
    """
    runs = (EdgeRun(look, 0, 100),) if look is not None else ()
    known = [length for length in seconds if length]
    total = sum(known)
    if len(known) < len(seconds) or not total or len(seconds) > _MOST_SEGMENTS:
        return Edge(runs, _gaps(max(1, len(seconds))))
    gaps, before = [], 0.0
    for length in known[:-1]:
        before += length
        gaps.append(round(100 * before / total, 1))
    return Edge(runs, tuple(gaps))


def shares_edge(shares: Sequence[tuple[Look | None, int]]) -> Edge:
    """Return the edge of many books, in the order in which their numbers stand.

    Args:
        shares: How many have each look; None: nothing of them has arrived.
    """
    total = sum(count for _, count in shares)
    if total == 0:
        return Edge((), ())
    runs, gaps, before = [], [], 0
    for look, count in shares:
        if count and before:
            gaps.append(round(100 * before / total, 1))
        if count and look is not None:
            runs.append(EdgeRun(look, round(100 * before / total, 1), round(100 * count / total, 1)))
        before += count
    return Edge(tuple(runs), tuple(gaps))


def _gaps(parts: int) -> tuple[float, ...]:
    together = -(-parts // _MOST_SEGMENTS)
    return tuple(round(100 * part / parts, 1) for part in range(together, parts, together))
