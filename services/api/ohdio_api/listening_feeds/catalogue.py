"""The books of a listening feed as a catalogue (OPDS 1.2), for apps that fetch whole books."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import Row

from ohdio_api.audiobooks.files import is_known, serve_archive
from ohdio_api.listening_feeds.books import SCOPES, FeedBooks, FoundFeed
from ohdio_api.listening_feeds.heard import Address, Books, BookShelf, Heard, HeardBook
from ohdio_api.listening_feeds.opds import (
    ACQUISITION,
    NAVIGATION,
    CatalogueLink,
    PageOfCatalogue,
    write_books,
    write_links,
)
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.sql import Statement
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.translations import Translation

router = APIRouter(prefix="/podcast/{secret}", include_in_schema=False)

_SQL = NamedSql(__name__)
_FIND_NEWEST = {scope: _SQL.statement("find_newest", scope=condition) for scope, condition in SCOPES.items()}
_FIND_OF_SERIES = {scope: _SQL.statement("find_of_series", scope=condition) for scope, condition in SCOPES.items()}
_FIND_NAMES = {
    "author": {scope: _SQL.statement("find_authors", scope=condition) for scope, condition in SCOPES.items()},
    "series": {scope: _SQL.statement("find_series", scope=condition) for scope, condition in SCOPES.items()},
}
_BOOKS = 50  # of a page
_NAMES = 200  # of a page
_MOST_PAGES = 200  # each later one costs more

_NEW = sentence("opds.new", "New books")
_ALL = {"author": sentence("opds.authors", "Authors"), "series": sentence("opds.series", "Series")}
_LANGUAGES = {code: Translation(code) for code in ("en", "fr")}

PageNumber = Annotated[int, Query(alias="page", ge=1, le=_MOST_PAGES)]
Name = Annotated[str | None, Query(max_length=1000)]


class _Catalogue(NamedTuple):
    """The catalogue that an app asks for."""

    request: Request
    feed: FoundFeed
    books: FeedBooks
    root: str  #: what its addresses begin with
    translation: Translation

    def said(self, said: Sentence) -> str:
        """Return a sentence in the language of the app."""
        return self.translation.translated(said)

    def rows(self, statement: Statement, number: int, most: int, **asked: str | None) -> Sequence[Row[Any]]:
        """Return the rows of a page, and one more where another page follows."""
        bounds = {"value": self.feed.value, "most": most + 1, "beyond": (number - 1) * most}
        with self.books.database.statement() as work:
            return work.execute(statement, {**asked, **bounds}).all()

    def page(self, title: str, path: str, number: int, kind: str, *, has_more: bool) -> PageOfCatalogue:
        """Return what a page says of itself.

        Args:
            path: Below the root, with what is asked, ready for the number of a page.
        """
        here, following = (f"{self.root}/catalogue/{path}page={each}" for each in (number, number + 1))
        is_followed = has_more and number < _MOST_PAGES
        return PageOfCatalogue(title, self.root, here, kind, self.feed.changed_at, following if is_followed else None)

    def answer(self, text: str, kind: str) -> Response:
        """Return a page, or that it is as the app has it."""
        etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
        headers = {
            "ETag": etag,
            "Cache-Control": "private, no-cache",
            "Vary": "Accept-Language",
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
        }
        if is_known(self.request, etag):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return Response(text.encode(), headers=headers, media_type=f"{kind};charset=utf-8")


def asked_catalogue(request: Request, feed: Heard, books: Books, address: Address, secret: str) -> _Catalogue:
    """Return the catalogue of the secret in an address, in the first language that the app asks for, if we speak it."""
    code = request.headers.get("accept-language", "").lstrip()[:2].lower()
    root = f"{address.base_of(request)}/podcast/{secret}"
    return _Catalogue(request, feed, books, root, _LANGUAGES.get(code, _LANGUAGES["en"]))


Catalogue = Annotated[_Catalogue, Depends(asked_catalogue)]


@router.api_route("/catalogue.xml", methods=["GET", "HEAD"])
def read_catalogue(catalogue: Catalogue) -> Response:
    """Send the root of a catalogue: what is new, all authors, all series."""
    root, feed = catalogue.root, catalogue.feed
    links = [
        CatalogueLink(catalogue.said(_NEW), f"{root}/catalogue/books.xml", ACQUISITION, ""),
        *(
            CatalogueLink(catalogue.said(said), f"{root}/catalogue/{kind}.xml", NAVIGATION, "")
            for kind, said in _ALL.items()
        ),
    ]
    page = PageOfCatalogue(feed.title or "ohdio", root, f"{root}/catalogue.xml", NAVIGATION, feed.changed_at)
    return catalogue.answer(write_links(page, links), NAVIGATION)


@router.api_route("/catalogue/books.xml", methods=["GET", "HEAD"])
def read_books(catalogue: Catalogue, author: Name = None, series: Name = None, number: PageNumber = 1) -> Response:
    """Send a page of books: the newest first, or those of an author or a series."""
    statement = (_FIND_NEWEST if series is None else _FIND_OF_SERIES)[catalogue.feed.scope]
    found = [row.id for row in catalogue.rows(statement, number, _BOOKS, author=author, series=series)]
    query = {name: value for name, value in (("author", author), ("series", series)) if value is not None}
    path = f"books.xml?{urlencode(query)}{'&' if query else ''}"
    title = series or author or catalogue.said(_NEW)
    page = catalogue.page(title, path, number, ACQUISITION, has_more=len(found) > _BOOKS)
    books = list(catalogue.books.books(found[:_BOOKS]))
    page = page._replace(changed_at=max((page.changed_at, *(book.filed_at for book in books))))
    return catalogue.answer(write_books(page, books), ACQUISITION)


@router.api_route("/catalogue/{kind}.xml", methods=["GET", "HEAD"])
def read_names(catalogue: Catalogue, kind: Literal["author", "series"], number: PageNumber = 1) -> Response:
    """Send a page of authors or series, each leading to its books."""
    found = catalogue.rows(_FIND_NAMES[kind][catalogue.feed.scope], number, _NAMES)
    below = f"{catalogue.root}/catalogue/books.xml?"
    links = [
        CatalogueLink(row.name, below + urlencode({str(kind): row.name}), ACQUISITION, str(row.books))
        for row in found[:_NAMES]
    ]
    page = catalogue.page(catalogue.said(_ALL[kind]), f"{kind}.xml?", number, NAVIGATION, has_more=len(found) > _NAMES)
    return catalogue.answer(write_links(page, links), NAVIGATION)


@router.get("/books/{audiobook_id}.zip")
def save_book(shelf: BookShelf, book: HeardBook) -> Response:
    """Send a book as an archive with all of its files."""
    return serve_archive(*shelf.packed([book]))
