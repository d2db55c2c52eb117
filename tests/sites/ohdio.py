"""OHdio's pages and answers for a catalogue: pure functions from records to bytes.

The shapes are those that public clients recorded in 2025 and 2026: category pages as a grid of
links, book pages with their state embedded as ``window._rcState_``, GraphQL for a book (persisted
queries by GET, full-text ones by POST), and the validation of media, version 2.
"""

from __future__ import annotations

import json
import math
from html import escape
from typing import Any

from tests.sites import hosts
from tests.sites.catalogue import MediaForm, SimBook, SimCategory

ROOT = "/ohdio"
AUDIOBOOK_HASH = "a676e346c1993bbfcf6924eac2f3e3d45ad3055721c6949b74fbd0d33a505a59"


def category_page(category: SimCategory, books: list[SimBook], page: int) -> bytes | None:
    """The HTML of one page of a category; ``page`` counts from 1. None where there is no such page."""
    size = category.page_size or max(len(books), 1)
    shown = books[(page - 1) * size : page * size]
    if page < 1 or (page > 1 and not shown):
        return None
    path = ROOT + category.path
    has_next = page * size < len(books)
    return _html(
        category.title,
        head=f'<link rel="next" href="{path}?page={page + 1}">' if has_next else "",
        body=(
            f'<nav class="index-grid-item"><a href="{path}">'
            f'<span class="text">{escape(category.title)}</span></a></nav>'
            f'<main><h1>{escape(category.title)}</h1><ul class="index-grid">'
            + "".join(_grid_item(book) for book in shown)
            + "</ul>"
            + (f'<a class="pagination-next" rel="next" href="{path}?page={page + 1}">Suivant</a>' if has_next else "")
            + "</main>"
        ),
    )


def _grid_item(book: SimBook) -> str:
    return (
        f'<li class="index-grid-item"><a href="{ROOT}{book.path}">'
        f'<img src="{cover_url(book, 300)}" alt="{escape(book.title)}">'
        f'<span class="text">{escape(book.title)}</span></a>'
        f'<span class="author">{escape(_joined(book.authors))}</span></li>'
    )


def state_page(path: str, data: dict[str, Any], *, has_state: bool) -> bytes:
    """A page that is drawn from its embedded state alone."""
    return _html("OHdio", head="", body=_state(path, data) if has_state else "")


def book_page(book: SimBook, *, has_state: bool = True) -> bytes:
    """The HTML of a book, with links to its parts, its embedded state and its JSON-LD."""
    path = ROOT + book.path
    linked = {
        "@context": "https://schema.org",
        "@type": "Audiobook",
        "name": book.title,
        "author": [{"@type": "Person", "name": name} for name in book.authors],
    }
    return _html(
        book.title,
        head=(
            f'<link rel="canonical" href="https://{hosts.PAGES}{path}">'
            f'<script type="application/ld+json">{_script_json(linked)}</script>'
        ),
        body=(
            f"<main><h1>{escape(book.title)}</h1><ol>"
            + "".join(
                f'<li><a href="{path}/{part.media_id}-0">{escape(part.title or book.title)}</a></li>'
                for part in book.parts
            )
            + "</ol></main>"
            + (_state(path, audiobook(book)) if has_state else "")
        ),
    )


def _state(path: str, data: dict[str, Any]) -> str:
    state = {"pagesV2": {"pages": {path: {"data": data}}}}
    return f"<script>window._rcState_ = {_script_json(state)};</script>"


def not_found_page() -> bytes:
    """What a browser sees where there is nothing."""
    return _html("Page introuvable", head="", body="<main><h1>Cette page n'existe pas</h1></main>")


def book_answer(book: SimBook | None, asked_id: str, *, typename: str = "typename") -> bytes:
    """GraphQL's answer about a book; None is what the site does not know, and still a status of 200."""
    if book is None or book.is_gone:
        message = f"Le livre audio {asked_id} n'a pas été trouvé ou n'est plus disponible"
        found: dict[str, Any] = {typename: "PageError", "code": "ContentNotFound", "message": message}
    else:
        found = {typename: "AudioBook", **audiobook(book)}
    return json.dumps({"data": {"audioBookById": found}}, ensure_ascii=False).encode()


