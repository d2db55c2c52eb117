"""A book's place in its series as a number: players sort by it, and take what is none for nothing."""

from __future__ import annotations

import re

_SEASON = re.compile(
    r"\b(?:s|season|saison)\s*([0-9]{1,4})\W*(?:e|ep|episode|[eé]pisode)\W*([0-9]{1,4})(?:[.,]([0-9]{1,3}))?\b"
    r"|\b([0-9]{1,3})x([0-9]{1,4})\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,3})(?![0-9]))?")
#: By itself, or behind one word: "Tome IV". Anywhere else it may be a letter ("L'été").
_ROMAN = re.compile(r"(?:[^\W\d]+\.?\s+)?(X{0,3}(?:IX|IV|V?I{0,3}))")
_VALUES = {"I": 1, "V": 5, "X": 10}


def sequence(position: str | None) -> str | None:
    """Return a place in a series ("Tome 3", "S2E7", "IV") as a number ("3", "2.07", "4"); None where it tells none.

    Episodes stand behind the point in two digits, so that the seventh comes before the tenth; from the hundredth on
    in more, still before the next season ("1.990100").
    """
    text = position or ""
    if (match := _SEASON.search(text)) is not None:
        return _of_season(int(match[1] or match[4]), int(match[2] or match[5]), match[3] or "")
    if (match := _NUMBER.search(text)) is not None:
        fraction = (match[2] or "").rstrip("0")
        return f"{int(match[1])}.{fraction}" if fraction else str(int(match[1]))
    roman = _ROMAN.fullmatch(text.strip())
    return str(_roman(roman[1])) if roman is not None and roman[1] else None


def season_and_number(position: str | None) -> tuple[int | None, int] | None:
    """Return the season of an episode, where it has one, and its number ("S2E7": 2, 7); None where it tells none."""
    if (match := _SEASON.search(position or "")) is not None:
        return int(match[1] or match[4]), int(match[2] or match[5])
    told = sequence(position)
    return (None, int(told)) if told is not None and told.isdecimal() else None


def _of_season(season: int, episode: int, fraction: str) -> str:
    digits = f"{episode:02}" if episode < 100 else f"99{episode:04}"
    return f"{season}.{digits}{fraction}"


def _roman(text: str) -> int:
    values = [_VALUES[letter] for letter in text]
    return sum(-value if value < max(values[place:]) else value for place, value in enumerate(values))
