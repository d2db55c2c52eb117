"""The ways to read one book: of which the page's address is known, or the number."""

from __future__ import annotations

from dataclasses import replace

from ohdio_core.domain.audiobook import BookRef
from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.librivox import links
from ohdio_core.sources.librivox.api import CatalogueBook
from ohdio_core.sources.librivox.catalogue import LIMIT, query_catalogue, ref_of
from ohdio_core.sources.librivox.feed import parse_feed
from ohdio_core.sources.librivox.page import BookPage, parse_page
from ohdio_core.sources.strategies import Strategy, StrategyChoice, once


def description(slug: str, title: str | None, http: SiteClient) -> StrategyChoice[CatalogueBook]:
    """Return the strategies for reading a book whose page address is known."""
    records: list[CatalogueBook] = []  # what the catalogue had, though it may lack sections

    def recorded(query: dict[str, str | int]) -> CatalogueBook:
        record = _only(query, slug, http)
        records.append(record)
        return record

    @once
    def page() -> BookPage:
        return parse_page(http.get(links.book_url(slug)).body)

    def by_id() -> CatalogueBook:
        book_id = page().book_id
        if book_id is None:
            raise PermanentError(
                sentence(
                    "librivox.page_without_id",
                    "The page {link} does not name the book's id.",
                    link=links.book_url(slug),
                )
            )
        return recorded({"id": book_id})

    def by_title() -> CatalogueBook:
        # A slug is the title and the author, in letters and digits.
        words = title or slug.partition("-by-")[0].replace("-", " ")
        return recorded({"title": f"^{words}", "limit": LIMIT})

    def by_page() -> CatalogueBook:
        shown = page()
        if shown.details is None:
            raise PermanentError(
                sentence(
                    "librivox.page_without_sections", "The page {link} shows no sections.", link=links.book_url(slug)
                )
            )
        if not records:
            return CatalogueBook(slug, shown.details.title, frozenset(), "", shown.item, None, shown.details)
        # The page has the sections that the record lacks, but neither the rest of the record nor their number.
        [record, *_] = records
        details = replace(record.details, narrators=shown.details.narrators, parts=shown.details.parts)
        return replace(record, item=record.item or shown.item, details=details)

    return StrategyChoice(
        links.book_url(slug),
        (
            Strategy("catalogue by id", by_id),
            Strategy("catalogue by title", by_title),
            Strategy("book page", by_page),
        ),
        lambda book: book.completeness,
        site=links.SITE_NAME,
    )


def numbered_book(book_id: str, http: SiteClient) -> StrategyChoice[BookRef]:
    """Return the strategies for finding out which book has an id."""

    def by_catalogue() -> BookRef:
        books = query_catalogue({"id": book_id}, http).books
        if not books:
            raise PermanentError(
                sentence("librivox.unknown_id", "LibriVox's catalogue has no book with the id {book}.", book=book_id)
            )
        return ref_of(books[0])

    def by_feed() -> BookRef:
        book = parse_feed(http.get(f"{links.ROOT}/rss/{book_id}").body)
        if book is None:
            raise PermanentError(
                sentence(
                    "librivox.feed_without_page", "LibriVox's feed {book} does not name its book's page.", book=book_id
                )
            )
        return BookRef(links.NAME, book.url, book.external_id)

    return StrategyChoice(
        f"LibriVox book {book_id}",
        (Strategy("catalogue by id", by_catalogue), Strategy("feed", by_feed)),
        lambda _: 1.0,
        site=links.SITE_NAME,
    )


def _only(query: dict[str, str | int], slug: str, http: SiteClient) -> CatalogueBook:
    """Return the one book that the catalogue has for an address.

    Raises:
        PermanentError: It does not have it, or knows of no sections of it.
    """
    book = next((book for book in query_catalogue(query, http).books if book.slug == slug), None)
    if book is None:
        raise PermanentError(
            sentence(
                "librivox.not_in_catalogue",
                "LibriVox's catalogue does not have the book of {link}.",
                link=links.book_url(slug),
            )
        )
    if not book.details.parts and not book.section_count:
        raise PermanentError(
            sentence(
                "librivox.no_sections",
                "LibriVox's catalogue lists no sections of “{title}”; it may be only an index.",
                title=book.title,
            )
        )
    return book
