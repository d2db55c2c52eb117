"""Which books fit the disks that they are brought to: decided in the order in which they start."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

#: Bytes, of each disk that a book needs room on.
Bytes = tuple[int, ...]


class Contender(NamedTuple):
    """A book that wants room."""

    id: int  #: of its item in the queue
    needed: Bytes | None  #: None where nothing tells how large it is
    is_held: bool = False  #: it waits for room
    is_waived: bool = False  #: a person wants it, whether or not it fits


class Fitting(NamedTuple):
    """What is to change."""

    hold: list[Contender]
    release: list[int]


def fit(books: Iterable[Contender], room: Sequence[int]) -> Fitting:
    """Return which books are to be held, and which need not be any more.

    A smaller one that fits goes before a larger one that does not. One of unknown size is never held.

    Args:
        books: Those that wait for their turn, and those that are held, the most urgent first.
        room: Bytes that are left on each disk, in the order of ``Contender.needed``.
    """
    left = list(room)
    fitting = Fitting([], [])
    for book in books:
        needed = book.needed or (0,) * len(left)
        if not (book.is_waived or book.needed is None or fits(needed, left)):
            if not book.is_held:
                fitting.hold.append(book)
            continue
        left = [free - wanted for free, wanted in zip(left, needed, strict=True)]
        if book.is_held:
            fitting.release.append(book.id)
    return fitting


def fits(needed: Sequence[int], room: Sequence[int]) -> bool:
    """Return whether each disk has the room that is needed on it."""
    return all(wanted <= free for wanted, free in zip(needed, room, strict=True))
