"""Walking a tree of directory listings: every directory that holds recordings is a book, and so is a page in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain

from ohdio_core.domain.audiobook import BookRef, ListingPage
from ohdio_core.errors import PermanentError
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.canonical import canonical_url
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.missing_page import note_on_missing
from ohdio_core.sources.web.content import Content, NothingFound, listed_book, read_page
from ohdio_core.sources.web.deduplication import RecordingDeduplicator
from ohdio_core.sources.web.entries import folders_of
from ohdio_core.sources.web.folder_names import details_of
from ohdio_core.sources.web.forms import best_forms
from ohdio_core.sources.web.found import FoundBook
from ohdio_core.sources.web.listing import DirectoryListing
from ohdio_core.sources.web.names import refs_on
from ohdio_core.sources.web.page import Kind, ask

_DEEPEST = 12  # a directory below more than so many is a circle of links
_MOST_PENDING = 20_000  # known and not yet read; a library of that many books has them in one directory


def walk_directories(
    pending: list[str], http: SiteClient, cursor_of: Callable[[list[str]], str], *, start: str, is_start: bool
) -> Iterator[ListingPage]:
    """Read the directories and all below them; yield a page for each, the book in it with its files.

    Args:
        pending: What is still to be read, the last one first.
        http: For the requests.
        cursor_of: Writes ``pending`` down.
        start: What a person named: the folders below it tell authors and series.
        is_start: Whether ``pending`` is what a person named; of the rest, what cannot be read is noted.

    Raises:
        NothingFound: The first is no listing, or empty.
        PermanentError: The first cannot be read, there are too many, or the site refuses us.
        TransientError: The site failed.
    """
    pending = list(pending)
    is_first = is_start
    while pending:
        url = pending.pop()
        note = None
        try:
            content = _read(url, http)
        except PermanentError as error:
            if is_first:
                raise
            content, note = Content(), _note_on(error, url)
        listing = content.listing
        if listing is not None:
            below = [other for other in reversed(listing.directories) if _depth(other) <= _DEEPEST]
            pending.extend(below)
        if len(pending) > _MOST_PENDING:
            raise PermanentError(
                sentence(
                    "page.too_many_directories",
                    "{link} has more than {most:,} directories below it. Add some of them instead.",
                    link=url,
                    most=_MOST_PENDING,
                )
            )
        own = canonical_url(url)
        refs = refs_on(content, own) if listing is None else _listed(listing, own, _folders_below(start, url))
        title = listing.name if is_first and listing is not None else None
        yield ListingPage(refs, cursor_of(pending) if pending else None, title=title, note=note)
        is_first = False


def read_directory_book(book: FoundBook, discs: tuple[str, ...], http: SiteClient) -> FoundBook:
    """Add to a directory's files those of the directories that hold the same book's further discs."""
    audio = list(book.audio)
    for disc in discs:
        content = _read(disc, http)
        found = (content.listing.audio,) if content.listing else (own.audio for own in content.books)
        audio.extend(chain.from_iterable(found))
    return FoundBook(book.details, best_forms(audio), book.url)


def _read(url: str, http: SiteClient) -> Content:
    """Read a directory, or the page that somebody put in its place (an index.html)."""
    answer = ask(url, http)
    if answer.kind is not Kind.PAGE:
        raise NothingFound(url)
    return read_page(answer.body, answer.url, answer.content_type, RecordingDeduplicator(http))


def _listed(listing: DirectoryListing, url: str, folders: tuple[str, ...]) -> tuple[BookRef, ...]:
    if not listing.audio and not listing.discs:
        return ()
    book = listed_book(listing, details_of(folders or (listing.name,)))
    if not listing.discs:
        return (book.ref(url),)
    # One that goes on in other directories is described when they are read.
    return (replace(FoundBook(book.details).ref(url), details=book.details),)


def _folders_below(start: str, url: str) -> tuple[str, ...]:
    """Return the names of the folders from one on, down to another, without the first."""
    above, own = folders_of(start), folders_of(url)
    return own[len(above) :] if own[: len(above)] == above else own[-1:]


def _note_on(error: PermanentError, url: str) -> Sentence | None:
    """Return a sentence on a directory that cannot be read; None for one that is empty, or a page without recordings.

    Raises:
        Blocked: The site refuses us.
    """
    if isinstance(error, NothingFound):
        return None
    folder = sentence("missing.folder", "The folder {link}, which is listed,", link=url)
    return note_on_missing(error, url, folder, sentence("missing.other_folders", "what the others hold"))


def _depth(url: str) -> int:
    return len(folders_of(url))
