"""The numbers under which books are sold: an ISBN, and Amazon's own."""

from __future__ import annotations

import re

_ISBN = re.compile(r"(?<![0-9])(97[89][0-9]{10}|[0-9]{9}[0-9X])(?![0-9])")
_ASIN = re.compile(r"\bB(?=[A-Z]*[0-9])[0-9A-Z]{9}\b")


def isbn(text: str) -> str | None:
    """Return the first ISBN of a text without its hyphens; None where there is none, by its check digit too."""
    plain = re.sub(r"(?<=[0-9])[-\u2010-\u2013 ](?=[0-9Xx])", "", text).upper()
    return next((found for found in _ISBN.findall(plain) if _is_checked(found)), None)


def asin(text: str) -> str | None:
    """Return the first number of Amazon's in a text; None where there is none."""
    found = _ASIN.search(text)
    return None if found is None else found[0]


def _is_checked(number: str) -> bool:
    digits = [10 if digit == "X" else int(digit) for digit in number]
    if len(digits) == 10:
        return sum(weight * digit for weight, digit in zip(range(10, 0, -1), digits, strict=True)) % 11 == 0
    return sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0
