"""The series and the place in it that a title states: "Le phare, tome 2", "The Lamp (Harbour #3)"."""

from __future__ import annotations

import re

_COUNTER = r"(?:tome|volume|livre|book|band|libro|buch|(?:vol|bk|t|n[o°º])\.?\s?(?=[0-9])|#)"
_NUMBER = r"(?P<number>[0-9]{1,3}(?:[.,][0-9])?|[IVX]{1,5}(?![\w]))"
_COUNTED = rf"{_COUNTER}\s*{_NUMBER}"
#: The number stands behind the series: at the end, before the book's own title, or behind that in brackets.
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf".*\S\s*[(\[]\s*(?P<series>[^()\[\]]*[^()\[\],\s:–—-])[\s,:–—-]+{_COUNTED}\s*[)\]]\s*",
        rf"(?P<series>[^()\[\]]*[^()\[\],.;\s:–—-])[\s,.;:–—(\[-]+{_COUNTED}\s*[)\]]?\s*(?:(?:[:–—.]|\s-)\s+(?P<title>\S.*))?",
    )
)
# "Le livre 3" and "the #1" are no series.
_ARTICLES = frozenset(
    {"the", "a", "an", "le", "la", "les", "un", "une", "mon", "ma", "my", "der", "die", "das", "ein", "el"}
)
_ROMAN = {"I": 1, "V": 5, "X": 10}
_LONGEST = 300


def series_in(title: str) -> tuple[str, str] | None:
    """Return the series that a title names, and the book's number in it; None where it names none."""
    text = " ".join(title.split())
    if len(text) > _LONGEST:
        return None
    for form in _FORMS:
        found = form.fullmatch(text)
        if found is not None and found["series"].split()[-1].lower() not in _ARTICLES:
            return found["series"], position_of(found["number"])
    return None


def position_of(number: str) -> str:
    """Return a number as people count with it: "02" is 2, "IV" is 4."""
    if number[0].isdigit():
        return number.replace(",", ".").lstrip("0") or "0"
    values = [_ROMAN[letter] for letter in number.upper()]
    return str(sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True)))
