"""OHdio's search of its own catalogue (``searchPage``, seen in public clients, 2026; no capture is known)."""

from __future__ import annotations

from typing import Any

from ohdio_core.domain.audiobook import SearchHit, Target
from ohdio_core.sources.json_values import at, text_at
from ohdio_core.sources.markup import line_of_text
from ohdio_core.sources.ohdio.book import cover_from, people
from ohdio_core.sources.ohdio.cards import cards
from ohdio_core.sources.ohdio.links import PROGRAMMES, Thing

LONGEST = 100  #: characters that the site takes

_RANK = {Thing.AUDIOBOOK: 0, **dict.fromkeys(PROGRAMMES, 1), Thing.EPISODE: 2, Thing.CLIP: 2}


def parse_search(data: Any) -> list[SearchHit]:
    """Read what was found: audiobooks before collections before single episodes, each in the site's order."""
    found = {}
    for link, card in cards(data):
        title = line_of_text(text_at(card, "title"))
        if title and link.thing in _RANK and link.url not in found:
            found[link.url] = (_RANK[link.thing], _hit(link.target, link.thing, title, card))
    return [hit for _, hit in sorted(found.values(), key=lambda ranked: ranked[0])]


def _hit(target: Target, thing: Thing, title: str, card: Any) -> SearchHit:
    subtitle = text_at(card, "subtitle")
    return SearchHit(
        target,
        title,
        authors=people(subtitle) if thing is Thing.AUDIOBOOK else (),
        cover_url=cover_from(at(card, "picture")),
        note=line_of_text(text_at(card, "kicker")) or None,
    )
