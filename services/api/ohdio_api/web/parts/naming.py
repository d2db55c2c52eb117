"""How a book without a cover or a title is shown, and whether its address can be followed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from urllib.parse import urlsplit

_TINTS = 6  #: in ``parts/row.css``
_LEFTWARDS = ("R", "AL")
_KEPT = 2_000  # people, and sites
_BEFORE_PATH = re.compile(r"(?:[^:/?#]*:)?//[^/?#]*")  #: of an address, as RFC 3986 divides it in its appendix B


def letter_of(title: str) -> str:
    """Return the letter that stands where no cover is."""
    return next((letter.upper() for letter in title if letter.isalnum()), "·")


def tint_of(number: int) -> int:
    """Return which colour is behind that letter: the same one for a book, wherever it is shown."""
    return number % _TINTS


def people_of(names: Sequence[str]) -> str:
    """Return names one after another, in the direction of the page, whatever direction each of them has."""
    return _people_of(tuple(names))


@lru_cache(maxsize=_KEPT)
def _people_of(names: tuple[str, ...]) -> str:
    if not any(unicodedata.bidirectional(letter) in _LEFTWARDS for name in names for letter in name):
        return ", ".join(names)
    isolated = (f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}" for name in names)
    return "\N{LEFT-TO-RIGHT MARK}" + ", ".join(isolated)


def followable(url: str) -> str | None:
    """Return an address that a browser may be sent to; None for one that is of another kind."""
    return url if url.startswith(("http://", "https://")) else None


def site_of(url: str) -> str:
    """Return whose address it is; all of one that nobody can read, as sources may have kept."""
    before_path = _BEFORE_PATH.match(url)
    site = "" if before_path is None else _site_of(before_path[0])
    return url if site is None else site


@lru_cache(maxsize=_KEPT)
def _site_of(before_path: str) -> str | None:
    with suppress(ValueError):
        return (urlsplit(before_path).hostname or "").removeprefix("www.")
    return None
