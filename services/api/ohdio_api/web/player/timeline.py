"""The one timeline of a book: its parts end to end, and the chapters within them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ohdio_api.audiobooks.joined import JoinedBook
from ohdio_api.web.words import Words
from ohdio_core.schemas.audiobooks import AudiobookDetail, ChapterView

#: Silence before the first chapter, no place to jump to.
_NO_PLACE = 1.0


class TimelineChapter(NamedTuple):
    """A place to jump to."""

    name: str
    start: float  #: in seconds of the book
    seconds: float


class TimelinePart(NamedTuple):
    """One part."""

    name: str
    start: float | None  #: in seconds of the book; None where it is not known how long those before it are
    seconds: float | None
    chapters: Sequence[TimelineChapter]  #: empty where it is one


def lay_out(book: AudiobookDetail, joined: JoinedBook | None, words: Words) -> list[TimelinePart]:
    """Return the parts of a book in their order; its files, where they are not its parts.

    Lengths are those of the files, where they are known: those that a page or feed tells may be others.

    Args:
        joined: All parts as one file, where they can be.
    """
    if len(book.files) not in (0, len(book.parts)):
        return _of_files(book, words)
    if joined is not None:
        measured = {number: stretch.seconds for number, stretch in enumerate(joined.stretches, 1)}
    else:
        measured = {file.part: file.duration_seconds for file in book.files if file.duration_seconds is not None}
    chapters = {file.part: file.chapters for file in book.files}
    start: float | None = 0.0
    parts = []
    for part in book.parts:
        name = part.title or words.gettext("Part %(number)s") % {"number": words.number(part.part)}
        seconds = measured.get(part.part) or part.duration_seconds or None
        within = _within(chapters.get(part.part, ()), name, start, seconds)
        parts.append(TimelinePart(name, start, seconds, within if len(within) > 1 else ()))
        start = None if start is None or seconds is None else start + seconds
    return parts


def _of_files(book: AudiobookDetail, words: Words) -> list[TimelinePart]:
    """Return the files of a book whose parts were joined, or made into other files: there is nothing else to hear."""
    start: float | None = 0.0
    shown = []
    for file in book.files:
        number = words.gettext("Part %(number)s") % {"number": words.number(file.part)}
        name = (book.title or number) if len(book.files) == 1 else number
        within = _within(file.chapters, name, start, file.duration_seconds)
        shown.append(TimelinePart(name, start, file.duration_seconds, within if len(within) > 1 else ()))
        start = None if start is None or file.duration_seconds is None else start + file.duration_seconds
    return shown


def places_in(parts: Sequence[TimelinePart]) -> Iterator[TimelineChapter]:
    """Yield what can be jumped to: the chapters, and the parts that are one; nothing of a book of unknown length."""
    for part in parts:
        if part.start is None or part.seconds is None:
            return
        yield from part.chapters or [TimelineChapter(part.name, part.start, part.seconds)]


def _within(
    chapters: Sequence[ChapterView], name: str, start: float | None, seconds: float | None
) -> list[TimelineChapter]:
    """Return the chapters of a part, so that the whole of it is in one of them."""
    if start is None or seconds is None:
        return []
    known = [(each.start_seconds, each.title) for each in chapters if each.start_seconds < seconds]
    if known and known[0][0] > _NO_PLACE:
        known.insert(0, (0.0, name))
    starts = [0.0, *(first for first, _ in known[1:])]
    ends = [*starts[1:], seconds]
    return [
        TimelineChapter(title, start + first, end - first)
        for (_, title), first, end in zip(known, starts, ends, strict=False)
    ]
