"""One book, as its page shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import NamedTuple
from urllib.parse import urlencode

from ohdio_api.audiobooks.facets import LONGEST_NAME
from ohdio_api.web.conversions.shown import ShownConversion, encodable, show_conversion
from ohdio_api.web.parts.edge import Edge, Look, timeline_edge
from ohdio_api.web.parts.naming import followable, letter_of, site_of, tint_of
from ohdio_api.web.parts.row import Action, RowView
from ohdio_api.web.player.timeline import TimelinePart, places_in
from ohdio_api.web.words import Words
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.schemas.audiobooks import AudiobookDetail
from ohdio_core.schemas.body import LONGEST_SEARCH

_GOING_ON = {"resume", "retry"}  #: what makes a book go on
_BESIDE = {"pause", "keep"}


class Linked(NamedTuple):
    """A name, with the address of the books that share it."""

    name: str
    address: str | None  #: None where the name is too long for one


class ShownChapter(NamedTuple):
    """A place to jump to."""

    title: str
    length: str
    at: float  #: second of the book


class ShownPart(NamedTuple):
    """One part."""

    title: str
    length: str
    at: float | None  #: second of the book, where it is known
    chapters: Sequence[ShownChapter]  #: empty where it is one


class ShownBook(NamedTuple):
    """Everything that the page says."""

    id: int
    version: str  #: another one with whatever is said of it
    title: str
    letter: str
    tint: int
    language: str | None
    url: str | None  #: of its page, where a browser can follow it
    site: str  #: that has that page
    series: Linked | None
    series_position: str | None
    authors: Sequence[Linked]
    narrators: Sequence[Linked]
    description: Sequence[str]  #: paragraphs
    note: str | None
    is_filed: bool
    row: RowView | None  #: what its row in the queue says; None where that is complete, or there is none
    place: str | None  #: the address of that row
    main: Action | None  #: what to do most likely, where it is not here yet
    others: Sequence[Action]  #: what else can be done then, seen without a menu
    state: str  #: a word for styles
    icon: str
    standing: str  #: the state for people
    edge: Edge
    parts: Sequence[ShownPart]
    parts_label: str
    parts_said: str
    facts: Sequence[tuple[str, str]]
    folder: str | None
    becomes: str | None  #: the form of one file that it can be converted to; None where there is none
    is_encodable: bool  #: it can be one M4B once it is encoded
    conversion: ShownConversion | None  #: that was ordered


def show_whole_book(
    book: AudiobookDetail, timeline: Sequence[TimelinePart], row: RowView | None, library: str, words: Words
) -> ShownBook:
    """Return what the page says of a book.

    Args:
        timeline: Its parts and chapters.
        row: Its row in the queue, unless that is complete.
        library: The folder of the library, as people know it.
    """
    title = book.title or book.url
    is_filed = book.library_path is not None
    state, icon, standing = _standing(book, words)
    main, others = (None, ()) if is_filed or row is None else _orders(row)
    return ShownBook(
        id=book.id,
        version=book.updated_at.isoformat(),
        title=title,
        letter=letter_of(title),
        tint=tint_of(book.id),
        language=book.language,
        url=followable(book.url),
        site=site_of(book.url),
        series=_linked("series", book.series) if book.series else None,
        series_position=book.series_position,
        authors=[_linked("author", name) for name in book.authors],
        narrators=[_linked("narrator", name) for name in book.narrators],
        description=[line for line in (book.description or "").splitlines() if line.strip()],
        note=words.translated_text(book.note, book.note_message),
        is_filed=is_filed,
        row=row,
        place=None if row is None else f"/?{urlencode({'q': title[:LONGEST_SEARCH]})}#item-{row.id}",
        main=main,
        others=others,
        state=state,
        icon=icon,
        standing=standing,
        edge=timeline_edge(Look.WHOLE if is_filed else None, _lengths(timeline)),
        parts=[_part(part, words) for part in timeline],
        parts_label=_parts_label(timeline, words),
        parts_said=_parts_said(book, timeline, words),
        facts=list(_facts(book, words)),
        becomes=_becomes(book),
        is_encodable=is_filed and encodable([PurePath(file.name).suffix for file in book.files]),
        conversion=None if book.conversion is None else show_conversion(book.conversion, words),
        folder=f"{library.rstrip('/')}/{book.library_path}" if book.library_path is not None else None,
    )


def _becomes(book: AudiobookDetail) -> str | None:
    """Return the one file that several can become, by their names: what is encoded otherwise stays."""
    suffixes = {PurePath(file.name).suffix for file in book.files} if len(book.files) > 1 else set()
    return {".m4a": "m4b", ".mp3": "mp3"}.get(next(iter(suffixes))) if len(suffixes) == 1 else None


def _linked(kind: str, name: str) -> Linked:
    return Linked(name, f"/library?{urlencode({kind: name})}" if len(name) <= LONGEST_NAME else None)


def _orders(row: RowView) -> tuple[Action | None, Sequence[Action]]:
    """Return what a book that is not here yet needs most, if anything, and what else stands beside that."""
    offered = [action for action in (row.main, *row.others) if action is not None]
    main = next((action for action in offered if action.name in _GOING_ON), None)
    return main, [action for action in offered if action.name in _BESIDE]


def _part(part: TimelinePart, words: Words) -> ShownPart:
    chapters = [ShownChapter(each.name, words.length(each.seconds), each.start) for each in part.chapters]
    return ShownPart(part.name, "" if part.seconds is None else words.length(part.seconds), part.start, chapters)


def _lengths(timeline: Sequence[TimelinePart]) -> list[float | None]:
    """Return the lengths of what the edge has a segment for."""
    places = list(places_in(timeline))
    return [place.seconds for place in places] if len(places) > len(timeline) else [part.seconds for part in timeline]


def _is_by_chapters(timeline: Sequence[TimelinePart]) -> bool:
    """Return whether the chapters are all that there is to list: it is one file."""
    return len(timeline) == 1 and bool(timeline[0].chapters)


def _parts_label(timeline: Sequence[TimelinePart], words: Words) -> str:
    return words.gettext("Chapters") if _is_by_chapters(timeline) else words.gettext("Parts")


def _parts_said(book: AudiobookDetail, timeline: Sequence[TimelinePart], words: Words) -> str:
    count = words.number(len(timeline[0].chapters) if _is_by_chapters(timeline) else len(timeline))
    if book.duration_seconds is None:
        return count
    return words.gettext("%(count)s, in %(length)s") % {"count": count, "length": words.length(book.duration_seconds)}


def _standing(book: AudiobookDetail, words: Words) -> tuple[str, str, str]:
    """Return how a book is of which no row of the queue says it, or whose files are there whatever that says."""
    if book.status is WorkStatus.COMPLETED or (book.library_path is not None and book.queue_item_id is not None):
        return "complete", "circle-check", words.gettext("Complete, every part verified")
    return "away", "circle-alert", words.gettext("Not in the queue")


def _published(book: AudiobookDetail, words: Words) -> str | None:
    if book.published_on is not None:
        return words.date(book.published_on)
    return None if book.published_year is None else str(book.published_year)


def _facts(book: AudiobookDetail, words: Words) -> Iterator[tuple[str, str]]:
    _ = words.gettext
    named = (
        (_("Language"), words.language(book.language) if book.language else None),
        (_("Length"), None if book.duration_seconds is None else words.length(book.duration_seconds)),
        (_("Size"), None if book.file_size is None else words.size(book.file_size)),
        (_("Genre"), book.genre),
        (_("Audience"), book.audience),
        (_("Translation"), ", ".join(book.translators)),
        (_("Publisher"), book.publisher),
        (_("Published"), _published(book, words)),
        ("ISBN", book.isbn),
        ("ASIN", book.asin),
        (_("Source"), words.source(book.source)),
        (_("Added"), words.day(book.created_at)),
    )
    for label, value in named:
        if value:
            yield label, value
