"""What players read out of the name of a book's folder, and the same name without what nobody has stated in it.

They take "1984 - …" for a year, "[B0015T963C]" for a number of Amazon's, "{x}" at the end for a narrator, a number of
its own for the place in a series where there is a folder above for one, and a folder "CD 1" for a part of that above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ohdio_core.name_template import NameField

#: Files that players take for the description, the narrator and the metadata of a book, or of a whole show.
MISREAD_FILES = frozenset({"desc.txt", "reader.txt", "metadata.json"})

_ASIN = re.compile(r"(?:^| )(\[)([A-Z0-9]{10})(\])(?![^ ])")
_NARRATOR = re.compile(r"(.*) (\{)(.*)(\})")
_YEAR = re.compile(r"\(?([0-9]{4})\)? +(-) *(?=\S)")
_PLACE = re.compile(r"(vol\.? |volume |book )?([0-9]{0,3}(?:\.[0-9]{1,2})?)(\.?)(?: (.*))?", re.IGNORECASE)
_DISC = re.compile(r"(?:cd|dis[ck])\s*[0-9]{1,3}", re.IGNORECASE)
_BETWEEN = " - "


class _Mend(NamedTuple):
    """What is written in the place of something."""

    start: int
    end: int
    text: str


class _Reading(NamedTuple):
    """A fact that players read."""

    field: NameField
    start: int
    end: int
    mends: Sequence[_Mend]  #: without which it is not read


class StatedName(NamedTuple):
    """A name, and which value each of its characters is of."""

    text: str
    fields: tuple[NameField | None, ...]

    def with_mend(self, mend: _Mend) -> StatedName:
        """Return the name with something else in a place; what is put there states nothing."""
        start, end, text = mend
        return StatedName(
            self.text[:start] + text + self.text[end:],
            (*self.fields[:start], *([None] * len(text)), *self.fields[end:]),
        )

    def states(self, reading: _Reading) -> bool:
        """Return whether what is read is a whole value of that kind."""
        start, end, kind = reading.start, reading.end, reading.field
        beside = (*self.fields[max(start - 1, 0) : start], *self.fields[end : end + 1])
        return {*self.fields[start:end]} == {kind} and kind not in beside


def without_misreadings(name: StatedName, *, is_in_series: bool) -> str:
    """Return a name in which players find nothing but what it states.

    Args:
        name: Valid, with single spaces.
        is_in_series: There are two folders above, so that players take the nearer one for a series.
    """
    while (wrong := _misreading(name, is_in_series=is_in_series)) is not None:
        for mend in sorted(wrong.mends, reverse=True):
            name = name.with_mend(mend)
    return f"{name.text}_" if _DISC.fullmatch(name.text) else name.text


def _misreading(name: StatedName, *, is_in_series: bool) -> _Reading | None:
    readings = _readings(name.text, is_in_series=is_in_series)
    return next((reading for reading in readings if not name.states(reading)), None)


def _readings(name: str, *, is_in_series: bool) -> Iterator[_Reading]:
    """Yield what is read, one after another: what was read is out of the way of what follows."""
    left = _Left(name)
    if match := _ASIN.search(left.text):
        yield left.reading(NameField.ASIN, match, 2, {1: "(", 3: ")"})
        left = left.without(*match.span())
    if match := _NARRATOR.fullmatch(left.text):
        yield left.reading(NameField.NARRATOR, match, 3, {2: "(", 4: ")"})
        left = left.without(match.end(1), len(left.text))
    if is_in_series and (found := _place(left)) is not None:
        reading, left = found
        yield reading
    if match := _YEAR.match(left.text):
        yield left.reading(NameField.YEAR, match, 1, {2: "\u2013"})


class _Left:
    """What is left of a name, and where each of its characters was."""

    def __init__(self, text: str, places: Sequence[int] | None = None) -> None:
        self.text = text
        self.places = range(len(text)) if places is None else places

    def without(self, start: int, end: int) -> _Left:
        """Return it without a part, and without spaces around what is left."""
        text = self.text[:start] + self.text[end:]
        places = (*self.places[:start], *self.places[end:])
        first = len(text) - len(text.lstrip())
        return _Left(text.strip(), places[first : first + len(text.strip())])

    def reading(self, kind: NameField, match: re.Match[str], group: int, instead: dict[int, str]) -> _Reading:
        """Return what a group of a match says, and what is written instead of others so that it does not."""
        mends = [self.mend(*match.span(each), text) for each, text in instead.items()]
        return _Reading(kind, *self._span(*match.span(group)), mends)

    def mend(self, start: int, end: int, text: str) -> _Mend:
        """Return what changes a part of the name."""
        return _Mend(*self._span(start, end), text)

    def place(self, start: int, end: int, mends: Sequence[_Mend]) -> _Reading:
        """Return a place in a series that is read."""
        return _Reading(NameField.SEQUENCE, *self._span(start, end), mends)

    def _span(self, start: int, end: int) -> tuple[int, int]:
        if start == end:
            where = self.places[start] if start < len(self.places) else self.places[-1] + 1
            return where, where
        return self.places[start], self.places[end - 1] + 1


def _place(left: _Left) -> tuple[_Reading, _Left] | None:
    """Return the place in a series that is read, and what is left without it."""
    start = 0
    for part in left.text.split(_BETWEEN):
        end = start + len(part)
        match = _PLACE.fullmatch(left.text, start, end)
        # A number with words behind it begins a title, unless a dot or a word says that it counts.
        if match is not None and part and not (match[4] and not (match[1] or match[3])):
            reading = left.place(*match.span(2), _without_place(left, match, start, end))
            if match[4]:
                return reading, left.without(start, match.start(4))
            begins = start if start == 0 else start - len(_BETWEEN)
            return reading, left.without(begins, end + len(_BETWEEN) if begins == start else end)
        start = end + len(_BETWEEN)
    return None


def _without_place(left: _Left, match: re.Match[str], start: int, end: int) -> list[_Mend]:
    """Return what keeps a part of a name from being read as a place."""
    if match[1]:
        return [left.mend(match.start(2), match.start(2), "#")]  # "Book #2"
    dot = match.span(3)
    if not match[2]:
        return [left.mend(*dot, "…")]
    if match[4]:
        return [left.mend(*dot, " \u2013")]  # "2 – Title"
    if end < len(left.text):
        return [left.mend(*dot, ""), left.mend(end + 1, end + 2, "\u2013")]
    if start > 0:
        return [left.mend(start - 2, start - 1, "\u2013"), left.mend(*dot, "")]
    return [left.mend(end, end, "_")]
