"""What a listing has besides books, in words."""

from __future__ import annotations

from collections.abc import Mapping


def remark(left_out: Mapping[str, int], note: str | None) -> str:
    """Return what to know of a scan or preview: how many entries are no books, and its note; "" for nothing."""
    pieces = []
    if left_out:
        (count, what), *others = sorted(((count, what) for what, count in left_out.items()), reverse=True)
        first = f"{count} {'entry' if count == 1 else 'entries'} with {what}"
        pieces.append(f"Left out: {', '.join([first, *(f'{count} with {what}' for count, what in others)])}.")
    if note:
        pieces.append(note)
    return " ".join(pieces)
