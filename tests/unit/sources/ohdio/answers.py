"""OHdio's answers in the shapes that were recorded, about books that were invented."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

#: Anything that JSON can say, small.
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def part(media_id: Any, title: str | None = "Chapitre", seconds: Any = 60, **more: Any) -> dict[str, Any]:
    return {
        "typename": "CardContentSummary",
        "title": title,
        "duration": {"durationInSeconds": seconds},
        "playlistItemId": {"globalId2": {"contentType": {"id": 60}, "id": "77001"}, "mediaId": media_id},
        "url": f"/livres-audio/77001/le-phare/{media_id}-0",
        **more,
    }


def book(*parts: dict[str, Any], **header: Any) -> dict[str, Any]:
    return {
        "typename": "AudioBook",
        "canonicalUrl": "/livres-audio/77001/le-phare",
        "header": {
            "title": "Le phare &amp; la brume",
            "subtitle": "<p>Odile Vachon et Rémi Lantier</p>",
            "kicker": "Roman",
            "summary": "<p>Bref.</p>",
            "duration": {"durationInSeconds": 180},
            "picture": {"pattern": "https://images.example/w_{width}/livres/{ratio}/phare.jpg"},
            "playlistItemId": {"mediaId": None},
            **header,
        },
        "description": {"title": "<p>Ginette Aubut, Paul Ménard &amp; Zoé Roy</p>"},
        "content": {
            "about": {
                "publisherInformation": (
                    "<p><strong>Prix des Vents 2010</strong><br><br>Publié en&nbsp;2009&nbsp;| "
                    "Éditions&nbsp;du Large | 212&nbsp;pages |&nbsp;Tout&nbsp;public</p>"
                ),
                "summary": "<p>Un gardien   attend.</p>\n<p><strong>Réalisation</strong>&nbsp;: Luc&nbsp;Tel</p>",
            },
            "contentDetail": {
                "items": list(parts) or [part("501", "Un"), part("502", "Deux", 120)],
                "pagedConfiguration": None,
            },
        },
        "meta": {"image": "https://images.example/16x9/phare.jpg"},
    }


def answer(found: Any, key: str = "audioBookById") -> bytes:
    return json.dumps({"data": {key: found}}).encode()


def page_error() -> dict[str, Any]:
    return {"typename": "PageError", "code": "ContentNotFound", "message": "Le livre audio 1 n'a pas été trouvé"}


def page(body: str, state: Any = None, path: str = "/ohdio/livres-audio/77001/le-phare", head: str = "") -> bytes:
    script = ""
    if state is not None:
        embedded = json.dumps({"pagesV2": {"pages": {path: {"data": state}}}})
        script = f"<script>window._rcState_ = {embedded};</script>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}{script}</body></html>".encode()


def grid_item(book_id: int, title: str, author: str = "") -> str:
    return (
        f'<li class="index-grid-item"><a href="/ohdio/livres-audio/{book_id}/slug-{book_id}">'
        f'<img src="/images/{book_id}.jpg" alt=""><span class="text"> {title} </span></a>'
        f'<span class="author">{author}</span></li>'
    )


def validation(url: str | None, code: int = 0, message: str | None = None) -> bytes:
    return json.dumps({"url": url, "message": message, "errorCode": code, "params": None, "bitrates": None}).encode()


def card_of_episode(episode: int, media_id: Any = "9001", **more: Any) -> dict[str, Any]:
    """An episode as the recorded shape lists it."""
    return {
        "typename": "CardContentSummary",
        "title": f"Épisode&nbsp;{episode}",
        "summary": "<p>On en parle.</p>",
        "duration": {"durationInSeconds": 1800},
        "broadcastedFirstTimeAt": "2025-03-02T14:00:00.000Z",
        "isBroadcastedReplay": False,
        "picture": None,
        "playlistItemId": {"globalId2": {"contentType": {"id": 18}, "id": str(episode)}, "mediaId": media_id},
        "url": f"/balados/8001/les-vents/{episode}/episode-{episode}",
        **more,
    }


def programme(
    *episodes: dict[str, Any], number: int = 1, size: int = 2, total: int | None = None, **more: Any
) -> dict[str, Any]:
    """A page of a programme in the recorded shape."""
    return {
        "typename": "EmissionBalado",
        "canonicalUrl": "/balados/8001/les-vents",
        "header": {
            "title": "Les vents &amp; marées",
            "subtitle": "Avec Ana Roy et Luc Tel",
            "picture": {"pattern": "https://images.example/w_{width}/{ratio}/vents.jpg"},
        },
        "description": {"title": "Avec Ana Roy et Luc Tel"},
        "content": {
            "contentDetail": {
                "items": list(episodes),
                "pagedConfiguration": {
                    "pageNumber": number,
                    "pageSize": size,
                    "totalNumberOfItems": len(episodes) if total is None else total,
                },
            }
        },
        **more,
    }


def newer_programme(*episodes: dict[str, Any], size: int = 50, total: int | None = None) -> dict[str, Any]:
    """A page of a programme in the shape of newer builds."""
    return {
        "appShare": {"title": "Les vents & marées"},
        "episodes": list(episodes),
        "pagination": {"pageSize": size, "totalCount": len(episodes) if total is None else total},
    }


def newer_episode(episode: int, *media_ids: int) -> dict[str, Any]:
    return {
        "title": f"Épisode {episode}",
        "url": f"/balados/8001/les-vents/{episode}/episode-{episode}",
        "mediaIds": list(media_ids),
        "summary": "",
        "duration": 1800,
    }


def cue(media_id: Any, start: Any, title: str = "Chronique", seconds: Any = 60, **more: Any) -> dict[str, Any]:
    return {
        "typename": "PlaybackListItemEpisodePremiereCue",
        "title": title,
        "subtitle": "Le matin - 2 mars 2025",
        "productTitle": "Le matin",
        "duration": {"durationInSeconds": seconds},
        "broadcastedFirstTimeAt": "2025-03-02T10:00:00.000Z",
        "mediaPlaybackItem": {"mediaId": media_id, "mediaSeekTime": start},
        "picture": {"pattern": "https://images.example/w_{width}/{ratio}/matin.jpg"},
        **more,
    }


def playback(*cues: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"typename": "PlaybackListEpisodePremiere", "hasNext": False, "items": list(cues), **more}
