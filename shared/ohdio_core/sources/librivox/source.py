"""LibriVox: books read by volunteers, their catalogue, and their recordings on archive.org."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import structlog

from ohdio_core.domain.audiobook import BookDetails, BookRef, Media, Page, Part, SearchHit, Target, TargetKind
from ohdio_core.errors import NotFound, PermanentError
from ohdio_core.sources.archive.source import media_of, read_item
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.librivox import links
from ohdio_core.sources.librivox.api import (
    CatalogueBook,
    CataloguePage,
    is_in_language,
    parse_books,
    parse_last_name,
)
from ohdio_core.sources.librivox.audio import with_file, with_files
from ohdio_core.sources.librivox.page import BookPage, parse_page
from ohdio_core.sources.librivox.results import HEADERS, parse_results
from ohdio_core.sources.strategies import Choice, Strategy

log = structlog.get_logger(__name__)

_LIMIT = 100  # records an answer; the server takes 500, and needs long for them
# Pages overlap on purpose: the server's own pages shift as books are published, and would skip some.
_STEP = 90
_STALE_PAGES = 3  # so many without anything new are the end of a listing that has none
_MOST_PAGES = 10_000  # no listing is that long: pages that never end are a fault of the site
_API, _RESULTS = "api", "results"
_PAGE_LINK = re.compile(rb"<link>\s*(?:<!\[CDATA\[)?\s*(https?://[^\s<\]]+)")


class LibrivoxSource:
    """Implements ``Source``, ``Searchable`` and ``Diagnosable`` for librivox.org."""

    name = links.NAME
    label = "LibriVox books, authors, readers, genres and catalogue queries (librivox.org)"
    examples: tuple[str, ...] = (
        "https://librivox.org/letters-of-two-brides-by-honore-de-balzac/",
        "https://librivox.org/author/86",
        "https://librivox.org/api/feed/audiobooks?genre=Poetry&language=French",
    )
    known_items: tuple[str, ...] = (
        "https://librivox.org/letters-of-two-brides-by-honore-de-balzac/",
        "https://librivox.org/rss/52",
        "https://librivox.org/author/86",
    )

    def match(self, url: str) -> Target | None:
        """Recognise pages of books, authors, readers, genres and languages, feeds of books, and API queries."""
        return links.match(url)

    def politeness_key(self, target_url: str) -> str:  # noqa: ARG002 - one site, whatever the link
        """Pace every host of the site as one."""
        return self.name

    def discover(self, target: Target, http: SiteClient, cursor: str | None = None) -> Iterator[Page]:
        """Walk a listing; what the catalogue lists is described already, what the site's pages list is only named."""
        listing = links.listing_of(target)
        if listing.book_id is not None:
            yield Page((_one_book(listing.book_id, http).best(),), None)
        elif listing.filters is not None:
            yield from _catalogue(dict(listing.filters), target, http, cursor)
        elif listing.results is not None:
            yield from _results(*listing.results, target=target, http=http, cursor=cursor)

    def describe(self, ref: BookRef, http: SiteClient) -> BookDetails:
        """Give what the catalogue listed, or read the book in whichever way works, with its files on archive.org."""
        if ref.details is not None and ref.details.parts:
            return ref.details
        book = _description(ref.external_id, ref.title, http).best()
        if book.item is None:
            return book.details
        try:
            details = with_files(book.details, read_item(book.item, http))
        except PermanentError as error:
            if any(part.url is None for part in book.details.parts):
                raise
            log.info("audio served", what=ref.url, by="addresses of the catalogue", reason=str(error))
            return book.details
        log.info("audio served", what=ref.url, by="archive.org item", item=book.item)
        return details

    def resolve(self, ref: BookRef, part: Part, http: SiteClient) -> Media:
        """Give the section's best file on archive.org, with size and checksum; else the address of the catalogue."""
        item, separator, _ = part.external_id.partition("/")
        if part.checksum is not None or not separator:
            return media_of(part)
        try:
            return media_of(with_file(part, read_item(item, http)))
        except PermanentError as error:
            if part.url is None:
                raise
            log.info("audio served", what=ref.url, by="address of the catalogue", reason=str(error))
            return media_of(part)

    def search(self, text: str, http: SiteClient, limit: int) -> list[SearchHit]:
        """Search titles that begin with the words, then authors whose last name is the last word."""
        words = " ".join(text.split())
        if not words:
            return []
        queries: tuple[dict[str, str | int], ...] = (
            {"title": f"^{words}", "limit": limit},
            {"author": words.rpartition(" ")[2], "limit": limit},
        )
        found = (book for query in queries for book in _asked(query, http).books)
        hits = {book.slug: _hit(book) for book in found}
        return list(hits.values())[:limit]

    def choices(self, target: Target, http: SiteClient) -> Iterator[Choice[Any]]:
        """Give the ways to read a book, a feed's one book, or a listing."""
        if target.kind is TargetKind.AUDIOBOOK:
            yield _description(target.external_id, None, http)
            return
        listing = links.listing_of(target)
        if listing.book_id is not None:
            yield _one_book(listing.book_id, http)
        else:
            yield Choice(
                target.url,
                (Strategy("listing", lambda: next(self.discover(target, http))),),
                lambda page: 1.0 if page.books else 0.5,
            )


