"""Cards: how OHdio's answers and embedded states name a thing, wherever they do."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from ohdio_core.domain.audiobook import BookRef
from ohdio_core.sources.dates import parse_date
from ohdio_core.sources.json_values import at, number_at, text_at
from ohdio_core.sources.markup import line_of_text
from ohdio_core.sources.ohdio import links
from ohdio_core.sources.ohdio.book import cover_from, people
from ohdio_core.sources.ohdio.links import Link, Thing


@dataclass(frozen=True, slots=True)
class Paging:
    """Where in a listing an answer stands."""

    number: int | None  #: of the page, from 1; None where the answer does not say
    size: int  #: of a page
    total: int  #: things in the listing

    def has_next(self, number: int) -> bool:
        """Return whether a page follows the one of this number."""
        return number * self.size < self.total

    def expected(self, number: int) -> int:
        """Return how many things the page of this number has."""
        return max(min(self.size, self.total - (number - 1) * self.size), 0)


def cards(data: Any) -> Iterator[tuple[Link, dict[str, Any]]]:
    """Yield every object of an answer whose address is that of something we know, in the order of the document."""
    for value in _objects(data):
        link = link_of(value)
        if link is not None:
            yield link, value


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    pending = [data]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            yield value
            pending.extend(reversed(value.values()))
        elif isinstance(value, list):
            pending.extend(reversed(value))


def books_in_state(data: Any, things: Collection[Thing]) -> Iterator[BookRef]:
    """Yield the books of a page's embedded state: every card whose address is that of one of these things."""
    for link, card in cards(data):
        if link.thing in things:
            target = link.target
            is_book = link.thing is Thing.AUDIOBOOK
            yield BookRef(
                links.NAME,
                target.url,
                target.external_id,
                title=line_of_text(text_at(card, "title")) or None,
                # What stands below the title of an episode is the name of its programme.
                authors=people(text_at(card, "subtitle")) if is_book else (),
                cover_url=cover_from(at(card, "picture")),
                published=parse_date(text_at(card, "broadcastedFirstTimeAt")),
            )


def link_of(card: Any) -> Link | None:
    """Return what a card leads to; None for what is no card, or leads elsewhere."""
    return links.read_reference(text_at(card, "url") or text_at(card, "canonicalUrl"))


def paging_of(data: Any) -> Paging | None:
    """Return the paging of an answer in either of its forms; None where it has none."""
    old = at(data, "content", "contentDetail", "pagedConfiguration") or at(data, "pagedConfiguration")
    return _paging(old) or _paging(at(data, "pagination"))


def longest_paging(data: Any) -> Paging | None:
    """Return the paging with the most pages anywhere in an answer; None where there is none."""
    found = [
        paging
        for each in _objects(data)
        for name in ("pagedConfiguration", "pagination")
        if (paging := _paging(at(each, name))) is not None
    ]
    return max(found, key=lambda paging: (-(-paging.total // paging.size), paging.total), default=None)


def _paging(value: Any) -> Paging | None:
    size = number_at(value, "pageSize")
    total = number_at(value, "totalNumberOfItems")
    if total is None:
        total = number_at(value, "totalCount")
    if size is None or size < 1 or total is None or total < 0:
        return None
    return Paging(number_at(value, "pageNumber"), size, total)
