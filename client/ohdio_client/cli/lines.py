"""Lines for books, their parts and scans, as lists and questions show them: enough to know which one it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from ohdio_client.cli.matching import Book, Scan
from ohdio_client.cli.output import books, length

_MOST = 20
_MOST_PARTS = 30


class NumberedPart(Protocol):
    """A part of a book, of the API or of a source."""

    @property
    def part(self) -> int:
        """Its number, from 1."""

    @property
    def title(self) -> str | None:
        """Its title, where it has one."""

    @property
    def duration_seconds(self) -> float | None:
        """How long it lasts, where that is known."""


def lines_of(found: Sequence[Book | Scan], state: str | None = None) -> Iterator[str]:
    """Yield the lines for some books and scans, the first twenty of them.

    Args:
        state: What to say of each; None for the state that it is in.
    """
    width = max((len(str(each.item or "")) for each in found[:_MOST] if isinstance(each, Book)), default=0)
    for each in found[:_MOST]:
        became = state or each.status
        end = f": {became}" if became else ""
        if isinstance(each, Scan):
            yield f"  the scan of {each.title or each.url}{end}"
            continue
        number = f"{each.item or '':>{width}}  " if width else ""
        yield f"  {number}{name_of(each)}{end}"
        yield from (f"  {' ' * len(number)}  {detail}" for detail in _details(each))
    if len(found) > _MOST:
        yield f"  and {len(found) - _MOST} others"


def name_of(book: Book) -> str:
    """Return a book's title with who wrote it and the show that it is of; its link until its title is known."""
    if book.title is None:
        return book.url
    by = ", ".join(book.authors[:3]) + (" and others" if len(book.authors) > 3 else "")
    of = book.series if book.series not in (None, book.title, by) else None
    return " · ".join(part for part in (book.title, by, of) if part)


def counted(found: Sequence[Book | Scan]) -> str:
    """Return how many books and scans there are."""
    scans = sum(isinstance(each, Scan) for each in found)
    counts = [books(len(found) - scans)] if len(found) > scans or not scans else []
    counts += ["1 scan" if scans == 1 else f"{scans} scans"] if scans else []
    return " and ".join(counts)


def lines_of_parts(parts: Sequence[NumberedPart]) -> Iterator[str]:
    """Yield the lines for the parts of a book, the first thirty of them; none for a book of one part."""
    if len(parts) < 2:
        return
    yield f"  {len(parts)} parts"
    for part in parts[:_MOST_PARTS]:
        lasts = f"  ({length(part.duration_seconds)})" if part.duration_seconds is not None else ""
        yield f"  {part.part:>4}  {part.title or ''}{lasts}"
    if len(parts) > _MOST_PARTS:
        yield f"        and {len(parts) - _MOST_PARTS} others"


def _details(book: Book) -> Iterator[str]:
    if book.status == "failed" and book.title is not None:
        yield book.url
    if book.folder is not None:
        yield book.folder
