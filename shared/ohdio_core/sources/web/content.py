"""What a page is, decided: its own books, a listing of directories, feeds or playlists to go on with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.identity import canonical_url
from ohdio_core.errors import PermanentError
from ohdio_core.sources.web import links
from ohdio_core.sources.web.described import Described, read_described
from ohdio_core.sources.web.document import Document
from ohdio_core.sources.web.embedded import read_audio, read_feeds, read_playlists
from ohdio_core.sources.web.found import FoundBook, without_doubles
from ohdio_core.sources.web.listing import Listing, read_listing

READABLE = (
    "schema.org descriptions (Audiobook, AudioObject, PodcastSeries), <audio>, og:audio, links to audio files and to "
    "playlists (m3u8, m3u, pls, xspf), feeds named by rel=alternate, and directory listings"
)


class NothingFound(PermanentError):
    """The page offers no recording that can be found in it."""

    def __init__(self, url: str, described: str | None = None) -> None:
        self.url = url
        what = f"{url} describes “{described}”, but offers no audio of it" if described else f"{url} offers no audio"
        super().__init__(f"{what} that can be found in the page. What is looked for: {READABLE}.")


@dataclass(frozen=True, slots=True)
class Content:
    """What a page leads to; exactly one of these is filled."""

    books: tuple[FoundBook, ...] = ()
    listing: Listing | None = None
    feeds: tuple[str, ...] = ()  #: to be tried in this order, until one has recordings
    playlists: tuple[str, ...] = ()


def read_page(body: bytes, url: str, content_type: str = "") -> Content:
    """Decide what a page is.

    What describes itself comes first, as it is exact; then a directory, whose files are one book; then what
    the page plays or links to; then feeds, whose items may be of other pages; playlists last.

    Raises:
        NothingFound: There is no recording in it.
        PermanentError: It cannot be read at all.
    """
    document = Document(body, url, content_type)
    described = read_described(document)
    if described.feeds and not described.audio and not any(book.audio for book in described.books):
        return Content(feeds=described.feeds)
    books = _described_books(described, document)
    if books:
        return Content(books=books)
    listing = read_listing(document)
    if listing is not None and (listing.audio or listing.discs or listing.directories):
        return Content(listing=listing)
    if audio := (described.audio or read_audio(document)):
        return Content(books=(FoundBook(document.details(), audio),))
    if feeds := (described.feeds or read_feeds(document)):
        return Content(feeds=feeds)
    if playlists := read_playlists(document):
        return Content(playlists=playlists)
    raise NothingFound(url, described.books[0].details.title if described.books else None)


def listed_book(listing: Listing) -> FoundBook:
    """Give a directory's files as a book."""
    return FoundBook(BookDetails(title=listing.name, cover_url=listing.cover_url), listing.audio)


def _described_books(described: Described, document: Document) -> tuple[FoundBook, ...]:
    """Give the described books that have audio here, or a page of their own elsewhere."""
    here = canonical_url(document.url)
    books = [replace(book, url=_elsewhere(book, here)) for book in described.books]
    if len(books) == 1 and books[0].audio:
        return (replace(books[0], url=None),)
    if len(books) == 1 and not books[0].audio and books[0].url is None:
        # The description of the page's only book, and the recordings beside it, belong together.
        audio = without_doubles((*described.audio, *read_audio(document)))
        books = [replace(books[0], audio=audio)]
    return tuple(book for book in books if book.audio or book.url is not None)


def _elsewhere(book: FoundBook, here: str) -> str | None:
    """Give a book's own page, where it is not this one.

    Many sites name their front page in every description; for what is offered here that would be one name for
    all books, so only a deeper page of the same site counts.
    """
    if book.url is None or links.kind_of(book.url) is not links.LinkKind.PAGE:
        return None
    canonical = canonical_url(book.url)
    own, this = urlsplit(canonical), urlsplit(here)
    if book.audio and (own.hostname != this.hostname or own.path == "/"):
        return None
    return None if canonical == here else canonical
