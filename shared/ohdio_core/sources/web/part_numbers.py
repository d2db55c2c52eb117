"""The numbers in the names of a directory's files, which are their order and no words of their titles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

_APART = r"(?:\s*[.):]\s+|\s*[-–—]+\s+|\s*_+\s*)(?=\S)"
# Set off, as in "1. ", "01 - " and "01_", also twice, for the disc and the track; or before a blank.
_FORMS = (
    re.compile(rf"\s*([0-9]{{1,4}}){_APART}(?:([0-9]{{1,4}}){_APART})?"),
    re.compile(r"\s*([0-9]{1,2})[-.]([0-9]{2,3})(?:\s*[.):_–—-]+\s*|\s+)(?=[^\s0-9])"),
)
_PADDED = re.compile(r"\s*(0[0-9]{1,3}|[1-9][0-9]{1,3})\s+(?=\S)")
_BARE = re.compile(r"\s*([0-9]{1,3})\s+(?=\S)")
_ONLY = re.compile(r"\s*([0-9]{1,4})(?:\s*[-.]\s*([0-9]{1,4}))?\s*\Z")


def without_numbers(names: Sequence[str]) -> list[str | None]:
    """Return titles from names in their order; None for each where they are numbers alone.

    Numbers go where all names begin with them, each greater than the one before; of those that are not set off, where
    that leaves different titles ("01 novembre", "02 novembre"), and they are padded or count from 1.
    """
    if _shortened(_ONLY, names) is not None:
        return [None] * len(names)
    for form in _FORMS:
        if (titles := _shortened(form, names)) is not None:
            return list(titles)
    titles = _shortened(_PADDED, names) or _shortened(_BARE, names, is_from_one=True)
    return list(names if titles is None or len(set(titles)) < len(titles) else titles)


def _shortened(form: re.Pattern[str], names: Sequence[str], *, is_from_one: bool = False) -> list[str] | None:
    """Return the names without their numbers; None where they are not counted in this form."""
    found = [match for name in names if (match := form.match(name)) is not None]
    numbers = [tuple(int(number) for number in match.groups() if number is not None) for match in found]
    if not found or len(found) < len(names) or not all(before < after for before, after in pairwise(numbers)):
        return None
    # One alone counts nothing, unless it is padded for others, as on a disc of its own.
    if len(found) == 1 and not found[0][1].startswith("0"):
        return None
    if is_from_one and numbers != [(number,) for number in range(1, len(numbers) + 1)]:
        return None
    return [name[match.end() :] for name, match in zip(names, found, strict=True)]
