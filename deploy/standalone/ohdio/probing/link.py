"""What a link, or the id of a medium, is taken for."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from ohdio.probing.medium import Medium, look_at, new_medium
from ohdio_core.domain.audiobook import BookDetails, BookRef, ListingPage, Part, Target, TargetKind
from ohdio_core.errors import OhdioError, PermanentError
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.http import HttpClientFactory, SiteClient, abort_after
from ohdio_core.sources.ohdio import OhdioSource
from ohdio_core.sources.protocol import Source
from ohdio_core.sources.registry import SourceRegistry

#: OHdio alone names its media by numbers.
_MEDIA_ID = re.compile(r"\d{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing, by its first page."""

    title: str | None
    books: int  #: on this page
    total: int | None  #: as it claims
    is_whole: bool  #: there are no others
    left_out: Mapping[str, int]  #: entries that are no books, by what they are
    note: Sentence | None


@dataclass(frozen=True, slots=True)
class PartFound:
    """A part of a book."""

    part: int  #: from 1
    external_id: str
    title: str | None
    duration_seconds: float | None
    size: int | None  #: bytes, as the site claims


@dataclass(frozen=True, slots=True)
class ProbedBook:
    """A book, as its source describes it."""

    url: str
    title: str
    authors: tuple[str, ...]
    narrators: tuple[str, ...]
    duration_seconds: float | None
    parts: tuple[PartFound, ...]
    note: Sentence | None  #: what people should know of it


@dataclass(slots=True)
class Findings:
    """All that was found out; None for what was not."""

    given: str
    kind: str  #: "category" for any listing, "audiobook", or "medium" for the id of one
    source: str
    url: str | None  #: canonical; None of a medium
    external_id: str
    listing: Listing | None = None
    book: ProbedBook | None = None  #: the link's, or the first of the listing
    medium: Medium | None = None  #: of the book's first part
    error: Sentence | None = None  #: why nothing more was found out


def probe(given: str, registry: SourceRegistry, clients: HttpClientFactory, *, seconds: float = 30.0) -> Findings:
    """Find out what a link or the id of a medium leads to: of a listing its first book, of a book its first part.

    Some megabytes at most are fetched. What cannot be read is told in ``error``.

    Args:
        given: What somebody typed.
        seconds: How long sites are asked, in all.

    Raises:
        PermanentError: It is no link that anything here reads.
    """
    if _MEDIA_ID.fullmatch(given.strip()):
        source: Source = registry.by_name(OhdioSource.name)
        medium = Part(0, given.strip())
        found = Findings(given, "medium", source.name, None, medium.external_id)
        ref = BookRef(source.name, "", "")  # of which book it is part nobody knows, and nobody needs
        with _noting(found, clients, source.name, seconds) as http:
            _look(source, ref, medium, http, found)
        return found
    source, target = registry.identify(given)
    found = Findings(given, target.kind.value, source.name, target.url, target.external_id)
    with _noting(found, clients, source.site_key(target.url), seconds) as http:
        _read(source, target, http, found)
    return found


@contextmanager
def _noting(found: Findings, clients: HttpClientFactory, key: str, seconds: float) -> Iterator[SiteClient]:
    """Yield a client for some seconds; what goes wrong in the block ends it, and is noted."""
    with abort_after(seconds) as abort:
        try:
            yield clients.site(key, abort)
        except OhdioError as error:
            found.error = error.sentence
            if abort.is_triggered:
                found.error = sentence(
                    "probe.late", "The site did not tell all within {seconds:g} seconds.", seconds=seconds
                )


def _read(source: Source, target: Target, http: SiteClient, found: Findings) -> None:
    ref = BookRef(target.source, target.url, target.external_id)
    if target.kind is TargetKind.CATEGORY:
        page = _first_page(source, target, http)
        found.listing = _listing(page)
        if not page.books:
            raise PermanentError(sentence("listing.no_books", "The listing names no books."))
        ref = page.books[0]
    details = ref.complete_details or source.describe(ref, http)
    found.book = _book(ref, details)
    if not details.parts:
        raise PermanentError(sentence("book.without_audio", "The site names no audio for this book."))
    _look(source, ref, details.parts[0], http, found)


def _look(source: Source, ref: BookRef, part: Part, http: SiteClient, found: Findings) -> None:
    media = source.resolve(ref, part, http)
    found.medium = new_medium(media)
    look_at(media, http, found.medium)


def _first_page(source: Source, target: Target, http: SiteClient) -> ListingPage:
    # A source is in the middle of an answer as it yields: closing it lets the connection go.
    with closing(_pages(source, target, http)) as pages:
        return next(pages, ListingPage((), None))


def _pages(source: Source, target: Target, http: SiteClient) -> Generator[ListingPage, None, None]:
    yield from source.discover(target, http)


def _listing(page: ListingPage) -> Listing:
    left_out = {what.text: count for what, count in page.left_out.items()}
    is_whole = page.next_cursor is None
    return Listing(page.title, len(page.books), page.total, is_whole, left_out, page.note)


def _book(ref: BookRef, details: BookDetails) -> ProbedBook:
    return ProbedBook(
        ref.url,
        details.title,
        details.authors,
        details.narrators,
        _seconds(details.duration),
        tuple(
            PartFound(part.index + 1, part.external_id, part.title, _seconds(part.duration), part.size)
            for part in details.parts
        ),
        details.note,
    )


def _seconds(duration: timedelta | None) -> float | None:
    return None if duration is None else duration.total_seconds()
