"""Books of the library, as a page shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote_plus

from ohdio_api.web.library.book_list import BookList
from ohdio_api.web.parts.edge import Edge, Look, book_edge
from ohdio_api.web.parts.naming import letter_of, people_of, tint_of
from ohdio_api.web.words import Words
from ohdio_core.schemas.audiobooks import AudiobookView, Facet, LibraryFacets

_MOST = 6  #: values of a facet that are shown at once


class BookCard(NamedTuple):
    """One book."""

    id: int
    title: str
    people: str
    letter: str  #: stands where no cover is
    tint: int
    length: str
    size: str
    bytes: int
    added: str
    language: str | None
    heard: Edge | None  #: how far one is; None of a book that is not begun
    heard_said: str  #: the same for who does not see it


class FacetLink(NamedTuple):
    """One value that books can be picked by."""

    label: str
    books: str
    address: str  #: of the books that have it; of all others, too, where it is chosen
    is_chosen: bool


class FacetGroup(NamedTuple):
    """The values of one kind."""

    label: str
    first: Sequence[FacetLink]
    others: Sequence[FacetLink]
    total: str


def show_book(book: AudiobookView, words: Words, heard: float | None = None) -> BookCard:
    """Return what the library shows of a book.

    Args:
        heard: Seconds; None where it is not begun.
    """
    share = min(1.0, heard / book.duration_seconds) if heard and book.duration_seconds else None
    title = book.title or book.url
    return BookCard(
        id=book.id,
        title=title,
        people=people_of(book.authors) or book.series or "",
        letter=letter_of(title),
        tint=tint_of(book.id),
        length="" if book.duration_seconds is None else words.length(book.duration_seconds),
        size="" if book.file_size is None else words.size(book.file_size),
        bytes=book.file_size or 0,
        added=words.day(book.created_at),
        language=book.language,
        heard=None if share is None else book_edge(Look.HEARD, share, None),
        heard_said="" if heard is None else words.gettext("%(time)s heard") % {"time": words.length(heard)},
    )


def show_groups(facets: LibraryFacets, listed: BookList, words: Words) -> Iterator[FacetGroup]:
    """Yield by what books can be picked; a kind of which there is no choice is left out."""
    _ = words.gettext
    for name, label, facet in (
        ("language", _("Language"), facets.language),
        ("author", _("Author"), facets.author),
        ("narrator", _("Read by"), facets.narrator),
        ("series", _("Series"), facets.series),
        ("source", _("Source"), facets.source),
    ):
        choices = list(_choices(name, facet, listed, words))
        if len(choices) > 1 or any(choice.is_chosen for choice in choices):
            yield FacetGroup(label, choices[:_MOST], choices[_MOST:], words.number(facet.total))


def _choices(name: str, facet: Facet, listed: BookList, words: Words) -> Iterator[FacetLink]:
    chosen = getattr(listed.picked, name)
    values = [(value.value, value.books) for value in facet.values]
    if chosen is not None and chosen not in dict(values):
        values.insert(0, (chosen, 0))
    # What is chosen is seen, wherever it would stand.
    values.sort(key=lambda value: value[0] != chosen)
    before, after = listed.around(name)
    for value, books in values:
        label, number, quoted = _said(name, value, books, words)
        is_other = value != chosen and value
        address = f"{before}{quoted}{after}" if is_other else listed.address(**{name: None})
        yield FacetLink(label, number, address, value == chosen)


@lru_cache(maxsize=2_000)
def _said(name: str, value: str, books: int, words: Words) -> tuple[str, str, str]:
    """Return the label of a value, how many books have it, and the value as an address has it."""
    label = {"language": words.language, "source": words.source}.get(name, str)
    return label(value), words.number(books), quote_plus(value)
