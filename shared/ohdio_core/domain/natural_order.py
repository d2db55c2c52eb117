"""The order in which people look for names: numbers in them by their value."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"(\d+)")


def natural_order(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return the key that sorts names as people do: "Tome 2" before "Tome 10"."""
    return tuple(
        # Longer runs of digits are no numbers, and Python refuses to read the longest.
        (0, int(piece), "") if piece.isascii() and piece.isdigit() and len(piece) < 19 else (1, 0, piece.casefold())
        for piece in _DIGITS.split(text)
        if piece
    )
