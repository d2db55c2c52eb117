"""What a page is, decided: its own books, a listing of directories, feeds or playlists to go on with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from ohdio_core.domain.audiobook import BookDetails, BookRef
from ohdio_core.errors import PermanentError
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.canonical import canonical_url
from ohdio_core.sources.web import links
from ohdio_core.sources.web.deduplication import Deduplicate, keep_all
from ohdio_core.sources.web.described import Described, read_described
from ohdio_core.sources.web.document import Document
from ohdio_core.sources.web.embedded import read_audio
from ohdio_core.sources.web.folder_names import details_of
from ohdio_core.sources.web.forms import best_forms
from ohdio_core.sources.web.found import FoundBook
from ohdio_core.sources.web.framed import books_in_frames, services_in_frames
from ohdio_core.sources.web.frames import Follow, follow_none
from ohdio_core.sources.web.linked_lists import read_feeds, read_playlists
from ohdio_core.sources.web.listing import DirectoryListing, read_listing
from ohdio_core.sources.web.said import with_what_is_said


class NothingFound(PermanentError):
    """The page offers no recording that can be found in it."""

    def __init__(self, url: str, described: str | None = None, services: Sequence[str] = ()) -> None:
        self.url = url
        super().__init__(_only_players(url, services) if services else _nothing_found(url, described))


def _only_players(url: str, services: Sequence[str]) -> Sentence:
    return sentence(
        "page.only_players",
        "{link} has no recording of its own that can be found, only what players of other services show ({services}), "
        "and these give none here. Look for the show's feed, and add the feed's link.",
        link=url,
        services=", ".join(services),
    )


def _nothing_found(url: str, described: str | None) -> Sentence:
    if described:
        return sentence(
            "page.only_described",
            "{link} describes “{title}”, but offers no audio of it that can be found in the page: no player with an "
            "address, and no link to a recording, a playlist or a feed.",
            link=url,
            title=described,
        )
    return sentence(
        "page.nothing_found",
        "{link} offers no audio that can be found in the page: no directory listing, no schema.org description of a "
        "recording, no player with an address, and no link to a recording, a playlist or a feed.",
        link=url,
    )


@dataclass(frozen=True, slots=True)
class Content:
    """What a page leads to; one of these is filled, or ``feeds`` and the books to take where these have nothing."""

    books: tuple[FoundBook, ...] = ()
    framed: tuple[BookRef, ...] = ()  #: books of other sources, whose players the page shows; beside ``books`` or alone
    listing: DirectoryListing | None = None
    feeds: tuple[str, ...] = ()  #: to be tried in this order, until one has recordings
    playlists: tuple[str, ...] = ()


def read_page(
    body: bytes,
    url: str,
    content_type: str = "",
    one_each: Deduplicate = keep_all,
    follow: Follow = follow_none,
) -> Content:
    """Decide what a page is.

    What describes itself comes first, as it is exact; then a directory, whose files are one book; then what
    the page plays or links to; then feeds, whose items may be of other pages; playlists last. But a single
    recording beside a feed is the newest episode on a podcast's own page, as several are on a site's front page,
    and the feed has all of them.

    Args:
        body: The page.
        url: Where it was read.
        content_type: The answer's Content-Type, "" for none.
        one_each: Leaves out what only the site can tell to be a recording once more.
        follow: Asks the players in a page's frames, where the page itself names no recording.

    Raises:
        NothingFound: There is no recording in it.
        PermanentError: It cannot be read at all.
    """
    document = Document(body, url, content_type)
    described = read_described(document)
    if described.feeds and not described.audio and not any(book.audio for book in described.books):
        return Content(feeds=described.feeds)
    books = _described_books(described, document, one_each, follow)
    if books:
        return Content(books=books)
    listing = read_listing(document)
    if listing is not None and (listing.audio or listing.discs or listing.directories):
        return Content(listing=listing)
    own = one_each(described.audio) or read_audio(document, one_each)
    audio = own or follow(document)
    books = (FoundBook(with_what_is_said(document.details(), document), audio),) if audio else ()
    found = Content(books=books, framed=() if own else books_in_frames(document))
    feeds = described.feeds or read_feeds(document)
    if feeds and not described.audio and _has_newest_only(found, document):
        return replace(found, feeds=feeds)
    if found != Content():
        return found
    if playlists := read_playlists(document):
        return Content(playlists=playlists)
    title = described.books[0].details.title if described.books else None
    raise NothingFound(url, title, services_in_frames(document))


def _has_newest_only(found: Content, document: Document) -> bool:
    """Return whether what a page has beside a feed may be the newest of that only."""
    count = sum(len(book.audio) for book in found.books) + len(found.framed)
    return not (count and _is_post(document)) and (count <= 1 or _is_front(document))


def listed_book(listing: DirectoryListing, details: BookDetails | None = None) -> FoundBook:
    """Return a directory's files as a book.

    Args:
        listing: What it holds.
        details: What is known of the book otherwise: by the folders above it.
    """
    known = details or details_of([listing.name])
    return FoundBook(replace(known, cover_url=listing.cover_url), listing.audio)


def _is_front(document: Document) -> bool:
    parts = urlsplit(document.url)
    return parts.path in ("", "/") and not parts.query


def _is_post(document: Document) -> bool:
    """Return whether a page is one entry of its site, whose feed has others: by its date, or WordPress's markup.

    The names are of the Open Graph protocol (ogp.me, "article") and of WordPress's ``body_class``.
    """
    body = next(document.elements("body"), None)
    classes = "" if body is None else body.get("class") or ""
    return bool(document.meta("article:published_time")) or "single" in classes.split()


def _described_books(
    described: Described, document: Document, one_each: Deduplicate, follow: Follow
) -> tuple[FoundBook, ...]:
    """Return the described books that have audio here, or a page of their own elsewhere."""
    here = canonical_url(document.url)
    books = [replace(book, url=_elsewhere(book, here), audio=one_each(book.audio)) for book in described.books]
    if len(books) == 1 and books[0].audio:
        return (_said(replace(books[0], url=None), document),)
    if len(books) == 1:
        # The description of the page's only book, and the recordings beside it, belong together.
        audio = one_each(best_forms((*described.audio, *read_audio(document, one_each)))) or follow(document)
        books = [_said(replace(books[0], audio=audio, url=None), document)] if audio else books
    return tuple(book for book in books if book.audio or book.url is not None)


def _said(book: FoundBook, document: Document) -> FoundBook:
    return replace(book, details=with_what_is_said(book.details, document))


def _elsewhere(book: FoundBook, here: str) -> str | None:
    """Return a book's own page, where it is not this one.

    Many sites name their front page in every description; that would be one name for all books, so it does not
    count, and for what is offered here only a deeper page of the same site does.
    """
    if book.url is None or links.kind_of(book.url) is not links.LinkKind.PAGE:
        return None
    canonical = canonical_url(book.url)
    own, this = urlsplit(canonical), urlsplit(here)
    # "/?p=12" is how some sites name a page; beside recordings it is as often the front page in another language.
    if own.path == "/" and (book.audio or not own.query):
        return None
    if book.audio and own.hostname != this.hostname:
        return None
    return None if canonical == here else canonical
