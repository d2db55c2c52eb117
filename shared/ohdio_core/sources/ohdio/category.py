"""Reading a category page: several ways to find its books, as the page was rebuilt more than once.

The grid (``.index-grid-item`` with a link, ``span.text`` and ``.author``) is what the original
program read; the embedded state is what the page itself is drawn from. Both together tell what the
page lists; only where neither has a book do links anywhere in the page count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.cssselect import CSSSelector

from ohdio_core.domain.audiobook import BookRef, Page, TargetKind
from ohdio_core.sources.markup import line_of_text
from ohdio_core.sources.ohdio import links
from ohdio_core.sources.ohdio.book import cover_from, people
from ohdio_core.sources.ohdio.json_values import at, text_at
from ohdio_core.sources.ohdio.state import page_data

_GRID_ITEM = CSSSelector(".index-grid-item")
_LINK = CSSSelector('a[href*="livres-audio"]')
_LINK_TEXT = CSSSelector("span.text")
_AUTHOR = CSSSelector(".author")
_IMAGE = CSSSelector("img")
_HEADING = CSSSelector("h1")
_NEXT = CSSSelector('link[rel~="next"], a[rel~="next"], .pagination .next a, a.pagination-next')


def parse_category(html: bytes, url: str) -> Page:
    """Read one page of a category; ``url`` is where it was found.

    ``next_cursor`` is the URL of the page that follows, when the page links to one of the same category.
    Any bytes give a page; one without books has none to show.
    """
    tree = _parsed(html)
    data = page_data(html, urlsplit(url).path)
    if tree is None:
        return Page(_distinct(books_in_state(data)), None)
    books = _distinct((*books_in_grid(tree, url), *books_in_state(data))) or _distinct(books_in_links(tree, url))
    heading = _first(_HEADING, tree)
    return Page(books, _next_page(tree, url), title=_text(heading) or None)


def books_in_grid(tree: etree._Element, url: str) -> Iterator[BookRef]:
    """Yield the books of the page's grid."""
    for item in _all(_GRID_ITEM, tree):
        link = item if item.tag == "a" else _first(_LINK, item)
        book = None if link is None else _linked_book(link, url)
        if link is None or book is None:
            continue
        name = _first(_LINK_TEXT, item)
        author = _first(_AUTHOR, item)
        yield replace(
            book,
            title=_text(name) or book.title,
            authors=people(_text(author)),
            cover_url=_image(item, url),
        )


def books_in_state(data: Any) -> Iterator[BookRef]:
    """Yield the books of the page's embedded state: every card whose address is that of a book."""
    pending = [data]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            book = _card(value)
            if book is not None:
                yield book
            pending.extend(reversed(value.values()))
        elif isinstance(value, list):
            pending.extend(reversed(value))


def books_in_links(tree: etree._Element, url: str) -> Iterator[BookRef]:
    """Yield the books that any link of the page leads to."""
    for link in _all(_LINK, tree):
        book = _linked_book(link, url)
        if book is not None:
            yield replace(book, cover_url=_image(link, url))


def _card(card: dict[str, Any]) -> BookRef | None:
    path = text_at(card, "url") or text_at(card, "canonicalUrl")
    target = links.match(links.absolute(path)) if path else None
    if target is None or target.kind is not TargetKind.AUDIOBOOK:
        return None
    return BookRef(
        links.NAME,
        target.url,
        target.external_id,
        title=line_of_text(text_at(card, "title")) or None,
        authors=people(text_at(card, "subtitle")),
        cover_url=cover_from(at(card, "picture")),
    )


def _linked_book(link: etree._Element, url: str) -> BookRef | None:
    target = links.match(_absolute(link.get("href"), url))
    if target is None or target.kind is not TargetKind.AUDIOBOOK:
        return None
    image = _first(_IMAGE, link)
    title = _text(link) or (line_of_text(image.get("alt") or "") if image is not None else "")
    return BookRef(links.NAME, target.url, target.external_id, title=title or None)


def _distinct(books: Iterable[BookRef]) -> tuple[BookRef, ...]:
    """Name each book once, where it came first, with what any of its mentions tells."""
    found: dict[str, BookRef] = {}
    for book in books:
        known = found.get(book.external_id)
        found[book.external_id] = (
            book
            if known is None
            else replace(
                known,
                title=known.title or book.title,
                authors=known.authors or book.authors,
                cover_url=known.cover_url or book.cover_url,
            )
        )
    return tuple(found.values())


def _next_page(tree: etree._Element, url: str) -> str | None:
    here = links.match(url)
    for link in _all(_NEXT, tree):
        following = _absolute(link.get("href"), url)
        target = links.match(following)
        if target is not None and here is not None and following != url:
            is_same_category = (target.kind, target.external_id) == (here.kind, here.external_id)
            if is_same_category:
                return following
    return None


def _image(element: etree._Element, url: str) -> str | None:
    for image in _all(_IMAGE, element):
        address = _absolute(image.get("src") or image.get("data-src"), url)
        # A placeholder that is replaced on scrolling is a data: address.
        if address.startswith(("https://", "http://")):
            return address
    return None


def _all(selector: CSSSelector, element: etree._Element) -> list[etree._Element]:
    """Give the elements that match, among ``element`` itself and what is in it."""
    # Its annotations allow for every result of XPath; CSS selects elements only.
    found: Any = selector(element)
    matches: list[etree._Element] = found
    return matches


def _first(selector: CSSSelector, element: etree._Element) -> etree._Element | None:
    return next(iter(_all(selector, element)), None)


def _absolute(reference: str | None, url: str) -> str:
    try:
        return urljoin(url, (reference or "").strip()) if reference else ""
    except ValueError:
        return ""


def _text(element: etree._Element | None) -> str:
    return "" if element is None else " ".join("".join(str(text) for text in element.itertext()).split())


def _parsed(html: bytes) -> etree._Element | None:
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        # lxml gives None for what holds nothing at all; its annotations do not say so.
        root: etree._Element | None = etree.fromstring(html, parser=parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root
