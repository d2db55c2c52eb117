"""What a link leads to, as the preview shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ohdio_api.web.parts.left_out import left_out_of
from ohdio_api.web.parts.naming import letter_of, people_of, tint_of
from ohdio_api.web.words import Words
from ohdio_core.schemas.previews import Preview, PreviewBook, PreviewState
from ohdio_core.sources.rss import links as rss


class PreviewRow(NamedTuple):
    """One book of a listing."""

    url: str
    title: str
    people: str
    letter: str  #: stands where no cover is
    tint: int
    is_new: bool  #: can be chosen, and is
    is_skipped: bool
    state: str  #: what would become of it, and why
    length: str
    size: str
    seconds: float
    bytes: int


class PreviewView(NamedTuple):
    """What was read of a link."""

    title: str
    books: Sequence[PreviewRow]
    new: int  #: those that adding would add, of those that were looked at
    legend: Sequence[str]
    total: str  #: how long and how large the new ones are, as far as their listing tells
    notes: Sequence[str]  #: what to know of the listing
    languages: Sequence[tuple[str, str]]  #: tags of the books, each with its name
    is_whole: bool
    is_feed: bool


def show_found(preview: Preview, words: Words) -> PreviewView:
    """Return what the page shows of a preview."""
    new = [book for book in preview.books if book.state is PreviewState.NEW]
    return PreviewView(
        title=preview.title or preview.url,
        books=[_show(place, book, words) for place, book in enumerate(preview.books)],
        new=preview.new,
        legend=list(_legend(preview, words)),
        total=" · ".join(_total(new, words)),
        notes=list(_notes(preview, words)),
        languages=_languages(preview.books, words),
        is_whole=preview.is_whole,
        is_feed=preview.source == rss.NAME,
    )


def _show(place: int, book: PreviewBook, words: Words) -> PreviewRow:
    title = book.title or book.url
    return PreviewRow(
        url=book.url,
        title=title,
        people=people_of(book.authors),
        letter=letter_of(title),
        tint=tint_of(place),
        is_new=book.state is PreviewState.NEW,
        is_skipped=book.state is PreviewState.SKIPPED,
        state=_state(book, words),
        length="" if book.duration_seconds is None else words.length(book.duration_seconds),
        size="" if book.size_bytes is None else words.size(book.size_bytes),
        seconds=book.duration_seconds or 0,
        bytes=book.size_bytes or 0,
    )


def _state(book: PreviewBook, words: Words) -> str:
    _ = words.gettext
    match book.state:
        case PreviewState.NEW:
            return _("New")
        case PreviewState.KNOWN:
            return _("Known already")
        case PreviewState.UNWANTED:
            return _("You removed it")
    return words.translated_text(book.detail, book.detail_message) or _("Left out")


def _legend(preview: Preview, words: Words) -> Iterator[str]:
    _, several = words.gettext, words.ngettext
    numbers = [
        (preview.new, _("%(count)s new")),
        (preview.known, _("%(count)s known")),
        (preview.skipped, _("%(count)s left out by the filters")),
        (preview.unwanted, _("%(count)s removed before")),
    ]
    for count, phrase in numbers:
        if count:
            yield phrase % {"count": words.number(count)}
    if preview.undecided:
        yield several(
            "%(count)s is decided once it is described",
            "%(count)s are decided once they are described",
            preview.undecided,
        ) % {"count": words.number(preview.undecided)}


def _notes(preview: Preview, words: Words) -> Iterator[str]:
    if (entries := left_out_of(preview.left_out, preview.left_out_messages, words)) is not None:
        yield entries
    if (note := words.translated_text(preview.note, preview.note_message)) is not None:
        yield note


def _total(books: Sequence[PreviewBook], words: Words) -> Iterator[str]:
    seconds = sum(book.duration_seconds or 0 for book in books)
    size = sum(book.size_bytes or 0 for book in books)
    if seconds:
        yield words.length(seconds)
    if size:
        yield words.size(size)


def _languages(books: Sequence[PreviewBook], words: Words) -> list[tuple[str, str]]:
    found = Counter(book.language for book in books if book.language)
    return [(tag, words.language(tag)) for tag, _count in found.most_common(20)]
