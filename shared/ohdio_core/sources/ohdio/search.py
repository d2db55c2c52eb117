"""OHdio's search of its own catalogue (``searchPage``, seen in public clients, 2026; no capture is known)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ohdio_core.domain.audiobook import SearchHit, Target
from ohdio_core.errors import AnswersDifferently, PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.json_values import at, text_at
from ohdio_core.sources.markup import line_of_text
from ohdio_core.sources.ohdio import links, queries
from ohdio_core.sources.ohdio.book import cover_from, people
from ohdio_core.sources.ohdio.cards import cards
from ohdio_core.sources.ohdio.links import PROGRAMMES, Link, Thing
from ohdio_core.sources.strategies import Strategy, StrategyChoice

_LONGEST = 100  # characters that the site takes

_RANK = {Thing.AUDIOBOOK: 0, **dict.fromkeys(PROGRAMMES, 1), Thing.EPISODE: 2, Thing.CLIP: 2}


def search(text: str, http: SiteClient, limit: int) -> list[SearchHit]:
    """Search the catalogue as the site does; see ``Searchable``."""
    words = " ".join(text.split())[:_LONGEST]
    if not words:
        return []
    return parse_search(queries.SEARCH.ask(http, {"query": words, "numProducts": limit, "numEpisodes": limit}))[:limit]


def search_choice(link: Link, title: Callable[[], str], http: SiteClient) -> StrategyChoice[list[SearchHit]]:
    """Return the one strategy for searching: a book that is known to exist must be found by its title."""

    def by_title() -> list[SearchHit]:
        hits = search(title(), http, 10)
        if all(hit.target != link.target for hit in hits):
            raise PermanentError(
                sentence(
                    "ohdio.search_misses",
                    "OHdio's search finds {count} other things by the title “{title}”.",
                    count=len(hits),
                    title=title(),
                )
            )
        return hits

    return StrategyChoice(
        sentence("ohdio.search_for", "the search for {link}", link=link.url),
        (Strategy("search", by_title),),
        lambda _: 1.0,
        site=links.SITE_NAME,
    )


def parse_search(data: Any) -> list[SearchHit]:
    """Read what was found: audiobooks before collections before single episodes, each in the site's order.

    Raises:
        AnswersDifferently: There is no list of what was found, or nothing in it that can be read.
    """
    found = {}
    has_others = False
    for link, card in cards(data):
        title = line_of_text(text_at(card, "title"))
        has_others = has_others or link.thing not in _RANK
        if title and link.thing in _RANK and link.url not in found:
            found[link.url] = (_RANK[link.thing], _hit(link.target, link.thing, title, card))
    if not found and not has_others:
        _require_nothing_found(data)
    return [hit for _, hit in sorted(found.values(), key=lambda ranked: ranked[0])]


def _require_nothing_found(data: Any) -> None:
    """Raise an error unless an answer in which nothing can be read says that nothing was found.

    Raises:
        AnswersDifferently: It does not.
    """
    if "superLineup" in data and data["superLineup"] is None:
        return
    lineups = at(data, "superLineup", "lineups")
    lists = [at(lineup, "items") for lineup in lineups] if isinstance(lineups, list) else [None]
    if not all(isinstance(items, list) for items in lists):
        raise AnswersDifferently(
            links.SITE_NAME, sentence("ohdio.search_no_list", "its search has no list of what it found.")
        )
    if any(lists):
        raise AnswersDifferently(
            links.SITE_NAME,
            sentence("ohdio.search_unreadable", "nothing that its search finds has a title and a known address."),
        )


def _hit(target: Target, thing: Thing, title: str, card: Any) -> SearchHit:
    subtitle = text_at(card, "subtitle")
    return SearchHit(
        target,
        title,
        authors=people(subtitle) if thing is Thing.AUDIOBOOK else (),
        cover_url=cover_from(at(card, "picture")),
        note=line_of_text(text_at(card, "kicker")) or None,
    )
