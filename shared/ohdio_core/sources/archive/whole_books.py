"""A whole book in one file, or a few, beside its chapters: which of the two is the book.

Files in M4B, and a file without a number that lasts as long as all others, numbered ones, together, are the whole book
once more, and the chapters are taken. Where there is less of the chapters (only a sample, only some of them uploaded),
the M4B is the book.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog

from ohdio_core.sources.archive.item import ItemFile

log = structlog.get_logger(__name__)

Forms = list[ItemFile]  # of one piece

_ENDING = ".m4b"
# What is made of the same recordings lasts as long, but for the seconds that encoders and cuts add.
_SAME = 0.01
# Of the same recordings an M4B may take this many times the bytes, at 128 kbit/s instead of 32.
_MORE_BYTES = 4
_FEWEST = 3  # chapters that are told from a whole book by durations; of fewer that may be chance
_DIGIT = re.compile(r"\d")


def fullest(pieces: Mapping[str, Forms]) -> list[Forms]:
    """Choose the pieces that cover most of the book, each part of it once; by what the names of their forms share."""
    whole = [forms for forms in pieces.values() if _is_whole_book(forms)]
    chapters = _without_sum({name: forms for name, forms in pieces.items() if not _is_whole_book(forms)})
    return whole if whole and (not chapters or _covers_more(whole, chapters)) else chapters


def _is_whole_book(forms: Forms) -> bool:
    return all(form.name.lower().endswith(_ENDING) for form in forms)


def _covers_more(whole: Sequence[Forms], chapters: Sequence[Forms]) -> bool:
    all_of_it, some_of_it = _duration(whole), _duration(chapters)
    if all_of_it is not None and some_of_it is not None:
        return all_of_it > some_of_it * (1 + _SAME)
    # archive.org seldom tells how long an M4B lasts.
    size, sizes = _size(whole), _size(chapters)
    return size is not None and sizes is not None and size > sizes * _MORE_BYTES


def _without_sum(chapters: Mapping[str, Forms]) -> list[Forms]:
    """Remove the piece that lasts as long as all others together, and is the only one without a number.

    By chance a chapter may last as long; but then it is numbered as the others are, or they are not either.
    """
    every = list(chapters.values())
    total = _duration(every)
    unnumbered = [name for name, forms in chapters.items() if not _is_numbered(name, forms)]
    if total is None or len(every) <= _FEWEST or len(unnumbered) != 1:
        return every
    (name,) = unnumbered
    length = _length(chapters[name]) or timedelta()
    rest = total - length
    if abs(length - rest) > rest * _SAME:
        return every
    log.info("whole book left out beside its chapters", file=chapters[name][0].name, chapters=len(every) - 1)
    return [forms for forms in every if forms is not chapters[name]]


def _is_numbered(name: str, forms: Forms) -> bool:
    return any(form.track is not None for form in forms) or _DIGIT.search(name) is not None


def _duration(pieces: Sequence[Forms]) -> timedelta | None:
    lengths = [_length(forms) for forms in pieces]
    known = [length for length in lengths if length is not None]
    return sum(known, timedelta()) if len(known) == len(lengths) else None


def _length(forms: Forms) -> timedelta | None:
    return max((form.length for form in forms if form.length is not None), default=None)


def _size(pieces: Sequence[Forms]) -> int | None:
    """Return the number of bytes of the largest forms."""
    sizes = [max((form.size for form in forms if form.size is not None), default=None) for forms in pieces]
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None
