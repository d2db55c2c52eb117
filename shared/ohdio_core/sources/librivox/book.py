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
from ohdio_core.sources.librivox.page import parse_page
from ohdio_core.sources.librivox.titles import without_article
from ohdio_core.sources.strategies import Strategy, StrategyChoice, once


def description(slug: str, title: str | None, http: SiteClient) -> StrategyChoice[CatalogueBook]:
    """Return the strategies for reading a book whose page address is known."""
    readings = _Readings(slug, title, http)
    return StrategyChoice(
        links.book_url(slug),
        (
            Strategy("catalogue by id", readings.by_id),
            Strategy("catalogue by title", readings.by_title),
            Strategy("book page", readings.by_page),
        ),
        lambda book: book.completeness,
        site=links.SITE_NAME,
    )


class _Readings:
    """The ways to read one book, which share what they have read."""

    def __init__(self, slug: str, title: str | None, http: SiteClient) -> None:
        self.slug = slug
        self.title = title
        self.http = http
        self._record: CatalogueBook | None = None  #: what the catalogue had, though it may lack sections
        self._page = once(lambda: parse_page(http.get(links.book_url(slug)).body))

    def by_id(self) -> CatalogueBook:
        """Read the catalogue's record by the id that the page names."""
        book_id = self._page().book_id
        if book_id is None:
            raise PermanentError(
                sentence(
                    "librivox.page_without_id",
                    "The page {link} does not name the book's id.",
                    link=links.book_url(self.slug),
                )
            )
        return self._recorded({"id": book_id})

    def by_title(self) -> CatalogueBook:
        """Read the catalogue's record by the book's title."""
        # A slug is the title and the author, in letters and digits.
        words = self.title or self.slug.partition("-by-")[0].replace("-", " ")
        try:
            return self._recorded({"title": f"^{words}", "limit": LIMIT})
        except PermanentError:
            if (bare := without_article(words)) == words:
                raise
            return self._recorded({"title": f"^{bare}", "limit": LIMIT})

    def by_page(self) -> CatalogueBook:
        """Read the page, with what the catalogue knows besides."""
        shown = self._page()
        if shown.details is None:
            raise PermanentError(
                sentence(
                    "librivox.page_without_sections",
                    "The page {link} shows no sections.",
                    link=links.book_url(self.slug),
                )
            )
        if self._record is None:
            return CatalogueBook(self.slug, shown.details.title, frozenset(), "", shown.item, None, shown.details)
        # The page has the sections that the record lacks, but neither the rest of the record nor their number.
        record = self._record
        details = replace(record.details, narrators=shown.details.narrators, parts=shown.details.parts)
        return replace(record, item=record.item or shown.item, details=details)

    def _recorded(self, query: dict[str, str | int]) -> CatalogueBook:
        record = _only(query, self.slug, self.http)
        self._record = self._record or record
        return record


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
        sentence("librivox.book", "LibriVox book {book}", book=book_id),
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