def audiobook(book: SimBook) -> dict[str, Any]:
    """The fields of a book that its page and GraphQL share."""
    global_id = {"contentType": {"id": 60, "name": "Livre audio"}, "id": str(book.id)}
    summary = f"<p>{escape(book.summary)}</p>"
    return {
        "canonicalUrl": book.path,
        "header": {
            "title": book.title,
            "subtitle": f"<p>{escape(_joined(book.authors))}</p>",
            "kicker": book.genre,
            "summary": summary,
            "isPlayable": True,
            "globalId": global_id,
            "duration": {"durationInSeconds": sum(math.ceil(part.seconds) for part in book.parts)},
            "picture": {"alt": book.title, "credit": book.publisher, "pattern": _cover_pattern(book)},
            "playlistItemId": {"globalId2": global_id, "mediaId": None, "mediaStartPosition": None},
        },
        "description": {"title": f"<p>{escape(_joined(book.narrators))}</p>", "summary": None},
        "content": {
            "about": {
                "publisherInformation": (
                    f"<p>Publié en&nbsp;{book.year}&nbsp;| {escape(book.publisher)}&nbsp;"
                    "| 212&nbsp;pages | Tout&nbsp;public</p>"
                ),
                "summary": summary,
            },
            "contentDetail": {
                "items": [_part(book, index) for index in range(len(book.parts))],
                "pagedConfiguration": None,
            },
        },
        "meta": {"image": cover_url(book, 1400, ratio="16x9")},
    }


def _part(book: SimBook, index: int) -> dict[str, Any]:
    part = book.parts[index]
    url = f"{book.path}/{part.media_id}-0"
    return {
        "title": part.title,
        "subtitle": None,
        "summary": "",
        "index": None,
        "isPlayable": True,
        "duration": {"durationInSeconds": math.ceil(part.seconds)},
        "playlistItemId": {
            "globalId2": {"contentType": {"id": 60, "name": "Livre audio"}, "id": str(book.id)},
            "mediaId": part.media_id,
            "mediaStartPosition": None,
        },
        "broadcastedFirstTimeAt": None,
        "share": {"title": f"{book.title} - {part.title}" if part.title else book.title, "url": url},
        "url": url,
    }


def validation_answer(url: str | None, *, code: int = 6) -> bytes:
    """The validation's answer: an address, or none and the code that says why. The status is 200 in both cases."""
    answer: dict[str, Any]
    if url is None:
        message = {
            1: "Le contenu sélectionné n'est pas disponible dans votre pays",
            6: "Média n'est pas trouvé",
        }.get(code, "Ce contenu est disponible seulement en premium")
        answer = {"url": None, "message": message, "errorCode": code, "params": None, "bitrates": None}
    else:
        answer = {
            "url": url,
            "message": None,
            "errorCode": 0,
            "params": [
                {"name": "mediaType", "value": "audio"},
                {"name": "contentType", "value": "audio/mpeg"},
                {"name": "tokenId", "value": 6},
            ],
            "bitrates": [{"bitrate": 128, "width": 0, "height": 0, "lines": "128k", "param": None, "max": 0}],
        }
    return json.dumps(answer, ensure_ascii=False).encode()


def is_served_as(form: MediaForm, tech: str) -> bool:
    """Return whether the validation has an address for media of this form under this technique."""
    is_progressive = form in (MediaForm.MP3, MediaForm.MP4)
    return tech == ("progressive" if is_progressive else "hls")


def cover_url(book: SimBook, width: int, *, ratio: str = "1x1") -> str:
    """A cover's address; the width and the ratio are in the path."""
    return _cover_pattern(book).format(width=width, ratio=ratio)


def _cover_pattern(book: SimBook) -> str:
    return f"https://{hosts.IMAGES}/q_auto,w_{{width}}/v1/ici-premiere/livres/{{ratio}}/{book.id}-{book.slug}.jpg"


def _joined(names: tuple[str, ...]) -> str:
    return ", ".join(names[:-1]) + " et " + names[-1] if len(names) > 1 else "".join(names)


def _script_json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")


def _html(title: str, *, head: str, body: str) -> bytes:
    return (
        f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{escape(title)} | OHdio</title>'
        f"{head}</head>"
        f"<body>{body}</body></html>"
    ).encode()
