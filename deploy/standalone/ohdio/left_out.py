"""What a listing has besides books, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def remark(listing: Mapping[str, Any]) -> str:
    """Return what to know of a scan or preview: how many entries are no books, and its note; "" for nothing."""
    counts = listing.get("left_out") or {}
    pieces = []
    if counts:
        (count, what), *others = sorted(((count, what) for what, count in counts.items()), reverse=True)
        first = f"{count} {'entry' if count == 1 else 'entries'} with {what}"
        pieces.append(f"Left out: {', '.join([first, *(f'{count} with {what}' for count, what in others)])}.")
    if note := listing.get("note"):
        pieces.append(note)
    return " ".join(pieces)
