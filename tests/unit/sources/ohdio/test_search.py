from __future__ import annotations

from typing import Any

from hypothesis import given

from ohdio_core.domain.audiobook import SearchHit, TargetKind
from ohdio_core.sources.ohdio import links
from ohdio_core.sources.ohdio.search import parse_search
from tests.unit.sources.ohdio.answers import json_values


def found(*items: Any) -> dict[str, Any]:
    return {"superLineup": {"lineups": [{"items": [item]} for item in items]}}


def test_audiobooks_come_before_collections_and_episodes() -> None:
    hits = parse_search(
        found(
            {"__typename": "CardEpisodeBalado", "title": "Un", "url": "/balados/8001/vents/41/un"},
            {"__typename": "CardBalado", "title": "Vents", "url": "/balados/8001/vents", "subtitle": "Avec Ana Roy"},
            {"__typename": "CardLivreAudio", "title": "Phare", "url": "/livres-audio/77001/le-phare"},
        )
    )
    assert [(hit.target.kind, hit.target.external_id) for hit in hits] == [
        (TargetKind.AUDIOBOOK, "77001"),
        (TargetKind.CATEGORY, "balado-8001"),
        (TargetKind.AUDIOBOOK, "episode-41"),
    ]
    assert hits[1].authors == ()


def test_a_book_says_what_is_known_of_it() -> None:
    [hit] = parse_search(
        found(
            {
                "title": "Le phare &amp; la brume",
                "url": "/livres-audio/77001/le-phare",
                "subtitle": "<p>Odile Vachon</p>",
                "kicker": "Livre audio • Roman",
                "picture": {"url": "https://images.example/phare.jpg"},
            }
        )
    )
    target = links.match(links.book_url("77001"))
    assert target is not None
    assert hit == SearchHit(
        target,
        "Le phare & la brume",
        ("Odile Vachon",),
        "https://images.example/phare.jpg",
        "Livre audio • Roman",
    )


def test_what_was_found_twice_or_leads_elsewhere_is_left_out() -> None:
    card = {"title": "Phare", "url": "/livres-audio/77001/le-phare"}
    assert len(parse_search(found(card, card, {"title": "Direct", "url": "/direct/premiere"}, {"url": 3}))) == 1


def test_nothing_found_is_an_empty_list() -> None:
    assert parse_search({"isEmptySearch": True, "superLineup": None}) == []


@given(json_values)
def test_any_data_give_a_list(data: Any) -> None:
    assert parse_search(found(data, {"url": "/balados/1/x", "title": data, "picture": data})) is not None
