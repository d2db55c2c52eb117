"""Reading the page of a category or a list: several ways to find its books, as the page was rebuilt more than once.

The grid (``.index-grid-item`` with a link, ``span.text`` and ``.author``) is what the original
program read; the embedded state is what the page itself is drawn from; JSON-LD is what it tells search
engines. Together they tell what the page lists: no capture says which of them has all. Only where none
of them has a book do links anywhere in the page count. No capture of a list is known either.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import structlog
from lxml import etree
from lxml.cssselect import CSSSelector

from ohdio_core.domain.audiobook import BookRef, Page
from ohdio_core.errors import PermanentError
from ohdio_core.sources.elements import every, first, parse_html, text_of
from ohdio_core.sources.json_values import at, list_at, text_at
from ohdio_core.sources.ohdio import links
from ohdio_core.sources.ohdio.book import people
from ohdio_core.sources.ohdio.cards import books_in_state, paging_of
from ohdio_core.sources.ohdio.linked_data import linked_data
from ohdio_core.sources.ohdio.links import Thing
from ohdio_core.sources.ohdio.page import absolute
from ohdio_core.sources.ohdio.state import page_data
from ohdio_core.sources.strategies import Choice, Strategy

_GRID_ITEM = CSSSelector(".index-grid-item")
# What the addresses of recordings have in them: a page of nothing but other links is read at the parser's speed.
_LINK = CSSSelector(
    'a:is([href*="livres-audio/"], [href*="balados/"], [href*="grandes-series/"], [href*="emissions/"])'
)
_HEADING = CSSSelector("h1")
_NEXT = CSSSelector(':is(link, a)[rel~="next"], .pagination .next a, a.pagination-next')

BOOKS = frozenset({Thing.AUDIOBOOK})  #: what a category lists
RECORDINGS = frozenset({Thing.AUDIOBOOK, Thing.EPISODE, Thing.CLIP})  #: what a list lists

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Document:
    """A page, parsed once for every way of reading it."""

    url: str  #: where it was found
    tree: etree._Element | None
    state: Any  #: what it embeds
    things: Collection[Thing] = BOOKS

    @classmethod
    def of(cls, html: bytes, url: str, things: Collection[Thing] = BOOKS) -> Document:
        """Parse a page. Never raises."""
        return cls(url, parse_html(html), page_data(html, urlsplit(url).path), things)


Way = Callable[[Document], Iterator[BookRef]]


def parse_category(html: bytes, url: str, things: Collection[Thing] = BOOKS) -> Page:
    """Read one page of a category; ``url`` is where it was found, ``things`` what counts as a book.

    ``next_cursor`` is the URL of the page that follows, when the page links to one of the same category or
    its state counts more books. Any bytes give a page; one without books has none to show.
    """
    document = Document.of(html, url, things)
    found = {name: tuple(way(document)) for name, way in LISTING.items()}
    books = _distinct(book for each in found.values() for book in each)
    served = [name for name, each in found.items() if each]
    if not books:
        books = _distinct(books_in_links(document))
        served = ["links"] if books else []
    log.info("listing read", url=url, strategies=served, books=len(books))
    paging = paging_of(document.state)
    return Page(
        books,
        _linked_page(document) or _counted_page(document),
        title=text_of(None if document.tree is None else first(_HEADING, document.tree)) or None,
        total=paging.total if paging else None,
    )


def category_choice(html: bytes, url: str) -> Choice[tuple[BookRef, ...]]:
    """Give every way to read a category's page, to be tried by itself."""
    document = Document.of(html, url)

    def read(name: str, way: Way) -> tuple[BookRef, ...]:
        books = _distinct(way(document))
        if not books:
            raise PermanentError(f"The page has no book in its {name}.")
        return books

    ways = {**LISTING, "links": books_in_links}
    return Choice(
        f"category {url}",
        [Strategy(name, partial(read, name, way)) for name, way in ways.items()],
        lambda books: sum(1.0 for book in books if book.title) / len(books),
    )


