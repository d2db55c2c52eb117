"""The name of a book's folder, or of an episode, by a template: of values that are there, and valid everywhere."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import PurePosixPath
from typing import NamedTuple

from ohdio_core.domain.audiobook import BookDetails, day_within
from ohdio_core.domain.misreading import StatedName, without_misreadings
from ohdio_core.domain.naming import MAX_BYTES, UNKNOWN_AUTHOR, UNTITLED, cut, is_readable, plain_text, safe_name
from ohdio_core.domain.sequence import sequence
from ohdio_core.name_template import NameField, NamePiece, NameTemplate

#: Bytes of all names of a path together: with a library's own path and the name of a file it stays below the 1,024 of
#: macOS.
MOST_IN_ALL = 600

_GAP = "\0"  #: stands where a value is missing; no template has it in its text
_SEPARATORS = " -\u2013\u2014_.,;\u00b7+&"
_BRACKETS = {"(": ")", "[": "]", "{": "}", "«": "»", "“": "”"}


class _Run(NamedTuple):
    """Text of a name, and which value it is."""

    text: str
    field: NameField | None = None


def book_folder(
    template: NameTemplate, details: BookDetails, *, told_apart_by: str | None = None, max_bytes: int = MAX_BYTES
) -> PurePosixPath:
    """Return the folder of a book, below the library; of an episode, what its files are called but for suffixes.

    Args:
        template: Of its name.
        details: What is known of it.
        told_apart_by: What follows the name where another book has it: "(2019)"; of at most half of ``max_bytes``.
        max_bytes: Of each name, as the library's file system allows; at least 64.
    """
    return _folder(template, tuple(_values(details).items()), told_apart_by, max_bytes)


@lru_cache(maxsize=256)  # a run asks a dozen times for the few names that its book may have
def _folder(
    template: NameTemplate, said: tuple[tuple[NameField, str], ...], told_apart_by: str | None, max_bytes: int
) -> PurePosixPath:
    values = dict(said)
    levels = [runs for pieces in template.folders if (runs := _runs(pieces, values))]
    if told_apart_by is not None:
        levels[-1] = [*levels[-1], _Run(f" {told_apart_by}")]
    names = _names(levels, max_bytes)
    lengths = [len(name.encode()) for name in names]
    if sum(lengths) > MOST_IN_ALL:
        names = _names(levels, min(max_bytes, _cap(lengths, MOST_IN_ALL)))
    return PurePosixPath(*names)


def _values(details: BookDetails) -> Mapping[NameField, str]:
    """Return the values that a book has, as they may stand in a name."""
    is_in_series = bool(details.series)
    day = day_within(details.published_on, details.published_year)
    said = {
        NameField.SHOW: details.episode_of,
        NameField.AUTHOR: ", ".join(details.shelf),
        NameField.TITLE: details.title,
        NameField.SERIES: details.series,
        NameField.SEQUENCE: sequence(details.series_position) if is_in_series else None,
        NameField.NARRATOR: ", ".join(details.readers),
        NameField.YEAR: None if details.published_year is None else f"{details.published_year:04}",
        NameField.DATE: None if day is None else day.isoformat(),
        NameField.PUBLISHER: details.publisher,
        NameField.GENRE: details.genre,
        NameField.LANGUAGE: details.language,
        NameField.ASIN: details.asin,
    }
    plain = {field: plain_text(value) for field, value in said.items() if value}
    readable = {field: text for field, text in plain.items() if is_readable(text)}
    nameless = {} if details.episode_of is None else {NameField.SHOW: UNTITLED}
    return {NameField.AUTHOR: UNKNOWN_AUTHOR, NameField.TITLE: UNTITLED} | nameless | readable


def _runs(pieces: Sequence[NamePiece], values: Mapping[NameField, str]) -> list[_Run]:
    """Return what a folder is called, text and values in turns; nothing where it has none of its values."""
    fields = {piece.field for piece in pieces if piece.field is not None}
    if fields and not fields & values.keys():
        return []
    runs = [_Run("")]
    for before, field, after in pieces:
        if field is None or field in values:
            runs[-1] = _Run(runs[-1].text + before)
        if field is not None and field in values:
            runs += [_Run(values[field], field), _Run(after)]
        elif field is not None and not before and not after:
            runs[-1] = _Run(runs[-1].text + _GAP)
    last = len(runs) - 1
    return [
        run if run.field is not None else _Run(_closed(run.text, is_first=at == 0, is_last=at == last))
        for at, run in enumerate(runs)
    ]


def _closed(text: str, *, is_first: bool, is_last: bool) -> str:
    """Return the text between two values without what separates or encloses those that are missing in it."""
    closed, *others = text.split(_GAP)
    for following in others:
        after = following
        while closed and after and _BRACKETS.get(closed[-1]) == after[0]:
            closed, after = closed[:-1], after[1:]
        head, tail = closed.rstrip(_SEPARATORS), after.lstrip(_SEPARATORS)
        begins = head[-1:] in _BRACKETS or (is_first and not head)
        ends = tail[:1] in _BRACKETS.values() or (is_last and not tail)
        between = max(closed[len(head) :], after[: len(after) - len(tail)], key=len)
        closed = head + ("" if begins or ends else between) + tail
    return closed


def _names(levels: Sequence[Sequence[_Run]], max_bytes: int) -> list[str]:
    last = len(levels) - 1
    return [_name(runs, max_bytes, is_in_series=depth == last and depth > 1) for depth, runs in enumerate(levels)]


def _name(runs: Sequence[_Run], max_bytes: int, *, is_in_series: bool) -> str:
    """Return the name of a folder; what is put in the place of misread facts has room in it, too."""
    room = max_bytes - 1  # for the mark of a device
    while True:
        name = without_misreadings(_stated(_fitted(runs, room)), is_in_series=is_in_series)
        over = len(name.encode()) + 1 - max_bytes
        if over <= 0 or room <= 1:
            return safe_name(name, max_bytes=max_bytes)
        room -= over


def _fitted(runs: Sequence[_Run], room: int) -> list[_Run]:
    """Return a name of at most so many bytes: its longest values are cut."""
    lengths = [len(run.text.encode()) for run in runs if run.field is not None]
    text = sum(len(run.text.encode()) for run in runs if run.field is None)
    if sum(lengths) + text <= room:
        return list(runs)
    cap = _cap(lengths, room - text)
    return [run if run.field is None else _Run(cut(run.text, cap).rstrip(" "), run.field) for run in runs]


def _cap(lengths: Sequence[int], room: int) -> int:
    """Return the length to which all are cut that are longer, so that together they have room."""
    left = sorted(lengths)
    while left and left[0] * len(left) <= room:
        room -= left.pop(0)
    return max(room // len(left), 1) if left else max(lengths)


def _stated(runs: Sequence[_Run]) -> StatedName:
    """Return a name as it is written, without spaces and dots around it, and what each character says."""
    characters: list[tuple[str, NameField | None]] = []
    for text, field in runs:
        for character in text:
            if character != " " or not characters or characters[-1][0] != " ":
                characters.append((character, field))
    while characters and characters[0][0] in ". ":
        del characters[0]
    while characters and characters[-1][0] in ". ":
        del characters[-1]
    text = "".join(character for character, _ in characters)
    composed = unicodedata.normalize("NFC", text)
    if composed != text:  # letters of two values have become one, so that nobody knows where either ends
        return StatedName(composed, (None,) * len(composed))
    return StatedName(text, tuple(field for _, field in characters))
