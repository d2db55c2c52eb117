"""The names of people as LibriVox shows them, with the years of their lives or of their deaths behind them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ohdio_core.sources.markup import line_of_text

_LETTERS = re.compile(r"[^\W\d_]+")
_YEAR = re.compile(r"\d{3}")
_ERAS = frozenset({"bc", "bce", "ad", "ce"})
_OF_YEARS = _ERAS | {"b", "d", "c", "ca", "fl", "about", "after", "before", "born", "died"}


def person_name(text: str) -> str:
    """Return a name in one line, without the years behind it: "(1799 - 1850)", "(70 BCE - 19 BCE)", "(d. 2015)"."""
    line = line_of_text(text)
    name, opening, years = line.rpartition("(")
    return name.rstrip() if opening and years.endswith(")") and _is_years(years) else line


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Return each name once, in the order of their first places, without empty ones."""
    return tuple(dict.fromkeys(name for name in names if name))


def _is_years(years: str) -> bool:
    words = {word.casefold() for word in _LETTERS.findall(years)}
    # A number of one or two digits tells namesakes apart; the place of years without any is left as "( - )".
    is_number = any(character.isdigit() for character in years)
    return words <= _OF_YEARS and (not is_number or bool(_YEAR.search(years)) or not words.isdisjoint(_ERAS))