def books_in_grid(document: Document) -> Iterator[BookRef]:
    """Yield the books of the page's grid."""
    if document.tree is None:
        return
    items = every(_GRID_ITEM, document.tree)
    # What holds other items is none itself; reading each of a nest whole would take forever.
    around = {ancestor for item in items for ancestor in item.iterancestors()}
    for item in items:
        if item in around:
            continue
        book = next((book for link in item.iter("a") if (book := _linked_book(link, document)) is not None), None)
        if book is not None:
            name, author = _texts(item)
            yield replace(book, title=name or book.title, authors=people(author), cover_url=_image(item, document.url))


def books_in_page_state(document: Document) -> Iterator[BookRef]:
    """Yield the books of the page's embedded state."""
    return books_in_state(document.state, document.things)


def books_in_linked_data(document: Document) -> Iterator[BookRef]:
    """Yield the books of the page's JSON-LD: the elements of schema.org's ItemList, and audiobooks by themselves."""
    for each in linked_data(document.tree):
        for element in (each, *list_at(each, "itemListElement")):
            item = at(element, "item") if isinstance(at(element, "item"), dict) else element
            reference = text_at(item, "url") or text_at(item, "@id") or text_at(element, "item")
            link = links.read(absolute(reference, document.url))
            if link is not None and link.thing in document.things:
                title = " ".join((text_at(item, "name") or text_at(element, "name")).split())
                target = link.target
                yield BookRef(links.NAME, target.url, target.external_id, title=title or None)


def books_in_links(document: Document) -> Iterator[BookRef]:
    """Yield the books that any link of the page leads to."""
    for link in [] if document.tree is None else every(_LINK, document.tree):
        book = _linked_book(link, document)
        if book is not None:
            yield replace(book, cover_url=_image(link, document.url))


#: The ways whose books add up, by name; in the order of which is believed first.
LISTING: dict[str, Way] = {
    "grid": books_in_grid,
    "page state": books_in_page_state,
    "json-ld": books_in_linked_data,
}


def _linked_book(element: etree._Element, document: Document) -> BookRef | None:
    link = _link(element.get("href"), document.url)
    if link is None or link.thing not in document.things:
        return None
    target = link.target
    title = text_of(element)
    if not title:
        title = next((" ".join((image.get("alt") or "").split()) for image in element.iter("img")), "")
    return BookRef(links.NAME, target.url, target.external_id, title=title or None)


def _link(reference: str | None, url: str) -> links.Link | None:
    if reference is not None and reference.startswith("/ohdio/"):
        # The page's own links need no resolving; a category has thousands.
        return links.read_path(reference.partition("?")[0].partition("#")[0])
    return links.read(absolute(reference, url))


def _texts(item: etree._Element) -> tuple[str, str]:
    """Give the title and the author that an item of the grid shows, each "" where it shows none."""
    title = author = ""
    for element in item.iter("*"):
        classes = (element.get("class") or "").split()
        if not title and element.tag == "span" and "text" in classes:
            title = text_of(element)
        if not author and "author" in classes:
            author = text_of(element)
    return title, author


def _distinct(books: Iterable[BookRef]) -> tuple[BookRef, ...]:
    """Name each book once, where it came first, with what any of its mentions tells."""
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


def _linked_page(document: Document) -> str | None:
    here = links.match(document.url)
    for element in [] if document.tree is None else every(_NEXT, document.tree):
        following = absolute(element.get("href"), document.url)
        target = links.match(following)
        if target is not None and here is not None and following != document.url:
            is_same_category = (target.kind, target.external_id) == (here.kind, here.external_id)
            if is_same_category:
                return following
    return None


def _counted_page(document: Document) -> str | None:
    """Give the page after this one where the state counts on; ``pageNumber`` is how the site names pages elsewhere."""
    paging = paging_of(document.state)
    parts = urlsplit(document.url)
    query = dict(parse_qsl(parts.query))
    asked = query.get("pageNumber", "1")
    number = (paging and paging.number) or (int(asked) if asked.isascii() and asked.isdigit() else 1)
    if paging is None or number < 1 or not paging.has_next(number):
        return None
    return parts._replace(query=urlencode({**query, "pageNumber": number + 1}), fragment="").geturl()


def _image(element: etree._Element, url: str) -> str | None:
    for image in element.iter("img"):
        address = absolute(image.get("src") or image.get("data-src"), url)
        # A placeholder that is replaced on scrolling is a data: address.
        if address.startswith(("https://", "http://")):
            return address
    return None
