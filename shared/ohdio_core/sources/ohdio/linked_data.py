"""What OHdio's pages say of a book for search engines: JSON-LD, and the links to its parts.

``@type: Audiobook`` with title, description and author was seen by a public client (2026); the rest is
schema.org's Audiobook. It names no media, so the parts are those that the page links to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from lxml import etree
from lxml.cssselect import CSSSelector

from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.domain.book_numbers import isbn
from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.days import day_of
from ohdio_core.sources.elements import every, parse_html, text_of
from ohdio_core.sources.json_values import at, decoded, list_at, number_at, text_at
from ohdio_core.sources.markup import line_of_text, plain_text
from ohdio_core.sources.ohdio import links
from ohdio_core.sources.ohdio.book import people

_LINKED_DATA = CSSSelector('script[type="application/ld+json"]')
_LINK = CSSSelector('a[href*="livres-audio"]')
_DURATION = re.compile(r"PT(?:(\d{1,4})H)?(?:(\d{1,6})M)?(?:(\d{1,8})(?:\.\d+)?S)?")


def parse_linked_book(html: bytes, book_id: str) -> BookDetails:
    """Read a book from its page's JSON-LD and links.

    Raises:
        PermanentError: The page has no such data, or links to no part of the book.
    """
    tree = parse_html(html)
    data = next((each for each in linked_data(tree) if _is_book(each)), None)
    title = line_of_text(text_at(data, "name") or text_at(data, "title"))
    if tree is None or not title:
        raise PermanentError(sentence("ohdio.no_linked_data", "The page says nothing of the book in JSON-LD."))
    parts = _parts(tree, book_id)
    if len(list_at(data, "hasPart")) > len(parts) or not parts:
        raise PermanentError(sentence("ohdio.links_missing", "The page does not link to all parts of the book."))
    pages = number_at(data, "numberOfPages")
    year = re.match(r"\d{4}", text_at(data, "datePublished"))
    return BookDetails(
        title=title,
        authors=_names(at(data, "author")),
        narrators=_names(at(data, "readBy")),
        description=plain_text(text_at(data, "description")) or None,
        publisher=next(iter(_names(at(data, "publisher"))), None),
        published_year=int(year[0]) if year else None,
        published_on=day_of(text_at(data, "datePublished")),
        isbn=isbn(text_at(data, "isbn")),
        genre=line_of_text(text_at(data, "genre")) or None,
        page_count=pages if pages is not None and 0 < pages < 100_000 else None,
        language=text_at(data, "inLanguage") or "fr",
        cover_url=_image(at(data, "image")),
        duration=_duration(text_at(data, "duration") or text_at(data, "timeRequired")),
        parts=parts,
    )


def linked_data(tree: etree._Element | None) -> Iterator[dict[str, Any]]:
    """Yield every object of the page's JSON-LD, whether by itself, in a list or in a graph."""
    for script in [] if tree is None else every(_LINKED_DATA, tree):
        try:
            found = decoded(script.text or "")
        except ValueError:
            continue
        for each in found if isinstance(found, list) else [found]:
            yield from (value for value in (each, *list_at(each, "@graph")) if isinstance(value, dict))


def _is_book(data: dict[str, Any]) -> bool:
    kind = at(data, "@type")
    return any(str(each).lower() == "audiobook" for each in (kind if isinstance(kind, list) else [kind]))


def _parts(tree: etree._Element, book_id: str) -> tuple[Part, ...]:
    titles: dict[str, str] = {}
    for link in every(_LINK, tree):
        path = link.get("href") or ""
        media_id = links.media_id_of_part(path)
        if media_id is not None and f"/livres-audio/{book_id}/" in path:
            titles[media_id] = titles.get(media_id) or text_of(link)
    return tuple(Part(index, media_id, title or None) for index, (media_id, title) in enumerate(titles.items()))


def _names(value: Any) -> tuple[str, ...]:
    each = value if isinstance(value, list) else [value]
    texts = (text_at(one, "name") if isinstance(one, dict) else one for one in each)
    return tuple(dict.fromkeys(name for text in texts if isinstance(text, str) for name in people(text)))


def _image(value: Any) -> str | None:
    image = value[0] if isinstance(value, list) and value else value
    address = text_at(image, "url") if isinstance(image, dict) else image
    return address if isinstance(address, str) and address.startswith(("https://", "http://")) else None


def _duration(text: str) -> timedelta | None:
    found = _DURATION.fullmatch(text)
    hours, minutes, seconds = (int(each or 0) for each in found.groups()) if found else (0, 0, 0)
    return timedelta(hours=hours, minutes=minutes, seconds=seconds) or None
