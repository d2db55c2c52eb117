"""What commands print: JSON for programs, tables for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

_IN_ONE_PIECE = frozenset({"no.", "state", "length", "link"})
_WIDEST = 100_000  # characters
_UNITS = ("B", "kB", "MB", "GB", "TB")


def print_json(value: Any) -> None:
    """Print one JSON document."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_line(line: str) -> None:
    """Print one line."""
    sys.stdout.write(f"{line}\n")


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table: as wide as the terminal; anywhere else as wide as it is, with each row on its line."""
    from rich.console import Console
    from rich.measure import Measurement
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in headings:
        # A title may be broken into lines, and so may a reason; what is copied, or is a single word, may not.
        table.add_column(heading, no_wrap=heading in _IN_ONE_PIECE, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console = Console()
    if not console.is_terminal:
        console.width = Measurement.get(console, console.options.update(max_width=_WIDEST), table).maximum
    console.print(table)


def size(count: float | None) -> str:
    """Write a number of bytes for people."""
    if count is None:
        return "?"
    number, unit = float(count), 0
    while number >= 1000 and unit < len(_UNITS) - 1:
        number, unit = number / 1000, unit + 1
    return f"{number:.0f} {_UNITS[unit]}" if number >= 10 or unit == 0 else f"{number:.1f} {_UNITS[unit]}"


def books(count: int) -> str:
    """Write a number of books."""
    return "1 book" if count == 1 else f"{count} books"
