"""What people type into the fields of forms, as it is meant; what is nothing of the kind stays as it is."""

from __future__ import annotations

import re

_MOST_DIGITS = 9
_MINUTE = 60
#: As people write one; Python's `float` takes 1_000, 1e3 and inf, too.
_NUMBER = re.compile(r"-?(?:\d{1,15}(?:[.,]\d*)?|[.,]\d+)", re.ASCII)


def words_typed(text: str) -> list[str]:
    """Return what stands between commas."""
    return [word for word in re.split(r"\s*[,;]\s*", text) if word]


def whole_number_typed(text: str) -> int | str:
    """Return a whole number."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else text


def number_typed(text: str) -> float | str:
    """Return a number, with a point or a comma before its decimals."""
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else text


def seconds_typed(text: str) -> int | str:
    """Return minutes as whole seconds, the nearest: what is shown of 50 s, 0.833333, is 50 s again."""
    minutes = number_typed(text)
    return minutes if isinstance(minutes, str) else round(minutes * _MINUTE)
