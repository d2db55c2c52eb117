"""The ways in which a page of OHdio's lists books, as it was rebuilt more than once.

The grid (``.index-grid-item`` with a link, ``span.text`` and ``.author``) is what the original
program read; the embedded state is what the page itself is drawn from; JSON-LD is what it tells search
engines. No capture of a category or a list is known.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree
from lxml.cssselect import CSSSelector

from ohdio_core.domain.audiobook import BookRef
from ohdio_core.sources.elements import every, parse_html, text_of
from ohdio_core.sources.json_values import at, list_at, text_at
from ohdio_core.sources.ohdio import links
from ohdio_core.sources.ohdio.book import people
from ohdio_core.sources.ohdio.cards import books_in_state
from ohdio_core.sources.ohdio.linked_data import linked_data
from ohdio_core.sources.ohdio.links import Thing
from ohdio_core.sources.ohdio.page import absolute
from ohdio_core.sources.ohdio.state import page_data

_GRID_ITEM = CSSSelector(".index-grid-item")
# What the addresses of recordings have in them: a page of nothing but other links is read at the parser's speed.
_LINK = CSSSelector(
    'a:is([href*="livres-audio/"], [href*="balados/"], [href*="grandes-series/"], [href*="emissions/"])'
)
BOOKS = frozenset({Thing.AUDIOBOOK})  #: what a category lists
RECORDINGS = frozenset({Thing.AUDIOBOOK, Thing.EPISODE, Thing.CLIP})  #: what a list lists


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """A page, parsed once for every way of reading it."""

    url: str  #: where it was found
    tree: etree._Element | None
    state: Any  #: what it embeds
    things: Collection[Thing] = BOOKS

    @classmethod
    def of(cls, html: bytes, url: str, things: Collection[Thing] = BOOKS) -> ParsedPage:
        """Parse a page. Never raises."""
        return cls(url, parse_html(html), page_data(html, url), things)


Way = Callable[[ParsedPage], Iterator[BookRef]]


def books_in_grid(document: ParsedPage) -> Iterator[BookRef]:
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
            yield replace(
                book,
                title=_first_text(item.iter("span"), "text") or book.title,
                authors=people(_first_text(item.iter("*"), "author")),
                cover_url=_image(item, document.url),
            )


def books_in_page_state(document: ParsedPage) -> Iterator[BookRef]:
    """Yield the books of the page's embedded state."""
    return books_in_state(document.state, document.things)


def books_in_linked_data(document: ParsedPage) -> Iterator[BookRef]:
    """Yield the books of the page's JSON-LD: the elements of schema.org's ItemList, and audiobooks by themselves."""
    for each in linked_data(document.tree):
        for element in (each, *list_at(each, "itemListElement")):
            item = at(element, "item") if isinstance(at(element, "item"), dict) else element
            reference = text_at(item, "url") or text_at(item, "@id") or text_at(element, "item")
            link = _link(reference, document.url)
            if link is not None and link.thing in document.things:
                title = " ".join((text_at(item, "name") or text_at(element, "name")).split())
                target = link.target
                yield BookRef(links.NAME, target.url, target.external_id, title=title or None)


def books_in_links(document: ParsedPage) -> Iterator[BookRef]:
    """Yield the books that the links of the page lead to, wherever they are in it."""
    if document.tree is None:
        return
    beside = _beside(document.tree)
    for link in every(_LINK, document.tree):
        book = None if link in beside else _linked_book(link, document)
        if book is not None:
            yield replace(book, cover_url=_image(link, document.url))


def most_in_links(document: ParsedPage) -> int:
    """Return how many books the links of a page may lead to at most, without reading them."""
    return 0 if document.tree is None else len(every(_LINK, document.tree))


#: The ways whose books add up, by name; in the order of which is believed first.
LISTING: dict[str, Way] = {
    "grid": books_in_grid,
    "page state": books_in_page_state,
    "json-ld": books_in_linked_data,
}


def _beside(tree: etree._Element) -> set[etree._Element]:
    """Return the elements that are not part of a listing: navigation, and recommendations."""
    found: set[etree._Element] = set()
    for element in tree.iter("aside", "nav"):
        # Each is looked into once, however deep they are nested.
        if element not in found:
            found.update(element.iter("a", "aside", "nav"))
    return found


def _linked_book(element: etree._Element, document: ParsedPage) -> BookRef | None:
    link = _link(element.get("href"), document.url)
    if link is None or link.thing not in document.things:
        return None
    target = link.target
    title = text_of(element)
    if not title:
        title = next((" ".join((image.get("alt") or "").split()) for image in element.iter("img")), "")
    return BookRef(links.NAME, target.url, target.external_id, title=title or None)


def _link(reference: str | None, url: str) -> links.Link | None:
    if reference is None or (reference.startswith("/") and not reference.startswith(("/ohdio/", "//"))):
        return None
    # Most need no resolving, and a category has thousands.
    is_resolved = reference.startswith(("/ohdio/", f"{links.ROOT}/"))
    return links.read_reference(reference if is_resolved else absolute(reference, url))


def _first_text(elements: Iterator[etree._Element], name: str) -> str:
    """Return the first text in elements of a class; "" where none has any."""
    silent: set[etree._Element] = set()
    for element in elements:
        if element not in silent and name in (element.get("class") or "").split():
            if text := text_of(element):
                return text
            # What is within has no text either.
            silent.update(element.iter("*"))
    return ""


def _image(element: etree._Element, url: str) -> str | None:
    for image in element.iter("img"):
        address = absolute(image.get("src") or image.get("data-src"), url)
        # A placeholder that is replaced on scrolling is a data: address.
        if address.startswith(("https://", "http://")):
            return address
    return None
