"""Reading what a link leads to, as far as a person waits for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice

from ohdio_api.submissions.recognition import Recognised
from ohdio_core.domain.audiobook import BookRef, ListingPage, TargetKind
from ohdio_core.errors import OhdioError, SiteFailed, TransientError
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.http import Abort, HttpClientFactory, SiteClient, abort_after


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where reading ends."""

    books: int = 200
    dated_books: int = 10_000  #: where the newest are wanted of a listing that tells dates: they may be its last
    seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Listed:
    """What was read."""

    books: tuple[BookRef, ...]  #: each once; with details, where the listing or the book's own page told any
    title: str | None = None
    total: int | None = None  #: how many books the listing claims to have
    cut: Sentence | None = None  #: why there may be more; None when that is all
    left_out: Mapping[Sentence, int] = field(default_factory=dict)  #: entries that are no books, by what they are
    note: Sentence | None = None  #: what to know of the listing, though it was read


def read_link(link: Recognised, clients: HttpClientFactory, bounds: Bounds, *, by_date: bool) -> Listed:
    """Read a listing, or the description of a book.

    Args:
        by_date: Books are wanted by their dates, so those that are listed first are not enough.

    Raises:
        OhdioError: Nothing of it can be read.
    """
    with abort_after(bounds.seconds) as abort:
        client = clients.site(link.site_key, abort)
        if link.target.kind is TargetKind.AUDIOBOOK:
            try:
                return _read_book(link, client)
            except TransientError as error:
                if not abort.is_triggered:
                    raise
                raise SiteFailed(
                    sentence(
                        "preview.not_described",
                        "The site did not describe this book within {seconds:.0f} seconds.",
                        seconds=bounds.seconds,
                    )
                ) from error
        return _read_listing(link, client, abort, bounds, by_date=by_date)


def _read_book(link: Recognised, client: SiteClient) -> Listed:
    ref = BookRef(link.target.source, link.target.url, link.target.external_id)
    details = link.source.describe(ref, client)
    book = replace(ref, title=details.title, authors=details.authors, cover_url=details.cover_url, details=details)
    return Listed((book,), details.title, note=details.note)


def _read_listing(link: Recognised, client: SiteClient, abort: Abort, bounds: Bounds, *, by_date: bool) -> Listed:
    books: dict[str, BookRef] = {}
    title: str | None = None
    total: int | None = None
    left_out = Counter[Sentence]()
    note: Sentence | None = None
    most = bounds.books

    def so_far(cut: Sentence | None) -> Listed:
        return Listed(tuple(islice(books.values(), most)), title, total, cut, left_out, note)

    # A generator may be in the middle of an answer: closing it lets the connection go.
    with closing(_iterate(link, client)) as pages:
        try:
            for page in pages:
                books.update((book.url, book) for book in page.books if book.url not in books)
                title, total, note = title or page.title, page.total or total, note or page.note
                left_out.update(page.left_out)
                if by_date and any(book.published is not None for book in page.books):
                    most = bounds.dated_books
                if len(books) > most or (len(books) == most and page.next_cursor is not None):
                    return so_far(sentence("preview.first", "Only the first {count} books were looked at.", count=most))
        except OhdioError as error:
            if abort.is_triggered:
                return so_far(
                    sentence(
                        "preview.time_over",
                        "The site was asked for {seconds:.0f} seconds; there may be more.",
                        seconds=bounds.seconds,
                    )
                )
            if not books:
                raise
            return so_far(
                sentence("preview.cut", "The listing could not be read to its end: {error}", error=error.sentence)
            )
    return so_far(None)


def _iterate(link: Recognised, client: SiteClient) -> Generator[ListingPage, None, None]:
    yield from link.source.discover(link.target, client)
