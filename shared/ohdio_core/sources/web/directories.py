"""Walking a tree of directory listings: every directory that holds recordings is a book."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from ohdio_core.domain.audiobook import BookRef, Page
from ohdio_core.domain.identity import canonical_url
from ohdio_core.errors import NotFound, PermanentError
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.web.content import NothingFound, listed_book
from ohdio_core.sources.web.document import Document
from ohdio_core.sources.web.found import FoundBook, without_doubles
from ohdio_core.sources.web.listing import Listing, read_listing
from ohdio_core.sources.web.page import Kind, ask

_DEEPEST = 12  # a directory below more than so many is a circle of links
_MOST_PENDING = 20_000  # known and not yet read; a library of that many books has them in one directory


def walk_directories(
    pending: list[str], http: SiteClient, cursor_of: Callable[[list[str]], str], *, is_start: bool
) -> Iterator[Page]:
    """Read the directories and all below them; yield a page for each, the book in it with its files.

    Args:
        pending: What is still to be read, the last one first.
        http: For the requests.
        cursor_of: Writes ``pending`` down.
        is_start: Whether ``pending`` is what a person named; what is gone of the rest is passed over.

    Raises:
        NothingFound: The first is no listing, or empty.
        PermanentError: There are too many.
        TransientError: The site failed.
    """
    pending = list(pending)
    is_first = is_start
    while pending:
        url = pending.pop()
        try:
            listing = _read(url, http)
        except (NotFound, NothingFound):
            if is_first:
                raise
            listing = None  # removed since, or a page of its own (an index.html): the others are still there
        books: tuple[FoundBook, ...] = ()
        title = None
        if listing is not None:
            books = (listed_book(listing),) if listing.audio or listing.discs else ()
            title = listing.name if is_first else None
            below = [other for other in reversed(listing.directories) if _depth(other) <= _DEEPEST]
            pending.extend(below)
        if len(pending) > _MOST_PENDING:
            raise PermanentError(
                f"{url} has more than {_MOST_PENDING:,} directories below it. Add some of them instead."
            )
        # A book that goes on in other directories is described when they are read.
        refs = tuple(
            book.ref(canonical_url(url)) if listing is not None and not listing.discs else _undescribed(book, url)
            for book in books
        )
        yield Page(refs, cursor_of(pending) if pending else None, title=title)
        is_first = False


def read_directory_book(book: FoundBook, discs: tuple[str, ...], http: SiteClient) -> FoundBook:
    """Add to a directory's files those of the directories that hold the same book's further discs."""
    audio = list(book.audio)
    for disc in discs:
        audio.extend(_read(disc, http).audio)
    return FoundBook(book.details, without_doubles(audio), book.url)


def _read(url: str, http: SiteClient) -> Listing:
    answer = ask(url, http)
    listing = None
    if answer.kind is Kind.PAGE:
        listing = read_listing(Document(answer.body, answer.url, answer.content_type))
    if listing is None:
        raise NothingFound(url)
    return listing


def _undescribed(book: FoundBook, url: str) -> BookRef:
    return FoundBook(book.details).ref(canonical_url(url))


def _depth(url: str) -> int:
    return urlsplit(url).path.count("/")
