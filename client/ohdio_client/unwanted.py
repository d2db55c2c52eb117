"""What people are told of books that they removed."""

from __future__ import annotations


def unwanted(count: int) -> str:
    """Return how many books a scan left out because they were removed before, and what brings them back."""
    return f"{count} unwanted, `--again` brings {'it' if count == 1 else 'them'}"
