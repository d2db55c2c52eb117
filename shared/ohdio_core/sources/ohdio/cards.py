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
        """Say whether a page follows the one of this number."""
        return number * self.size < self.total


def cards(data: Any) -> Iterator[tuple[Link, dict[str, Any]]]:
    """Yield every object of an answer whose address is that of something we know, in the order of the document."""
    pending = [data]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            link = link_of(value)
            if link is not None:
                yield link, value
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
    """Say what a card leads to; None for what is no card, or leads elsewhere."""
    path = text_at(card, "url") or text_at(card, "canonicalUrl")
    # Paths are the rule, and twice as fast to read.
    if path.startswith("/"):
        return links.read_path(path.partition("?")[0].partition("#")[0])
    return links.read(path) if path else None


def paging_of(data: Any) -> Paging | None:
    """Give the paging of an answer in either of its forms; None where it has none."""
    old = at(data, "content", "contentDetail", "pagedConfiguration") or at(data, "pagedConfiguration")
    new = at(data, "pagination")
    size = number_at(old, "pageSize") or number_at(new, "pageSize")
    total = number_at(old, "totalNumberOfItems")
    if total is None:
        total = number_at(new, "totalCount")
    if size is None or size < 1 or total is None or total < 0:
        return None
    return Paging(number_at(old, "pageNumber") or number_at(new, "pageNumber"), size, total)
