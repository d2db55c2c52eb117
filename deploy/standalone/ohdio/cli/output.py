"""What commands print: JSON for programs, tables for people."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from ohdio_core.domain.controls import controls_shown, replace_controls

_IN_ONE_PIECE = frozenset({"no.", "state", "length", "link"})
_WIDEST = 100_000  # characters
_UNITS = ("B", "kB", "MB", "GB", "TB")


def print_json(value: Any) -> None:
    """Print one JSON document."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    # JSON must escape C0 alone, and may escape the other control characters.
    sys.stdout.write(replace_controls(text, lambda control: json.dumps(control)[1:-1]) + "\n")


def print_line(*lines: str) -> None:
    """Print lines, at once; on a terminal, those that are too long for it end between words."""
    _print_to(sys.stdout, lines)


def print_error(*lines: str) -> None:
    """Do the same on standard error."""
    _print_to(sys.stderr, lines)


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
        table.add_row(*(Text(controls_shown(cell)) for cell in row))
    console = Console()
    if not console.is_terminal:
        console.width = Measurement.get(console, console.options.update(max_width=_WIDEST), table).maximum
    console.print(table)


def _print_to(stream: TextIO, lines: Iterable[str]) -> None:
    every = [line for text in lines for line in controls_shown(text).split("\n")]
    if stream.isatty():
        width = shutil.get_terminal_size().columns
        every = [part for line in every for part in _wrapped(line, width)]
    stream.write("".join(f"{line}\n" for line in every))
    stream.flush()


def _wrapped(line: str, width: int) -> Sequence[str]:
    """Break a line between words; what is longer than the terminal is wide stays in one piece, to be copied."""
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]


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
