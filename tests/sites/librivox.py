"""LibriVox for a catalogue: pages of books, listings of readers, the API with its oddities.

The shapes are those of the site's own source and of recorded answers: numbers are texts, ``books`` is an object
where there is one book, a section's title has a blank behind it, and nothing found is a 404.
"""

from __future__ import annotations

import json
import math
import re
from html import escape
from typing import Any
from urllib.parse import parse_qs

from tests.sites import archive, titles
from tests.sites.answers import Answer, content
from tests.sites.catalogue import Catalogue, Drift, SimBook
from tests.sites.connection import Request
from tests.sites.faults import RequestKind

ROOT = "https://librivox.org"
RESULTS_AT_ONCE = 2  # 25 on the real site; small pages make paging cheap to show

_JSON = "application/json; charset=utf-8"
_HTML = "text/html; charset=utf-8"


def slug(book: SimBook) -> str:
    """The words of a book's address; the number keeps those of one title apart."""
    return f"{book.slug}-by-{titles.slug(book.authors[0])}-{book.id}"


def reader_id(catalogue: Catalogue, name: str) -> int:
    """The number of a reader."""
    return 1 + sorted({each for book in catalogue.books for each in book.narrators}).index(name)


def author_id(catalogue: Catalogue, name: str) -> int:
    """The number of an author."""
    return 1 + sorted({each for book in catalogue.books for each in book.authors}).index(name)


def answer(request: Request, catalogue: Catalogue) -> tuple[RequestKind, Answer, SimBook | None] | None:
    """What is asked for, the answer, and the book that it is about; None where there is nothing."""
    query = {name: values[0] for name, values in parse_qs(request.query).items()}
    if request.path.startswith("/api/feed/"):
        return _api(request.path.removeprefix("/api/feed/").rstrip("/"), query, catalogue)
    if request.path.endswith("/get_results"):
        return _results(request, query, catalogue)
    if found := re.fullmatch(r"/rss/(\d+)", request.path):
        book = next((book for book in catalogue.books if book.id == int(found[1])), None)
        return None if book is None else (RequestKind.FEED, content(_feed(book), "application/rss+xml"), book)
    book = next((book for book in catalogue.books if request.path == f"/{slug(book)}/"), None)
    if book is None or book.is_gone:
        return None
    return RequestKind.PAGE, content(_page(book, catalogue), _HTML), book


def _api(what: str, query: dict[str, str], catalogue: Catalogue) -> tuple[RequestKind, Answer, SimBook | None]:
    kind = RequestKind.METADATA if "id" in query else RequestKind.LISTING
    if Drift.CATALOGUE_CLOSED in catalogue.drifts:
        return kind, content(b"<html><body>A Database Error Occurred</body></html>", _HTML), None
    if what == "authors":
        names = sorted({each for book in catalogue.books for each in book.authors})
        found = [_person(name, catalogue) for name in names if str(author_id(catalogue, name)) == query.get("id")]
        return kind, _json({"authors": found}), None
    limit = int(query.get("limit", "50"))
    if limit > 500:
        return kind, _json({"error": "Too many records requested"}, 400), None
    start = int(query.get("offset", "0"))
    chosen = [book for book in catalogue.books if _is_asked_for(book, query)][start : start + limit]
    if not chosen:
        return kind, _json({"error": "Audiobooks could not be found"}, 404), None
    records = [_record(book, catalogue) for book in chosen]
    books: Any = {str(len(chosen[0].parts) - 1): records[0]} if len(records) == 1 else records
    return kind, _json({"books": books}), chosen[0] if kind is RequestKind.METADATA else None


def _is_asked_for(book: SimBook, query: dict[str, str]) -> bool:
    title = query.get("title", "").lower()
    last_names = [name.rpartition(" ")[2].lower() for name in book.authors]
    return (
        query.get("id") in (None, str(book.id))
        and (book.title.lower().startswith(title[1:]) if title.startswith("^") else title in ("", book.title.lower()))
        and ("author" not in query or query["author"].lower() in last_names)
        and query.get("genre") in (None, book.genre)
        and not book.is_gone
    )


def _record(book: SimBook, catalogue: Catalogue) -> dict[str, Any]:
    seconds = sum(math.floor(part.seconds) for part in book.parts)
    return {
        "id": str(book.id),
        "title": book.title,
        "description": f"<p>{escape(book.summary)}</p>",
        "language": "French",
        "copyright_year": str(book.year),
        "num_sections": str(len(book.parts)),
        "url_rss": f"http://librivox.org/rss/{book.id}",
        "url_librivox": f"http://librivox.org/{slug(book)}/",
        "url_other": None,
        "totaltime": f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}",
        "totaltimesecs": seconds,
        "authors": [_person(name, catalogue) for name in book.authors],
        "url_iarchive": f"http://www.archive.org/details/{archive.item_of(book)}",
        "coverart_jpg": None,
        "sections": [_section(book, index, catalogue) for index in range(len(book.parts))],
        "genres": [{"id": "1", "name": book.genre}],
        "translators": [],
    }


