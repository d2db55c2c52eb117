"""Tables for people, in which links and commands stay whole, to be copied."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ohdio_client.cli.output import hold_commands, print_line, restore_blanks, terminal_width
from ohdio_core.control_characters import controls_shown

if TYPE_CHECKING:
    from rich.measure import Measurement
    from rich.text import Text

_WIDEST = 100_000  # characters
_BETWEEN = 2  # blanks between two columns


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table: as wide as the terminal; anywhere else as wide as it is, with each row on its line.

    A terminal that is too narrow for the longest words side by side gets the cells of each row below one another.
    """
    from rich.console import Console
    from rich.measure import Measurement
    from rich.table import Table
    from rich.text import Text

    console = Console(width=_WIDEST, color_system=None, force_terminal=False, highlight=False)
    cells = [[Text(hold_commands(controls_shown(cell))) for cell in row] for row in rows]
    columns = list(zip([Text(heading) for heading in headings], *cells, strict=True))
    needs = [[Measurement.get(console, console.options, cell) for cell in column] for column in columns]
    widths = _widths(needs, terminal_width(sys.stdout) or _WIDEST)
    if widths is None:
        _print_below(cells)
        return
    table = Table(box=None, pad_edge=False)
    for heading, width in zip(headings, widths, strict=True):
        table.add_column(heading, width=width)
    for row in cells:
        table.add_row(*row)
    with console.capture() as captured:
        console.print(table)
    print_line(*(restore_blanks(line.rstrip()) for line in captured.get().splitlines()))


def _widths(columns: Sequence[Sequence[Measurement]], width: int) -> list[int] | None:
    """Return how wide each column is to be, such that no word is broken; None where all are wider than ``width``."""
    least = [max(cell.minimum for cell in column) for column in columns]
    most = [max(cell.maximum for cell in column) for column in columns]
    left = width - _BETWEEN * (len(columns) - 1) - sum(least)
    if left < 0:
        return None
    # The narrowest wishes are granted first: what is left of their shares goes to the others.
    widths = list(least)
    wanting = sorted(range(len(columns)), key=lambda index: most[index] - least[index])
    for place, index in enumerate(wanting):
        more = min(most[index] - least[index], left // (len(columns) - place))
        widths[index] += more
        left -= more
    return widths


def _print_below(rows: Iterable[Sequence[Text]]) -> None:
    for first, *others in rows:
        print_line(restore_blanks(first.plain), *(f"  {restore_blanks(cell.plain)}" for cell in others if cell.plain))
