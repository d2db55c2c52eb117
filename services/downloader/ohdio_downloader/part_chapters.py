"""The chapters of a book of several parts, as players list them: all parts together, one after the other.

A player that finds chapters in the first part takes those of all, and leaves out parts that have none; where the lists
of the first two are alike, it takes the first for that of the whole book. So each part has some as soon as one has,
and the part's title stands in front of each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from itertools import accumulate

from ohdio_core.domain.audiobook import BookDetails
from ohdio_downloader.media.chapters import MOST, Span
from ohdio_downloader.media.taggers.details import PartTags, title_of

_BETWEEN = " \u2013 "  # the titles of a part and of a chapter in it
_NOTHING = timedelta(0)
#: Silence before the first chapter, no place to jump to.
_NO_PLACE = timedelta(seconds=1)


def are_expected(book: BookDetails) -> bool:
    """Return whether the source tells of chapters in any of several parts."""
    return len(book.parts) > 1 and any(part.chapters or part.chapters_url for part in book.parts)


def in_front_of(title: str, chapters: Sequence[Span], duration: timedelta) -> tuple[Span, ...]:
    """Return the chapters of a part, named by its title and theirs; one for all of it, where it has none."""
    if not chapters:
        return (Span(_NOTHING, duration, title),)
    named = [Span(each.start, each.end, _together(title, each.title)) for each in chapters]
    if named[0].start > _NO_PLACE:
        named.insert(0, Span(_NOTHING, named[0].start, title))
    return tuple(named[:MOST])


def end_to_end(
    titles: Sequence[str], chapters: Sequence[Sequence[Span]], lengths: Sequence[timedelta], *, most: int | None
) -> tuple[Span, ...]:
    """Return the chapters of one file of all parts: those within the parts, and the parts that have none.

    Args:
        titles: Of the parts.
        chapters: Those within each, in seconds of the part.
        lengths: Of the parts.
        most: So many fit; where there are more, the parts alone are the chapters, and the last one takes in the rest.
    """
    starts = list(accumulate(lengths, initial=_NOTHING))
    named: Sequence[tuple[Span, ...]] = [
        in_front_of(title, own, length) for title, own, length in zip(titles, chapters, lengths, strict=True)
    ]
    if most is not None and sum(map(len, named)) > most:
        named = [(Span(_NOTHING, length, title),) for title, length in zip(titles, lengths, strict=True)][:most]
    begun = [
        (start + (_NOTHING if number == 0 else each.start), each.title)
        for start, part, length in zip(starts, named, lengths, strict=False)
        for number, each in enumerate(part)
        if number == 0 or each.start < length
    ]
    ends = [*(start for start, _ in begun[1:]), starts[-1]]
    return tuple(Span(start, end, title) for (start, title), end in zip(begun, ends, strict=True))


def titles_of(book: BookDetails) -> list[str]:
    """Return what each part is called in the list of chapters; the same for no two of them."""
    count = len(book.parts)
    titles = [title_of(book, PartTags(part.index + 1, count, part.title)) for part in book.parts]
    times = Counter(titles)
    return [title if times[title] == 1 else f"{title} ({number})" for number, title in enumerate(titles, 1)]


def _together(part: str, chapter: str) -> str:
    # As they stand in a file of ours that is packaged again.
    is_named = chapter == part or chapter.startswith(f"{part}{_BETWEEN}")
    return chapter if is_named else f"{part}{_BETWEEN}{chapter}"
