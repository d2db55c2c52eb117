"""Asking LibriVox's catalogue, and walking what a query of it finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus

import structlog

from ohdio_core.domain.audiobook import BookRef, ListingPage, SearchHit, Target, TargetKind
from ohdio_core.errors import AnswersDifferently, NotFound, PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.librivox import links
from ohdio_core.sources.librivox.api import (
    CatalogueBook,
    CataloguePage,
    is_in_language,
    is_refusal,
    parse_books,
    parse_last_name,
)
from ohdio_core.sources.librivox.audio import names_files

log = structlog.get_logger(__name__)

LIMIT = 100  #: records an answer; the server takes 500, and needs long for them
# Pages overlap on purpose: the server's own pages shift as books are published, and would skip some.
_STEP = 90
_STALE_PAGES = 3  # so many without anything new are the end of a listing that has none
_MOST_PAGES = 10_000  # no listing is that long: pages that never end are a fault of the site
CURSOR = "api"  #: how cursors of these listings begin; the number of the next record follows


def query_catalogue(query: dict[str, str | int], http: SiteClient) -> CataloguePage:
    """Return the catalogue's answer; no result is an empty page.

    Raises:
        AnswersDifferently: It is not there any more, or its answer is not in a form that is known.
        DiffersForNow: Its answer is not its own; the site has a problem.
    """
    response = http.get(links.api_url(query), answers=[HTTPStatus.NOT_FOUND])
    # So it says that there is no such book, in JSON; a page that is not there is said in HTML.
    if response.status == HTTPStatus.NOT_FOUND and not is_refusal(response.body):
        raise AnswersDifferently(
            links.SITE_NAME,
            sentence("librivox.catalogue_moved", "its catalogue is not at {link}/audiobooks any more.", link=links.API),
        )
    return parse_books(response.body)


def ref_of(book: CatalogueBook) -> BookRef:
    """Return a listed book, with its description where no site need be asked for more.

    A record that lacks sections or their files tells everything but parts: what filters ask, and what is shown.
    """
    is_complete = book.is_whole and names_files(book)
    return BookRef(
        source=links.NAME,
        url=links.book_url(book.slug),
        external_id=book.slug,
        title=book.details.title,
        authors=book.details.authors,
        cover_url=book.details.cover_url,
        details=book.details if is_complete else replace(book.details, parts=()),
    )


def hit_of(book: CatalogueBook) -> SearchHit:
    """Return a book as a search result."""
    target = Target(TargetKind.AUDIOBOOK, links.NAME, links.book_url(book.slug), book.slug)
    return SearchHit(target, book.details.title, book.details.authors, book.details.cover_url, book.language or None)


def pages_of_query(
    filters: dict[str, str], target: Target, http: SiteClient, cursor: str | None
) -> Iterator[ListingPage]:
    """Yield what a query of the catalogue finds."""
    language = filters.pop("language", None)
    is_any = cursor is not None
    for next_cursor, books in _walk(filters, http, place_of(cursor)):
        if language is not None and books and not any(book.language for book in books):
            raise AnswersDifferently(
                links.SITE_NAME,
                sentence("librivox.books_without_language", "the books in its catalogue have no language."),
            )
        chosen = tuple(ref_of(book) for book in books if language is None or is_in_language(book, language))
        is_any = is_any or bool(books)
        yield ListingPage(chosen, next_cursor)
    if not is_any:
        raise NotFound(
            sentence("librivox.nothing_in_catalogue", "LibriVox's catalogue has no book for {link}.", link=target.url)
        )


def pages_of_author(author_id: str, http: SiteClient, cursor: str | None) -> Iterator[ListingPage]:
    """Yield the catalogue's books by one author, found among those of that last name, as far as it tells them."""
    try:
        last_name = parse_last_name(http.get(links.author_api_url(author_id)).body, author_id)
        if last_name is None:
            return
        for next_cursor, books in _walk({"author": last_name}, http, place_of(cursor)):
            yield ListingPage(tuple(ref_of(book) for book in books if author_id in book.author_ids), next_cursor)
    except PermanentError as error:
        log.info("strategy failed", what=f"LibriVox author {author_id}", strategy="catalogue", reason=str(error))


def place_of(cursor: str | None) -> int:
    """Return the number in a cursor."""
    number = (cursor or "").rpartition(":")[2]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0


def page_url(filters: dict[str, str], cursor: str) -> str:
    """Return the address of the page of a query at a cursor, as the catalogue is asked for it."""
    return links.api_url(_page_of(filters, place_of(cursor)))


def _page_of(filters: dict[str, str], offset: int) -> dict[str, str | int]:
    return {**filters, "sort_field": "id", "sort_order": "asc", "limit": LIMIT, "offset": offset}


def _walk(filters: dict[str, str], http: SiteClient, offset: int) -> Iterator[tuple[str, tuple[CatalogueBook, ...]]]:
    """Yield each page's cursor for what follows it, and the books that no page before it had, to the end."""
    seen: set[str] = set()
    stale = 0
    for _ in range(_MOST_PAGES):
        answer = query_catalogue(_page_of(filters, offset), http)
        if answer.record_count == 0:
            return
        new = tuple(book for book in answer.books if book.slug not in seen)
        seen.update(book.slug for book in new)
        stale = 0 if new else stale + 1
        if stale >= _STALE_PAGES:
            return
        offset += _STEP
        yield f"{CURSOR}:{offset}", new
    raise PermanentError(
        sentence(
            "librivox.catalogue_endless",
            "LibriVox's catalogue has more than {most} pages; the rest is not read.",
            most=_MOST_PAGES,
        )
    )
