"""Reading the page of a category or a list: what all of its ways of listing books say together.

No capture says which of them has all. Links anywhere in the page count where the others have no book, or far
fewer: then the page was rebuilt.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import partial
from urllib.parse import parse_qsl, urlencode, urlsplit

import structlog
from lxml.cssselect import CSSSelector

from ohdio_core.domain.audiobook import BookRef, ListingPage
from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.elements import every, first, text_of
from ohdio_core.sources.json_values import number_at
from ohdio_core.sources.ohdio import links
from ohdio_core.sources.ohdio.cards import Paging, longest_paging
from ohdio_core.sources.ohdio.links import Thing
from ohdio_core.sources.ohdio.listing import BOOKS, LISTING, ParsedPage, Way, books_in_links, most_in_links
from ohdio_core.sources.ohdio.page import absolute
from ohdio_core.sources.strategies import Strategy, StrategyChoice

_HEADING = CSSSelector("h1")
_NEXT = CSSSelector(':is(link, a)[rel~="next"], .next > a, a.pagination-next')

log = structlog.get_logger(__name__)


def parse_category(html: bytes, url: str, things: Collection[Thing] = BOOKS) -> ListingPage:
    """Read one page of a category; ``url`` is where it was found, ``things`` what counts as a book.

    ``next_cursor`` is the URL of the page that follows, when the page links to one of the same category or
    its state counts more books. Any bytes give a page; one without books has none to show.
    """
    document = ParsedPage.of(html, url, things)
    paging = longest_paging(document.state)
    total = paging.total if paging else None
    found = {name: tuple(way(document)) for name, way in LISTING.items()}
    books = _distinct(book for each in found.values() for book in each)
    # A few more are what pages show beside their listing.
    if (total is None or len(books) < total) and most_in_links(document) > 2 * len(books):
        linked = _distinct(books_in_links(document))
        if len(linked) > 2 * len(books):
            found["links"] = linked
            books = _distinct((*books, *linked))
    log.info("listing read", link=url, strategies=[name for name, each in found.items() if each], books=len(books))
    return ListingPage(
        books,
        _linked_page(document) or _counted_page(document, paging),
        title=text_of(None if document.tree is None else first(_HEADING, document.tree)) or None,
        total=total,
    )


def category_choice(html: bytes, url: str, things: Collection[Thing] = BOOKS) -> StrategyChoice[tuple[BookRef, ...]]:
    """Return every strategy for reading a category's page, each by itself, and all of them together."""
    document = ParsedPage.of(html, url, things)
    together = max(len(parse_category(html, url, things).books), 1)

    def read(name: str, way: Way) -> tuple[BookRef, ...]:
        books = _distinct(way(document))
        if not books:
            raise PermanentError(sentence("ohdio.category_empty", "The page has no book in its {way}.", way=name))
        return books

    ways = {**LISTING, "links": books_in_links}
    return StrategyChoice(
        sentence("ohdio.category", "category {link}", link=url),
        [Strategy(name, partial(read, name, way)) for name, way in ways.items()],
        lambda books: (1 + sum(1 for book in books if book.title)) / (1 + together),
        site=links.SITE_NAME,
    )


def _distinct(books: Iterable[BookRef]) -> tuple[BookRef, ...]:
    """Return each book once, where it came first, merged with its other mentions."""
    found: dict[str, BookRef] = {}
    for book in books:
        known = found.setdefault(book.external_id, book)
        if known is not book:
            found[book.external_id] = replace(
                known,
                title=known.title or book.title,
                authors=known.authors or book.authors,
                cover_url=known.cover_url or book.cover_url,
                published=known.published or book.published,
            )
    return tuple(found.values())


def _linked_page(document: ParsedPage) -> str | None:
    here = links.match(document.url)
    for element in [] if document.tree is None else every(_NEXT, document.tree):
        following = absolute(element.get("href"), document.url)
        target = links.match(following)
        if target is not None and here is not None and following != document.url:
            is_same_category = (target.kind, target.external_id) == (here.kind, here.external_id)
            if is_same_category:
                return following
    return None


def _counted_page(document: ParsedPage, paging: Paging | None) -> str | None:
    """Return the page after this one where the state counts on; ``pageNumber`` is the site's name elsewhere."""
    parts = urlsplit(document.url)
    query = dict(parse_qsl(parts.query))
    number = (paging and paging.number) or number_at(query, "pageNumber") or 1
    if paging is None or number < 1 or not paging.has_next(number):
        return None
    return parts._replace(query=urlencode({**query, "pageNumber": number + 1}), fragment="").geturl()