def _description(slug: str, title: str | None, http: SiteClient) -> Choice[CatalogueBook]:
    """Give the ways to read a book of which the page's address is known."""

    @cache
    def page() -> BookPage:
        return parse_page(http.get(links.book_url(slug)).body)

    def by_id() -> CatalogueBook:
        book_id = page().book_id
        if book_id is None:
            raise PermanentError(f"The page {links.book_url(slug)} does not name the book's id.")
        return _only({"id": book_id}, slug, http)

    def by_title() -> CatalogueBook:
        # A slug is the title and the author, in letters and digits.
        words = title or slug.partition("-by-")[0].replace("-", " ")
        return _only({"title": f"^{words}", "limit": _LIMIT}, slug, http)

    def by_page() -> CatalogueBook:
        shown = page()
        if shown.details is None:
            raise PermanentError(f"The page {links.book_url(slug)} shows no sections.")
        return CatalogueBook(slug, shown.details.title, frozenset(), "", shown.item, None, shown.details)

    return Choice(
        links.book_url(slug),
        (
            Strategy("catalogue by id", by_id),
            Strategy("catalogue by title", by_title),
            Strategy("book page", by_page),
        ),
        lambda book: 1.0 if book.is_whole else 0.5,
    )


def _only(query: dict[str, str | int], slug: str, http: SiteClient) -> CatalogueBook:
    """Ask the catalogue for one book.

    Raises:
        PermanentError: It does not have it, or no sections of it.
    """
    book = next((book for book in _asked(query, http).books if book.slug == slug), None)
    if book is None:
        raise PermanentError(f"LibriVox's catalogue does not have the book of {links.book_url(slug)}.")
    if not book.details.parts:
        raise PermanentError(f"LibriVox's catalogue lists no sections of “{book.title}”; it may be only an index.")
    return book


def _one_book(book_id: str, http: SiteClient) -> Choice[BookRef]:
    """Give the ways to learn which book has an id."""

    def by_catalogue() -> BookRef:
        books = _asked({"id": book_id}, http).books
        if not books:
            raise PermanentError(f"LibriVox's catalogue has no book with the id {book_id}.")
        return _ref(books[0])

    def by_feed() -> BookRef:
        for found in _PAGE_LINK.findall(http.get(f"{links.ROOT}/rss/{book_id}").body):
            target = links.match(found.decode("utf-8", errors="replace"))
            if target is not None and target.kind is TargetKind.AUDIOBOOK:
                return BookRef(links.NAME, target.url, target.external_id)
        raise PermanentError(f"LibriVox's feed {book_id} does not name its book's page.")

    return Choice(
        f"LibriVox book {book_id}",
        (Strategy("catalogue by id", by_catalogue), Strategy("feed", by_feed)),
        lambda _: 1.0,
    )


