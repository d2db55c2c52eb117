"""OHdio's answers in the shapes that were recorded, about books that were invented."""

from __future__ import annotations

import json
from typing import Any


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


def answer(found: Any) -> bytes:
    return json.dumps({"data": {"audioBookById": found}}).encode()


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
