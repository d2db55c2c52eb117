from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given

from ohdio_core.domain.audiobook import SearchHit, TargetKind
from ohdio_core.errors import AnswersDifferently
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


@pytest.mark.parametrize(
    "answer",
    [{"isEmptySearch": True, "superLineup": None}, found(), {"superLineup": {"lineups": [{"items": []}]}}],
    ids=["no line-up", "no line-ups", "an empty one"],
)
def test_nothing_found_is_an_empty_list(answer: dict[str, Any]) -> None:
    assert parse_search(answer) == []


def test_only_what_is_no_recording_is_an_empty_list() -> None:
    assert parse_search(found({"title": "Contes", "url": "/categories/9001/contes"})) == []


@pytest.mark.parametrize(
    "answer",
    [
        {"__typename": "SearchPage"},
        {"results": {"hits": [{"title": "Phare", "link": "/livres-audio/77001/le-phare"}]}},
        {"superLineup": {"shelves": []}},
        {"superLineup": {"lineups": {"books": []}}},
        {"superLineup": {"lineups": [{"cards": []}]}},
        found({"title": "Phare", "link": "/livres-audio/77001/le-phare"}),
        found({"title": "Phare", "url": "/ecouter/livre/77001"}),
        found({"name": "Phare", "url": "/livres-audio/77001/le-phare"}),
    ],
)
def test_another_form_is_not_nothing_found(answer: dict[str, Any]) -> None:
    with pytest.raises(AnswersDifferently, match=r"^OHdio answers differently than this version knows"):
        parse_search(answer)


@given(json_values)
def test_any_data_give_a_list_or_a_named_error(data: Any) -> None:
    with contextlib.suppress(AnswersDifferently):
        assert parse_search(found(data, {"url": "/balados/1/x", "title": data, "picture": data})) is not None