def _catalogue(filters: dict[str, str], target: Target, http: SiteClient, cursor: str | None) -> Iterator[Page]:
    """Yield what a query of the catalogue finds."""
    language = filters.pop("language", None)
    is_any = cursor is not None
    for page, books in _walk(filters, http, _place(cursor)):
        chosen = tuple(_ref(book) for book in books if language is None or is_in_language(book, language))
        is_any = is_any or bool(books)
        yield Page(chosen, page)
    if not is_any:
        raise NotFound(f"LibriVox's catalogue has no book for {target.url}.")


def _walk(filters: dict[str, str], http: SiteClient, offset: int) -> Iterator[tuple[str, tuple[CatalogueBook, ...]]]:
    """Yield each page's cursor for what follows it, and the books that no page before it had, to the end."""
    seen: set[str] = set()
    stale = 0
    for _ in range(_MOST_PAGES):
        query: dict[str, str | int] = {
            **filters,
            "sort_field": "id",
            "sort_order": "asc",
            "limit": _LIMIT,
            "offset": offset,
        }
        answer = _asked(query, http)
        if answer.record_count == 0:
            return
        new = tuple(book for book in answer.books if book.slug not in seen)
        seen.update(book.slug for book in new)
        stale = 0 if new else stale + 1
        if stale >= _STALE_PAGES:
            return
        offset += _STEP
        yield f"{_API}:{offset}", new
    raise PermanentError(f"LibriVox's catalogue has more than {_MOST_PAGES} pages; the rest is not read.")


def _results(category: str, number: str, *, target: Target, http: SiteClient, cursor: str | None) -> Iterator[Page]:
    """Yield a listing of the site's pages; an author's books from the catalogue first, where they are described."""
    seen: set[str] = set()
    if category == "author" and (cursor is None or cursor.startswith(f"{_API}:")):
        for next_cursor, books in _by_author(number, http, _place(cursor)):
            seen.update(book.slug for book in books)
            yield Page(tuple(_ref(book) for book in books), next_cursor)
        cursor = f"{_RESULTS}:1"
    page_number = max(1, _place(cursor))
    for _ in range(_MOST_PAGES):
        response = http.get(links.results_url(category, number, page_number), headers=HEADERS)
        page = parse_results(response.body, page_number)
        new = tuple(book for book in page.books if book.external_id not in seen)
        if page_number == 1 and not page.books and not seen:
            raise NotFound(f"LibriVox lists no complete book under {target.url}.")
        seen.update(book.external_id for book in new)
        if page.next_cursor is None:
            yield Page(new, None)
            return
        page_number += 1
        yield Page(new, f"{_RESULTS}:{page_number}")
    raise PermanentError(f"{target.url} has more than {_MOST_PAGES} pages; the rest is not read.")


def _by_author(author_id: str, http: SiteClient, offset: int) -> Iterator[tuple[str, tuple[CatalogueBook, ...]]]:
    """Yield the catalogue's books by one author, found among those of that last name."""
    try:
        last_name = parse_last_name(http.get(links.author_api_url(author_id)).body, author_id)
    except PermanentError as error:
        log.info("strategy failed", what=f"LibriVox author {author_id}", strategy="catalogue", reason=str(error))
        return
    if last_name is None:
        return
    for next_cursor, books in _walk({"author": last_name}, http, offset):
        yield next_cursor, tuple(book for book in books if author_id in book.author_ids)


def _asked(query: dict[str, str | int], http: SiteClient) -> CataloguePage:
    """Ask the catalogue; no result is an empty page, though the site says 404."""
    try:
        return parse_books(http.get(links.api_url(query)).body)
    except NotFound:
        return CataloguePage((), 0)


def _place(cursor: str | None) -> int:
    number = (cursor or "").rpartition(":")[2]
    return int(number) if number.isdecimal() else 0


def _ref(book: CatalogueBook) -> BookRef:
    details = book.details
    return BookRef(
        source=links.NAME,
        url=links.book_url(book.slug),
        external_id=book.slug,
        title=details.title,
        authors=details.authors,
        cover_url=details.cover_url,
        # An incomplete record is looked at again when the book is described.
        details=details if book.is_whole else None,
    )


def _hit(book: CatalogueBook) -> SearchHit:
    target = Target(TargetKind.AUDIOBOOK, links.NAME, links.book_url(book.slug), book.slug)
    return SearchHit(target, book.title, book.details.authors, book.details.cover_url, book.language or None)
