"""Books of the library, in the order in which people look for them, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ohdio.cli.table import print_table
from ohdio_core.domain.natural_order import natural_order
from ohdio_core.domain.text_folding import fold_text


def in_shelf_order(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return books by author, and those of one author by title; one without an author by its folder."""
    return sorted(found, key=_place)


def print_shelf(found: Sequence[dict[str, Any]]) -> None:
    """Print a line for each book; nothing for none."""
    if found:
        rows = ((_title(book), ", ".join(book["authors"]), book["library_path"]) for book in found)
        print_table(("title", "author", "folder"), rows)


def _place(book: dict[str, Any]) -> tuple[object, ...]:
    # Without an author the first folder is the show, beside the folders of authors.
    shelf = ", ".join(book["authors"]) or book["library_path"]
    return natural_order(fold_text(shelf)), natural_order(fold_text(_title(book))), book["id"]


def _title(book: dict[str, Any]) -> str:
    title: str = book["title"] or book["url"]
    return title
