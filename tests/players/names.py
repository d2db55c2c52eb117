"""How Audiobookshelf takes names of people apart that stand in one line."""

from __future__ import annotations

_DROPPED = {"dr", "mr", "mrs", "ms", "prof", "sir", "monsieur", "captain", "jr", "sr", "ii", "iii", "iv", "esq", "phd"}
_SEPARATORS = ("&", " and ", ";")


def names_in(line: str | None) -> list[str]:
    """Return the people of a line: split at ``&``, else at ``and``, else at ``;``, and always at commas."""
    if not line:
        return []
    separator = next((each for each in _SEPARATORS if each in line), None)
    pieces = [piece for part in (line.split(separator) if separator else [line]) for piece in part.split(",")]
    names = [piece.strip() for piece in pieces if piece.strip()]
    if "," in line and len(names) > 1 and " " not in names[0]:
        # "Last, First", and again; a last one without its first name is left out
        pairs = zip(names[::2], names[1::2], strict=False)
        return list(dict.fromkeys(f"{first} {last}" for last, first in pairs))
    return list(dict.fromkeys(name for each in names if (name := _bare(each))))


def _bare(name: str) -> str:
    """Return a name without titles before it and suffixes behind it."""
    words = name.split()
    if len(words) < 2:
        return name
    return " ".join(word for word in words if word.rstrip(".").lower() not in _DROPPED)
