"""One book, as its page shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from ohdio_api.audiobooks.facets import LONGEST_NAME
from ohdio_api.paging import LONGEST_SEARCH
from ohdio_api.web.parts.edge import Edge, Look, timeline_edge
from ohdio_api.web.parts.naming import followable, letter_of, tint_of
from ohdio_api.web.words import Words
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.schemas.audiobooks import AudiobookDetail


class Linked(NamedTuple):
    """A name, with the address of the books that share it."""

    name: str
    address: str | None  #: None where the name is too long for one


class ShownPart(NamedTuple):
    """One part."""

    title: str
    length: str


class ShownBook(NamedTuple):
    """Everything that the page says."""

    id: int
    title: str
    letter: str
    tint: int
    language: str | None
    url: str | None  #: of its page, where a browser can follow it
    series: Linked | None
    series_position: str | None
    authors: Sequence[Linked]
    narrators: Sequence[Linked]
    description: Sequence[str]  #: paragraphs
    note: str | None
    is_filed: bool
    place: str | None  #: the address of its row in the queue
    state: str  #: a word for styles
    icon: str
    standing: str  #: the state for people
    edge: Edge
    parts: Sequence[ShownPart]
    parts_said: str
    facts: Sequence[tuple[str, str]]
    folder: str | None


def show_whole_book(book: AudiobookDetail, library: str, words: Words) -> ShownBook:
    """Return what the page says of a book.

    Args:
        library: The folder of the library, as people know it.
    """
    title = book.title or book.url
    is_filed = book.library_path is not None
    state, icon, standing = _standing(book, words)
    return ShownBook(
        id=book.id,
        title=title,
        letter=letter_of(title),
        tint=tint_of(book.id),
        language=book.language,
        url=followable(book.url),
        series=_linked("series", book.series) if book.series else None,
        series_position=book.series_position,
        authors=[_linked("author", name) for name in book.authors],
        narrators=[_linked("narrator", name) for name in book.narrators],
        description=[line for line in (book.description or "").splitlines() if line.strip()],
        note=words.translated_text(book.note, book.note_message),
        is_filed=is_filed,
        place=_place(book, title),
        state=state,
        icon=icon,
        standing=standing,
        edge=timeline_edge(Look.WHOLE if is_filed else None, [part.duration_seconds for part in book.parts]),
        parts=[_part(part.part, part.title, part.duration_seconds, words) for part in book.parts],
        parts_said=_parts_said(book, words),
        facts=list(_facts(book, words)),
        folder=f"{library.rstrip('/')}/{book.library_path}" if book.library_path is not None else None,
    )


def _linked(kind: str, name: str) -> Linked:
    return Linked(name, f"/library?{urlencode({kind: name})}" if len(name) <= LONGEST_NAME else None)


def _place(book: AudiobookDetail, title: str) -> str | None:
    return None if book.queue_item_id is None else f"/?{urlencode({'q': title[:LONGEST_SEARCH]})}"


def _part(number: int, title: str | None, seconds: float | None, words: Words) -> ShownPart:
    said = title or words.gettext("Part %(number)s") % {"number": words.number(number)}
    return ShownPart(said, "" if seconds is None else words.length(seconds))


def _parts_said(book: AudiobookDetail, words: Words) -> str:
    count = words.number(len(book.parts))
    if book.duration_seconds is None:
        return count
    return words.gettext("%(count)s, in %(length)s") % {"count": count, "length": words.length(book.duration_seconds)}


def _standing(book: AudiobookDetail, words: Words) -> tuple[str, str, str]:
    _ = words.gettext
    match book.status:
        case WorkStatus.COMPLETED:
            return "complete", "circle-check", _("Complete, every part verified")
        case WorkStatus.PROCESSING:
            return "running", "arrow-down", _("Downloading")
        case WorkStatus.PAUSED:
            return "paused", "pause", _("Paused")
        case WorkStatus.FAILED:
            return "failed", "triangle-alert", _("Failed")
        case WorkStatus.QUEUED:
            return "waiting", "clock", _("Waiting")
    return "away", "circle-alert", _("Not in the queue")


def _facts(book: AudiobookDetail, words: Words) -> Iterator[tuple[str, str]]:
    _ = words.gettext
    named = (
        (_("Language"), words.language(book.language) if book.language else None),
        (_("Length"), None if book.duration_seconds is None else words.length(book.duration_seconds)),
        (_("Size"), None if book.file_size is None else words.size(book.file_size)),
        (_("Genre"), book.genre),
        (_("Publisher"), book.publisher),
        (_("Published"), None if book.published_year is None else str(book.published_year)),
        (_("Source"), words.source(book.source)),
        (_("Added"), words.day(book.created_at)),
    )
    for label, value in named:
        if value:
            yield label, value
