"""Books of the library, in the order in which people look for them, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ohdio_client.cli.table import print_table
from ohdio_core.domain.natural_order import natural_order
from ohdio_core.domain.text_folding import fold_text

if TYPE_CHECKING:
    from ohdio_core.schemas.audiobooks import AudiobookView


def in_shelf_order(found: Iterable[AudiobookView]) -> list[AudiobookView]:
    """Return books by author, and those of one author by title; one without an author by its folder."""
    return sorted(found, key=_place)


def print_shelf(found: Sequence[AudiobookView]) -> None:
    """Print a line for each book; nothing for none."""
    if found:
        rows = ((_title(book), ", ".join(book.authors), book.library_path or "") for book in found)
        print_table(("title", "author", "folder"), rows)


def _place(book: AudiobookView) -> tuple[object, ...]:
    # Without an author the first folder is the show, beside the folders of authors.
    shelf = ", ".join(book.authors) or book.library_path or ""
    return natural_order(fold_text(shelf)), natural_order(fold_text(_title(book))), book.id


def _title(book: AudiobookView) -> str:
    return book.title or book.url