def _section(book: SimBook, index: int, catalogue: Catalogue) -> dict[str, Any]:
    reader = book.narrators[index % len(book.narrators)]
    return {
        "id": f"{book.id}{index:03d}",
        "section_number": str(index),
        "title": f"{book.parts[index].title or book.title} ",
        "listen_url": _listen_url(book, index, catalogue),
        "language": "English",
        "playtime": str(math.floor(book.parts[index].seconds)),
        "file_name": None,
        "readers": [{"reader_id": str(reader_id(catalogue, reader)), "display_name": reader}],
    }


def _listen_url(book: SimBook, index: int, catalogue: Catalogue) -> str | None:
    if Drift.AUDIO_MOVED in catalogue.drifts:
        return f"http://gone.example/{book.id}/{index}.mp3" if index % 2 else None
    return f"http://www.archive.org/download/{archive.item_of(book)}/{archive.file_name(index, is_small=True)}"


def _person(name: str, catalogue: Catalogue) -> dict[str, Any]:
    first, _, last = name.rpartition(" ")
    return {"id": str(author_id(catalogue, name)), "first_name": first, "last_name": last, "dob": "1850", "dod": ""}


def _results(
    request: Request, query: dict[str, str], catalogue: Catalogue
) -> tuple[RequestKind, Answer, SimBook | None]:
    number, page = int(query["primary_key"]), int(query["search_page"])
    names = {"author": lambda book: book.authors, "reader": lambda book: book.narrators}
    identify = {"author": author_id, "reader": reader_id}
    category = query["search_category"]
    chosen = [
        book
        for book in catalogue.books
        if category in names and any(identify[category](catalogue, name) == number for name in names[category](book))
    ]
    if request.headers.get("x-requested-with") != "XMLHttpRequest":
        return RequestKind.LISTING, content(b"", _HTML), None
    shown = chosen[(page - 1) * RESULTS_AT_ONCE : page * RESULTS_AT_ONCE]
    pages = math.ceil(len(chosen) / RESULTS_AT_ONCE)
    links = "".join(
        f'<a class="page-number" href="#" data-page_number="{each}">{each}</a>' for each in range(1, pages + 1)
    )
    return (
        RequestKind.LISTING,
        _json(
            {
                "status": "SUCCESS",
                "results": "".join(_result(book) for book in shown),
                "pagination": links if pages > 1 else "",
            }
        ),
        None,
    )


def _result(book: SimBook) -> str:
    return (
        '<li class="catalog-result"><div class="result-data">'
        f'<h3><a href="{ROOT}/{slug(book)}/">{escape(book.title)}</a></h3><p class="book-author">'
        f'<a href="{ROOT}/author/1">{escape(book.authors[0])} (1850 - 1920)</a></p>'
        '<p class="book-meta"> Complete | Solo | French</p></div></li>'
    )


def _page(book: SimBook, catalogue: Catalogue) -> bytes:
    item = archive.item_of(book)
    rows = "".join(
        f'<tr><td><a href="https://archive.org/download/{item}/{archive.file_name(index, is_small=True)}"'
        f' class="play-btn">Play</a> {index:02d}</td>'
        f'<td><a href="https://archive.org/download/{item}/{archive.file_name(index)}"'
        f' class="chapter-name">{escape(part.title or book.title)}</a></td>'
        f'<td><a href="{ROOT}/reader/1">{escape(book.narrators[index % len(book.narrators)])}</a></td>'
        f"<td>{int(part.seconds) // 3600:02d}:{int(part.seconds) // 60 % 60:02d}:{int(part.seconds) % 60:02d}</td></tr>"
        for index, part in enumerate(book.parts)
    )
    authors = ", ".join(
        f'<a href="{ROOT}/author/{author_id(catalogue, each)}">{escape(each)}</a>' for each in book.authors
    )
    return (
        '<!DOCTYPE html><html><body><div class="sidebar book-page">'
        f'<a href="http://librivox.org/rss/{book.id}">RSS</a> <a href="https://archive.org/details/{item}">Archive</a></div>'
        f'<div class="page book-page"><h1>{escape(book.title)}</h1><p class="book-page-author">{authors}</p>'
        f'<div class="description">{escape(book.summary)}</div>'
        f'<p class="book-page-genre"><span>Genre(s):</span> {escape(book.genre)}</p>'
        '<p class="book-page-genre"><span>Language:</span> French</p><table class="chapter-download"><thead><tr>'
        f"<th>Section</th><th>Chapter</th><th>Reader</th><th>Time</th></tr></thead><tbody>{rows}</tbody></table></div>"
        "</body></html>"
    ).encode()


def _feed(book: SimBook) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title><![CDATA[{book.title}]]></title><link><![CDATA[{ROOT}/{slug(book)}/]]></link></channel></rss>"
    ).encode()


def _json(value: dict[str, Any], status: int = 200) -> Answer:
    return content(json.dumps(value, ensure_ascii=False).encode(), _JSON, status=status)
