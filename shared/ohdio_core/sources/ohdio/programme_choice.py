"""The strategies for one page of a programme, and how complete each answer is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.sentences import sentence
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.ohdio import links, queries
from ohdio_core.sources.ohdio.completeness import SUFFICIENT
from ohdio_core.sources.ohdio.links import Link, Thing
from ohdio_core.sources.ohdio.programme import ProgrammePage, parse_programme
from ohdio_core.sources.ohdio.state import own_state
from ohdio_core.sources.strategies import Strategy, StrategyChoice


@dataclass(frozen=True, slots=True)
class Served:
    """A page, and which strategy had it."""

    found: ProgrammePage
    strategy: str


def programme_choice(
    link: Link, http: SiteClient, number: int, *, preferred: str | None = None, size: int | None = None
) -> StrategyChoice[Served]:
    """Return the strategies for reading a page of a programme.

    Args:
        number: Of the page, from 1.
        preferred: The strategy that had the page before, and is asked first.
        size: Of the pages before. A page of another size is not what follows them, so any other is better.
    """
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

    def read(name: str, way: Callable[[], Any]) -> Served:
        return Served(parse_programme(way(), link, number), name)

    def completeness(served: Served) -> float:
        paging = served.found.paging
        if size is not None and paging is not None and paging.size != size:
            return 0.05
        # The one that had the page before was compared with others then.
        is_proven = served.strategy == preferred
        return page_completeness(served.found, link.thing, number, is_proven=is_proven)

    names = sorted(ways, key=lambda name: name != preferred)
    return StrategyChoice(
        sentence("ohdio.programme_page", "{thing} {id}, page {number}", thing=link.thing, id=link.id, number=number),
        [Strategy(name, partial(read, name, ways[name])) for name in names],
        completeness,
        sufficient=SUFFICIENT,
        site=links.SITE_NAME,
    )


def page_completeness(found: ProgrammePage, thing: Thing, number: int, *, is_proven: bool = False) -> float:
    """Return how complete a page is; ``SUFFICIENT`` and more has all of its episodes, each with its title.

    Args:
        number: Of the page, from 1.
        is_proven: The way to it tells all that others do, so the episodes are enough.
    """
    if not found.listed:
        return 1.0 if found.paging else SUFFICIENT
    if found.titled < found.listed:
        return 0.1 + 0.3 * (found.readable + found.titled) / (2 * found.listed)
    if is_proven:
        return 1.0
    known = _known_fields(found, thing, number)
    return SUFFICIENT + (1 - SUFFICIENT) * sum(known) / len(known)


def _known_fields(found: ProgrammePage, thing: Thing, number: int) -> tuple[bool, ...]:
    """Return for each field whether any episode has it: what only some lack is theirs to lack, not the site's."""
    books = [(book, book.details or BookDetails("")) for book in found.page.books]
    expected = 0 if found.paging is None else found.paging.expected(number)
    return (
        found.paging is not None,
        found.listed >= expected,
        found.page.title is not None,
        any(book.published for book, _ in books),
        any(book.cover_url for book, _ in books),
        any(details.authors for _, details in books),
        any(details.description for _, details in books),
        any(details.duration for _, details in books),
        # Listings of the radio name no recordings.
        thing is Thing.PROGRAMME or any(details.parts for _, details in books),
    )


def _page_state(link: Link, http: SiteClient, number: int) -> Any:
    return own_state(http.get(link.url if number == 1 else f"{link.url}?pageNumber={number}"))
