"""What is wrong about how a player shows invented books: nothing, as a rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.players.audiobookshelf import Item, items_of
from tests.sites.catalogue import SimBook
from tests.sites.titles import series_of


def shown_wrong(library: Path, books: Iterable[SimBook]) -> Iterator[str]:
    """Name each field of these books that a player shows otherwise than their sites have it.

    Args:
        library: A folder of it, with these books alone.
        books: Told apart by their titles and authors.
    """
    shown = {(item.title, *item.authors): item for item in items_of(library)}
    for book in books:
        item = shown.pop((book.title, *book.authors), None)
        if item is None:
            yield f"{book.title} by {book.authors} is not shown; there are {sorted(shown)}"
        else:
            yield from differences(book, item)
    yield from (f"{title} is shown, and nobody asked for it" for title, *_ in shown)


def differences(book: SimBook, item: Item) -> Iterator[str]:
    """Name each field of a book that a player shows otherwise than its site has it."""
    starts = [round(sum(part.seconds for part in book.parts[:number])) for number in range(len(book.parts))]
    chapters = [(start, part.title) for start, part in zip(starts, book.parts, strict=True)]
    expected = {
        "narrators": list(book.narrators),
        "genres": [book.genre],
        "year": str(book.year),
        "series": series_of(book.title),
        "subtitle": None,
        "isbn": None,
        "asin": None,
        "files": len(book.parts),
        "chapters": chapters if len(chapters) > 1 else [],
        "cover": True,
    }
    found = {
        "narrators": item.narrators,
        "genres": item.genres,
        "year": item.year,
        "series": item.series,
        "subtitle": item.subtitle,
        "isbn": item.isbn,
        "asin": item.asin,
        "files": len(item.tracks),
        "chapters": [(round(start), title) for start, title in item.chapters],
        "cover": item.has_cover,
    }
    for name, value in expected.items():
        if found[name] != value:
            yield f"the {name} of {book.title} are shown as {found[name]}, not as {value}"
    if not (item.description or "").startswith(book.summary):
        yield f"the description of {book.title} is shown as {item.description}, not as {book.summary}"
