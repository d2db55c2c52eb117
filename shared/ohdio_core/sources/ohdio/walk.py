"""Walking OHdio's listings, page by page: categories and lists by their HTML, programmes by the API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import structlog

from ohdio_core.domain.audiobook import ListingPage
from ohdio_core.errors import AnswersDifferently, TransientError
from ohdio_core.sentences import sentence
from ohdio_core.sources.endless_listing import EndlessListing
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.ohdio import links
from ohdio_core.sources.ohdio.category import parse_category
from ohdio_core.sources.ohdio.links import PROGRAMMES, Link, Thing
from ohdio_core.sources.ohdio.listing import BOOKS, RECORDINGS
from ohdio_core.sources.ohdio.programme_choice import programme_choice

_MOST_PAGES = 1000  # no listing is that long: pages that never end are a fault of the site
_CURSOR = re.compile(r"(\d{1,9})/(\d{1,9})", re.ASCII)

log = structlog.get_logger(__name__)


def walk_category(link: Link, http: SiteClient, cursor: str | None) -> Iterator[ListingPage]:
    """Read the page of a category or a list, and the pages that it leads to as next; the cursor is a URL."""
    url, seen, known = cursor or link.url, set[str](), set[str]()
    for _ in range(_MOST_PAGES):
        seen.add(url)
        response = http.get(url)
        page = parse_category(response.body, response.url, things_of(link))
        if not page.books:
            # Of a next page, too: sites answer with some page of theirs in the place of one that is gone.
            raise AnswersDifferently(
                links.SITE_NAME,
                sentence(
                    "ohdio.no_audiobook",
                    "no audiobook can be found on {link}, where a category or a list was expected.",
                    link=url,
                ),
            )
        is_new = not {book.external_id for book in page.books} <= known
        known.update(book.external_id for book in page.books)
        if page.next_cursor is None or page.next_cursor in seen or not is_new:
            # A page of nothing new is the last one shown again: the site does not know the next.
            _warn_of_less(link, len(known), page.total, is_whole=cursor is None)
            yield replace(page, next_cursor=None)
            return
        yield page
        url = page.next_cursor
    raise EndlessListing(link.url, _MOST_PAGES)


def things_of(link: Link) -> frozenset[Thing]:
    """Return what counts as a book in a category or a list."""
    return RECORDINGS if link.thing is Thing.LIST else BOOKS


def walk_programme(link: Link, http: SiteClient, cursor: str | None) -> Iterator[ListingPage]:
    """Read a programme's episodes to the last; the cursor is "page/size" of the page to go on with.

    Strategies cut a programme into pages of different sizes. Where only one of another size is left in the
    middle, it begins at the first page, as its next would not be what follows.
    """
    number, size = _position(cursor)
    is_whole = number == 1
    known: set[str] = set()
    begun: set[str] = set()
    preferred: str | None = None
    for _ in range(_MOST_PAGES):
        served = programme_choice(link, http, number, preferred=preferred, size=size if number > 1 else None).best()
        found, page, paging, preferred = served.found, served.found.page, served.found.paging, served.strategy
        if number > 1 and size is not None and paging is not None and paging.size != size:
            if preferred in begun:
                raise TransientError(
                    sentence(
                        "ohdio.no_way_to_the_end",
                        "No way to read {link} leads to its last page at the moment.",
                        link=link.url,
                    )
                )
            begun.add(preferred)
            number, size, is_whole = 1, paging.size, True
            continue
        if found.titled < found.listed:
            log.warning(
                "episodes incomplete",
                programme=link.url,
                page=number,
                without_id=found.listed - found.readable,
                without_title=found.readable - found.titled,
            )
        if not page.books and paging is None and number == 1:
            raise AnswersDifferently(
                links.SITE_NAME, sentence("ohdio.no_episodes", "no episode can be found on {link}.", link=link.url)
            )
        size = paging.size if paging else None
        is_new = not {book.external_id for book in page.books} <= known
        known.update(book.external_id for book in page.books)
        # Without a count, a page of nothing new is the end: an empty one, or the last one shown again.
        has_next = paging.has_next(number) if paging else is_new
        number += 1
        if not has_next:
            _warn_of_less(link, len(known), page.total, is_whole=is_whole)
            yield page
            return
        yield replace(page, next_cursor=f"{number}/{size or 0}")
    raise EndlessListing(link.url, _MOST_PAGES)


def page_at(link: Link, cursor: str) -> str:
    """Return the address of the page of a listing at a cursor."""
    return f"{link.url}?pageNumber={_position(cursor)[0]}" if link.thing in PROGRAMMES else cursor


def _warn_of_less(link: Link, count: int, total: int | None, *, is_whole: bool) -> None:
    if is_whole and total is not None and count < total:
        log.warning("listing shorter than its count", link=link.url, count=count, total=total)


def _position(cursor: str | None) -> tuple[int, int | None]:
    found = _CURSOR.fullmatch(cursor or "")
    return (int(found[1]), int(found[2]) or None) if found else (1, None)
