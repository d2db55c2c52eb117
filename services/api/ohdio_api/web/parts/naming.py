"""How a book without a cover or a title is shown, and whether its address can be followed."""

from __future__ import annotations

_TINTS = 6  #: in ``parts/row.css``


def letter_of(title: str) -> str:
    """Return the letter that stands where no cover is."""
    return next((letter.upper() for letter in title if letter.isalnum()), "·")


def tint_of(number: int) -> int:
    """Return which colour is behind that letter: the same one for a book, wherever it is shown."""
    return number % _TINTS


def followable(url: str) -> str | None:
    """Return an address that a browser may be sent to; None for one that is of another kind."""
    return url if url.startswith(("http://", "https://")) else None
