"""Reading the listings that the site's own pages load as a person leafs through them.

``/author/get_results``, ``/reader/get_results`` and ``/search/get_results`` answer scripts (``X-Requested-With``) with
JSON that holds two pieces of HTML, ``results`` (an ``li.catalog-result`` for each project) and ``pagination``, as the
site's own source makes them. Projects that are not complete lead to the forum instead of a page.
"""

from __future__ import annotations

import re
from dataclasses import replace

from lxml import etree
from lxml.cssselect import CSSSelector

from ohdio_core.domain.audiobook import BookDetails, BookRef, ListingPage, TargetKind
from ohdio_core.domain.languages import language_tag
from ohdio_core.errors import AnswersDifferently, DiffersForNow
from ohdio_core.sentences import sentence
from ohdio_core.sources.elements import every, first, parse_html, text_of
from ohdio_core.sources.json_values import at, decoded, text_at
from ohdio_core.sources.librivox import links
from ohdio_core.sources.librivox.api import known_url
from ohdio_core.sources.librivox.names import distinct, person_name

#: Without it the site answers with nothing.
HEADERS = {"X-Requested-With": "XMLHttpRequest"}

_PAGE_NUMBER = re.compile(r"""data-page_number=["'](\d{1,6})["']""")
_RESULT = CSSSelector("li.catalog-result")
_AUTHORS = CSSSelector(".book-author")
_IMAGE = CSSSelector(".book-cover img")
_FACTS = CSSSelector("p.book-meta")  # "Complete | Solo | French"


def parse_results(body: bytes, number: int) -> ListingPage:
    """Read page ``number`` of a listing; ``next_cursor`` is the number of the next.

    Raises:
        AnswersDifferently: None of its results has a book's name, or a page that others lead to is empty.
        TransientError: The answer is not the site's own; the site has a problem.
    """
    try:
        answer = decoded(body)
    except ValueError as error:
        raise DiffersForNow(
            links.SITE_NAME, sentence("librivox.listing_no_json", "its listing did not answer with JSON.")
        ) from error
    if not isinstance(at(answer, "results"), str):
        raise DiffersForNow(links.SITE_NAME, sentence("librivox.listing_no_results", "its listing has no results."))
    if number > 1 and not text_at(answer, "results").strip():
        raise AnswersDifferently(
            links.SITE_NAME,
            sentence("librivox.listing_page_empty", "page {number} of its listing is empty.", number=number),
        )
    numbers = [int(found) for found in _PAGE_NUMBER.findall(text_at(answer, "pagination"))]
    note = None
    if not numbers and "<a" in text_at(answer, "pagination"):
        note = sentence(
            "librivox.more_pages",
            "LibriVox's listing has more pages, which it names in a way that this version does not know.",
        )
    has_next = any(page > number for page in numbers)
    return ListingPage(_books(text_at(answer, "results")), str(number + 1) if has_next else None, note=note)


def _books(html: str) -> tuple[BookRef, ...]:
    root = parse_html(html.encode(errors="replace"))
    if root is None:
        return ()
    found: dict[str, BookRef] = {}
    results = every(_RESULT, root)
    # What leads to the forum has a name, too; what has no markup at all may be the site's word that there is nothing.
    if any(True for _ in root.iter("a")) and not any(_link(result) is not None for result in results):
        raise AnswersDifferently(
            links.SITE_NAME, sentence("librivox.listing_no_names", "its listing has no books with names.")
        )
    for result in results:
        book = _book(result)
        if book is not None:
            found[book.external_id] = book
    return tuple(found.values())


def _book(result: etree._Element) -> BookRef | None:
    link = _link(result)
    target = None if link is None else links.match(link.get("href") or "")
    if target is None or target.kind is not TargetKind.AUDIOBOOK:
        return None
    authors = first(_AUTHORS, result)
    image = next((image.get("src") or "" for image in every(_IMAGE, result)), "")
    book = BookRef(
        links.NAME,
        target.url,
        target.external_id,
        title=text_of(link) or None,
        authors=() if authors is None else distinct(person_name(text_of(link)) for link in authors.iter("a")),
        cover_url=known_url(image) if "/images/book-cover" not in image else None,
    )
    language = language_tag(text_of(first(_FACTS, result)).rpartition("|")[2].strip())
    if language is None:
        return book
    return replace(book, details=BookDetails(book.title or "", book.authors, language=language))


def _link(result: etree._Element) -> etree._Element | None:
    heading = next(result.iter("h3"), None)
    return None if heading is None else next(heading.iter("a"), None)
