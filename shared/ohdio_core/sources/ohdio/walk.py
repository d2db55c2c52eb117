"""Walking OHdio's listings, page by page: categories and lists by their HTML, programmes by the API."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ohdio_core.domain.audiobook import Page
from ohdio_core.errors import PermanentError
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.ohdio import queries
from ohdio_core.sources.ohdio.cards import Paging
from ohdio_core.sources.ohdio.category import BOOKS, RECORDINGS, parse_category
from ohdio_core.sources.ohdio.links import Link, Thing
from ohdio_core.sources.ohdio.programme import parse_programme
from ohdio_core.sources.ohdio.state import own_state
from ohdio_core.sources.strategies import Choice, Strategy

_MOST_PAGES = 1000  # no listing is that long: pages that never end are a fault of the site
_CURSOR = re.compile(r"(\d{1,9})/(\d{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """One page of a programme."""

    page: Page
    paging: Paging | None
    strategy: str  #: which one had it


def walk_category(link: Link, http: SiteClient, cursor: str | None) -> Iterator[Page]:
    """Read the page of a category or a list, and the pages that it leads to as next; the cursor is a URL."""
    things = RECORDINGS if link.thing is Thing.LIST else BOOKS
    url, seen, known = cursor or link.url, set[str](), set[str]()
    for _ in range(_MOST_PAGES):
        seen.add(url)
        response = http.get(url)
        page = parse_category(response.body, response.url, things)
        if not page.books and cursor is None and len(seen) == 1:
            raise PermanentError(
                f"No audiobook was found on {link.url}; it may not be a category of audiobooks, "
                "or the site's pages may have changed."
            )
        is_new = not {book.external_id for book in page.books} <= known
        known.update(book.external_id for book in page.books)
        if page.next_cursor is None or page.next_cursor in seen or not is_new:
            # A page of nothing new is the last one shown again: the site does not know the next.
            yield replace(page, next_cursor=None)
            return
        yield page
        url = page.next_cursor
    raise PermanentError(f"{link.url} has more than {_MOST_PAGES} pages; the rest is not read.")


def walk_programme(link: Link, http: SiteClient, cursor: str | None) -> Iterator[Page]:
    """Read a programme's episodes to the last; the cursor is "page/size" of the page to go on with.

    Strategies cut a programme into pages of different sizes. Where another one takes over in the middle, it
    begins at the first page, as its next would not be what follows.
    """
    number, size = _position(cursor)
    known: set[str] = set()
    preferred: str | None = None
    for _ in range(_MOST_PAGES):
        found = programme_choice(link, http, number, preferred).best()
        page, paging, preferred = found.page, found.paging, found.strategy
        if number > 1 and size is not None and paging is not None and paging.size != size:
            number, size = 1, paging.size
            continue
        size = paging.size if paging else None
        is_new = not {book.external_id for book in page.books} <= known
        known.update(book.external_id for book in page.books)
        # Without a count, a page of nothing new is the end: an empty one, or the last one shown again.
        has_next = paging.has_next(number) if paging else is_new
        number += 1
        if not has_next:
            yield page
            return
        yield replace(page, next_cursor=f"{number}/{size or 0}")
    raise PermanentError(f"{link.url} has more than {_MOST_PAGES} pages; the rest is not read.")


def programme_choice(link: Link, http: SiteClient, number: int, preferred: str | None = None) -> Choice[ProgrammePage]:
    """Give the ways to page ``number`` (from 1) of a programme; ``preferred`` is asked first."""
    # Cues make a page heavy; radio has no episodes without, and theirs are asked for with each.
    parameters = {
        "context": "web",
        "forceWithoutCueSheet": link.thing is not Thing.PROGRAMME,
        "id": int(link.id),
        "pageNumber": number,
    }
    by_hash = queries.PROGRAMME_HASHES[link.thing]
    ways: dict[str, Callable[[], Any]] = {
        "graphql text": lambda: queries.PROGRAMME.ask(http, parameters),
        "graphql hash": lambda: queries.PROGRAMME.ask_persisted(http, by_hash, parameters),
        "page state": lambda: _page_state(link, http, number),
    }
    if link.thing is Thing.PODCAST:
        newer = {"device": "Web", "id": int(link.id), "pageNumber": number}
        ways["newer graphql hash"] = lambda: queries.PODCAST_PAGE.ask_persisted(http, queries.PODCAST_PAGE_HASH, newer)

    def read(name: str, way: Callable[[], Any]) -> ProgrammePage:
        page, paging = parse_programme(way(), link, number)
        return ProgrammePage(page, paging, name)

    names = sorted(ways, key=lambda name: name != preferred)
    return Choice(
        f"{link.thing} {link.id}, page {number}",
        [Strategy(name, partial(read, name, ways[name])) for name in names],
        lambda found: 1.0 if found.page.books or found.paging else 0.5,
    )


def _page_state(link: Link, http: SiteClient, number: int) -> Any:
    response = http.get(link.url if number == 1 else f"{link.url}?pageNumber={number}")
    return own_state(response)


def _position(cursor: str | None) -> tuple[int, int | None]:
    found = _CURSOR.fullmatch(cursor or "")
    return (int(found[1]), int(found[2]) or None) if found else (1, None)
