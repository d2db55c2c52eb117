"""LibriVox's answers in the shapes that were recorded, about books that were invented."""

from __future__ import annotations

import json
from typing import Any

ITEM = "gardien_brume_2011_lv"
SLUG = "le-gardien-de-la-brume-by-odile-vachon"


def section(number: int, *, readers: tuple[str, ...] = ("Ginette Aubut",), **fields: Any) -> dict[str, Any]:
    return {
        "id": str(9000 + number),
        "section_number": str(number),
        "title": f"Chapitre {number} ",
        "listen_url": f"https://www.archive.org/download/{ITEM}/gardien_{number:02d}_vachon_64kb.mp3",
        "language": "English",
        "playtime": "60",
        "file_name": None,
        "readers": [{"reader_id": "7", "display_name": name} for name in readers],
        **fields,
    }


def record(number: int = 52, *, sections: list[dict[str, Any]] | None = None, **fields: Any) -> dict[str, Any]:
    listed = [section(1), section(2, readers=("Paul Ménard (d. 2015)",)), section(3)] if sections is None else sections
    return {
        "id": str(number),
        "title": "Le gardien de la brume",
        "description": "<p>Un phare &amp; son gardien.</p>",
        "language": "French",
        "copyright_year": "1911",
        "num_sections": str(len(listed)),
        "url_rss": f"http://librivox.org/rss/{number}",
        "url_librivox": f"http://librivox.org/{SLUG}/",
        "url_other": None,
        "totaltime": "0:03:00",
        "totaltimesecs": 180,
        "authors": [{"id": "86", "first_name": "Odile", "last_name": "Vachon", "dob": "1850", "dod": ""}],
        "url_iarchive": f"http://www.archive.org/details/{ITEM}",
        "coverart_jpg": "https://www.archive.org/download/LibrivoxCdCoverArt27/gardien_1103.jpg",
        "sections": listed,
        "genres": [{"id": "1", "name": "*Non-fiction"}, {"id": "2", "name": "Sea, Fog & Lights "}],
        "translators": [],
        **fields,
    }


def numbered(number: int, **fields: Any) -> dict[str, Any]:
    """A further book, with a slug of its own."""
    return record(
        number, url_librivox=f"https://librivox.org/recit-{number}-by-odile-vachon/", title=f"Récit {number}", **fields
    )


def books(*records: dict[str, Any]) -> bytes:
    return json.dumps({"books": records}).encode()


def none_found() -> bytes:
    return b'{"error":"Audiobooks could not be found"}'


def authors(*found: tuple[str, str]) -> bytes:
    return json.dumps(
        {"authors": [{"id": number, "first_name": "Odile", "last_name": name} for number, name in found]}
    ).encode()


def book_page(*, rows: int = 3, number: int | None = 52) -> bytes:
    """A book's page, as the site's template makes it."""
    feed = f'<a href="http://librivox.org/rss/{number}" class="book-download-btn">RSS</a>' if number else ""
    listed = "".join(
        f'<tr><td><a href="https://www.archive.org/download/{ITEM}/gardien_{row:02d}_vachon_64kb.mp3" class="play-btn">'
        f'Play</a> {row:02d}</td><td><a href="https://www.archive.org/download/{ITEM}/gardien_{row:02d}_vachon.mp3" '
        f'class="chapter-name">Chapitre {row}</a></td>'
        '<td><a href="https://librivox.org/reader/7">Ginette Aubut</a></td>'
        "<td>00:01:00</td></tr>"
        for row in range(1, rows + 1)
    )
    return (
        '<!DOCTYPE html><html><body><div class="main-content"><div class="sidebar book-page">'
        f'<dl class="listen-download"><dt>RSS Feed</dt><dd>{feed}</dd></dl>'
        '<dl class="product-details clearfix"><dt>Running Time:</dt><dd>00:03:00</dd></dl>'
        f'<p><a href="https://archive.org/details/{ITEM}">Internet Archive Page</a></p></div>'
        '<div class="page book-page"><div class="content-wrap clearfix"><div class="book-page-book-cover">'
        '<a href="https://archive.org/download/covers/gardien.jpg" class="download-cover">Download cover art</a></div>'
        "<h1>Le gardien de la brume</h1>"
        '<p class="book-page-author"><a href="https://librivox.org/author/86">Odile VACHON (1850 - 1920)</a></p>'
        '<div class="description">Un phare &amp; son gardien.<br><br>Fin.</div>'
        '<p class="book-page-genre"><span>Genre(s):</span> Sea, Fog &amp; Lights</p>'
        '<p class="book-page-genre"><span>Language:</span> French</p></div>'
        '<table class="chapter-download"><thead><tr><th>Section</th><th>Chapter</th><th>Reader</th><th>Time</th></tr>'
        f"</thead><tbody>{listed}</tbody></table></div></div></body></html>"
    ).encode()


def result(number: int, *, url: str | None = None) -> str:
    address = url or f"https://librivox.org/recit-{number}-by-odile-vachon/"
    return (
        '<li class="catalog-result"><a href="#" class="book-cover">'
        f'<img src="https://archive.org/download/covers/{number}_thumb.jpg" alt="x"/></a><div class="result-data">'
        f'<h3><a href="{address}">Récit {number} &amp; suite</a></h3><p class="book-author">'
        '<a href="https://librivox.org/author/86 ">Odile VACHON <span class="dod-dob">(1850 - 1920)</span></a></p>'
        '<p class="book-meta"> Complete | Solo | French</p></div></li>'
    )


def results(*found: str, last_page: int = 0) -> bytes:
    pagination = "".join(
        f'<a class="page-number" data-page_number="{page}">{page}</a>' for page in range(1, last_page + 1)
    )
    return json.dumps({"status": "SUCCESS", "results": "".join(found), "pagination": pagination}).encode()
