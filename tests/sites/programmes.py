"""OHdio's answers about programmes, their episodes and what the search finds: pure functions from records to values.

Two shapes of a programme's page: the one recorded 2026-04, and the one of newer builds. The playback list
of an episode has two cues for each of its media.
"""

from __future__ import annotations

import math
from typing import Any

from tests.sites import hosts
from tests.sites.catalogue import ProgrammeKind, SimBook, SimCategory, SimProgramme

PROGRAMME_HASHES = {
    "3b505d1f3b3935981802bccab9c9ee63bbf6c5c55a0b996287fb789e1a90e660": ProgrammeKind.PODCAST,
    "7e961f5b1091589230b1f56ca6be609d26e5c475934235103afb55589a397e0c": ProgrammeKind.RADIO,
    "c09912897e8cd67f8cacc65842a16d65b10829f06cdedfedc50bdeb0acb9989c": ProgrammeKind.SERIES,
}
NEWER_PROGRAMME_HASH = "8aab6fa465968cefee6d31643c85170454dc79fe942ec56c0269fcde03fb83c3"
PLAYBACK_HASH = "ae95ebffe69f06d85a0f287931b61e3b7bfb7485f28d4d906c376be5f830b8c0"

_TYPES = {
    ProgrammeKind.PODCAST: "EmissionBalado",
    ProgrammeKind.SERIES: "EmissionGrandesSeries",
    ProgrammeKind.RADIO: "EmissionPremiere",
}


def programme_page(programme: SimProgramme, episodes: list[SimBook], number: int) -> dict[str, Any]:
    """One page in the recorded shape, from 1; empty after the last."""
    size = programme.page_size
    return {
        "typename": _TYPES[programme.kind],
        "canonicalUrl": programme.path,
        "header": {
            "title": programme.title,
            "subtitle": "Avec Maëlle Quintal",
            "summary": "<p>Une émission inventée.</p>",
            "picture": {"pattern": _picture(programme)},
            "playlistItemId": None,
        },
        "description": {"title": "Avec Maëlle Quintal", "summary": None},
        "content": {
            "contentDetail": {
                "items": [_card(programme, episode) for episode in episodes[(number - 1) * size : number * size]],
                "pagedConfiguration": {
                    "pageMaxLength": size,
                    "pageNumber": number,
                    "pageSize": size,
                    "totalNumberOfItems": len(episodes),
                },
            }
        },
    }


def newer_programme_page(programme: SimProgramme, episodes: list[SimBook], number: int) -> dict[str, Any]:
    """One page in the newer shape, of twice the size."""
    size = 2 * programme.page_size
    return {
        "appShare": {"title": programme.title},
        "episodes": [
            {
                "title": episode.title,
                "url": programme.episode_path(episode),
                "mediaIds": [int(part.media_id) for part in episode.parts[:1]],
                "summary": episode.summary,
                "duration": {"durationInSeconds": _seconds(episode)},
            }
            for episode in episodes[(number - 1) * size : number * size]
        ],
        "pagination": {"pageSize": size, "totalCount": len(episodes)},
    }


def episode_page(programme: SimProgramme, episode: SimBook) -> dict[str, Any]:
    """The state of an episode's own page."""
    return {"header": {**_card(programme, episode), "picture": {"pattern": _picture(programme)}}}


def playback(programme: SimProgramme | None, episode: SimBook) -> dict[str, Any]:
    """What the player would play of an episode, or of a book."""
    items = []
    for part in episode.parts:
        half = math.ceil(part.seconds) // 2
        for start, length in ((0, half), (half, math.ceil(part.seconds) - half)):
            items.append(
                {
                    "typename": "PlaybackListItemEpisodePremiereCue",
                    "title": f"{part.title or episode.title}&nbsp;: {'ouverture' if start == 0 else 'suite'}",
                    "subtitle": episode.title,
                    "productTitle": programme.title if programme else episode.title,
                    "duration": {"durationInSeconds": length},
                    "broadcastedFirstTimeAt": f"{episode.year}-03-02T10:00:00.000Z",
                    "mediaPlaybackItem": {"mediaId": part.media_id, "mediaSeekTime": start},
                    "picture": {"pattern": _picture(programme)} if programme else None,
                }
            )
    return {"typename": "PlaybackListEpisodePremiere", "hasNext": False, "hasPrevious": False, "items": items}


def search_results(
    text: str, books: list[SimBook], programmes: list[SimProgramme], categories: list[SimCategory]
) -> dict[str, Any]:
    """What has these words in its title, a lineup for each kind."""
    words = text.lower()
    lineups: list[list[dict[str, Any]]] = [
        [
            {"__typename": "CardBalado", "title": each.title, "url": each.path, "subtitle": "Avec Maëlle Quintal"}
            for each in programmes
            if words in each.title.lower()
        ],
        [
            {
                "__typename": "CardLivreAudio",
                "title": book.title,
                "url": book.path,
                "subtitle": f"<p>{', '.join(book.authors)}</p>",
                "kicker": f"Livre audio • {book.genre}",
            }
            for book in books
            if words in book.title.lower()
        ],
        [{"__typename": "CardPage", "title": each.title, "url": each.path} for each in categories],
    ]
    return {
        "__typename": "SearchPage",
        "isEmptySearch": not any(lineups),
        "superLineup": {"lineups": [{"items": items} for items in lineups]},
    }


def not_found(programme_id: str) -> dict[str, Any]:
    """What the site says of a programme that it does not know; the status is 200."""
    return {
        "typename": "NotFoundError",
        "codes": ["Athena", "ContentNotFound"],
        "message": f"Le programme identifié par {programme_id} n'a pas été trouvé",
    }


def _card(programme: SimProgramme, episode: SimBook) -> dict[str, Any]:
    media_id = None if programme.kind is ProgrammeKind.RADIO else episode.parts[0].media_id
    return {
        "typename": "CardContentSummary",
        "title": episode.title.replace(" ", "&nbsp;", 1),
        "summary": f"<p>{episode.summary}</p>",
        "broadcastedFirstTimeAt": f"{episode.year}-03-02T10:00:00.000Z",
        "isBroadcastedReplay": episode.id in programme.replays,
        "isPlayable": True,
        "duration": {"durationInSeconds": _seconds(episode)},
        "picture": None,
        "playlistItemId": {
            "globalId2": {"contentType": {"id": 18, "name": "Épisode"}, "id": str(episode.id)},
            "mediaId": media_id,
        },
        "url": programme.episode_path(episode),
    }


def _seconds(episode: SimBook) -> int:
    return sum(math.ceil(part.seconds) for part in episode.parts)


def _picture(programme: SimProgramme) -> str:
    return f"https://{hosts.IMAGES}/q_auto,w_{{width}}/v1/audio/emission/{{ratio}}/{programme.id}.jpg"
