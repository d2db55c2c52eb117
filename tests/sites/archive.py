"""archive.org for a catalogue: every book is an item, all of them are one collection.

The shapes are those that public clients recorded: ``/metadata/ID`` with files in a list and numbers as texts, lengths
in seconds on originals and as a clock on what was made of them, ``{}`` for an unknown item; both searches.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any
from urllib.parse import parse_qs

from tests.sites.answers import Answer, content
from tests.sites.catalogue import Catalogue, Drift, SimBook
from tests.sites.connection import Request
from tests.sites.faults import RequestKind
from tests.sites.media import MediaAddress, MediaStore, media_name

COLLECTION = "recits_en_ondes"

_JSON = "application/json; charset=utf-8"
_ITEM = re.compile(r"/(?:metadata|details)/sim_(\d+)_librivox")
_FILE = re.compile(r"/download/sim_(\d+)_librivox/chapter_(\d{3})_sim(?:_64kb)?\.mp3")
_PICTURE = re.compile(r"/services/img/sim_(\d+)_librivox")
_ROWS = 100


def item_of(book: SimBook) -> str:
    """The identifier of a book's item."""
    return f"sim_{book.id}_librivox"


def file_name(index: int, *, is_small: bool = False) -> str:
    """The name of a part's file, in the form that was uploaded or in the site's smaller one."""
    return f"chapter_{index:03d}_sim{'_64kb' if is_small else ''}.mp3"


def media_address(request: Request, books: dict[int, SimBook]) -> MediaAddress | None:
    """Which medium a download is of; None where it is of none."""
    found = _FILE.fullmatch(request.path)
    book = books.get(int(found[1])) if found else None
    if found is None or book is None or int(found[2]) >= len(book.parts):
        return None
    return MediaAddress(book, int(found[2]), media_name(book, int(found[2])))


def pictured(request: Request) -> int | None:
    """The number of the book whose picture is asked for; None where none is."""
    found = _PICTURE.fullmatch(request.path)
    return int(found[1]) if found else None


def answer(
    request: Request, catalogue: Catalogue, media: MediaStore
) -> tuple[RequestKind, Answer, SimBook | None] | None:
    """What is asked for, the answer, and the book that it is about; None where there is nothing."""
    query = {name: values[0] for name, values in parse_qs(request.query).items()}
    if found := _ITEM.fullmatch(request.path):
        book = next((book for book in catalogue.books if book.id == int(found[1])), None)
        is_open = Drift.METADATA_CLOSED not in catalogue.drifts
        if not request.path.startswith("/metadata/"):
            return (RequestKind.METADATA, _json(_old(book, media)), book) if query.get("output") == "json" else None
        return (RequestKind.METADATA, _json(_item(book, media)) if is_open else Answer(404), book)
    if request.path == "/services/search/v1/scrape":
        if Drift.METADATA_CLOSED in catalogue.drifts:
            return RequestKind.LISTING, Answer(404), None
        return RequestKind.LISTING, _json(_scraped(catalogue, query, query.get("fields", "").split(","))), None
    if request.path == "/advancedsearch.php":
        return RequestKind.LISTING, _json(_searched(catalogue, query, parse_qs(request.query).get("fl[]", []))), None
    return None


def _item(book: SimBook | None, media: MediaStore) -> dict[str, Any]:
    if book is None or book.is_gone:
        return {}
    files = [
        file
        for index in range(len(book.parts))
        for file in (_file(book, index, media, is_small=False), _file(book, index, media, is_small=True))
    ]
    return {"created": 1, "d1": "node", "dir": "/1", "files": files, "files_count": len(files), "metadata": _told(book)}


def _old(book: SimBook | None, media: MediaStore) -> dict[str, Any]:
    item = _item(book, media)
    if not item:
        return {}
    files = {f"/{file['name']}": {name: file[name] for name in file if name != "name"} for file in item["files"]}
    told = {name: value if isinstance(value, list) else [value] for name, value in item["metadata"].items()}
    return {"server": "node", "dir": "/1", "metadata": told, "files": files, "misc": {}}


def _told(book: SimBook) -> dict[str, Any]:
    return {
        "identifier": item_of(book),
        "title": book.title,
        "creator": list(book.authors) if len(book.authors) > 1 else book.authors[0],
        "mediatype": "audio",
        "collection": [COLLECTION, "audio_bookspoetry"],
        "description": f"<p>{book.summary}</p> Lu par {' et '.join(book.narrators)}.",
        "subject": f"librivox; audiobook; {book.genre}",
        "language": "fre",
        "publisher": book.publisher,
        "date": f"{book.year}-05-01",
    }


def _file(book: SimBook, index: int, media: MediaStore, *, is_small: bool) -> dict[str, Any]:
    part = book.parts[index]
    file = media.read(MediaAddress(book, index, media_name(book, index)))
    assert file is not None
    made: dict[str, Any] = {"source": "original", "format": "128Kbps MP3", "length": f"{part.seconds:.2f}"}
    if is_small:
        clock = f"{int(part.seconds) // 60:02d}:{int(part.seconds) % 60:02d}"
        made = {"source": "derivative", "format": "64Kbps MP3", "original": file_name(index), "length": clock}
    return {
        "name": file_name(index, is_small=is_small),
        "size": str(len(file.body)),
        "md5": hashlib.md5(file.body, usedforsecurity=False).hexdigest(),
        "sha1": hashlib.sha1(file.body, usedforsecurity=False).hexdigest(),
        "title": part.title or book.title,
        "track": f"{index + 1}/{len(book.parts)}",
        **made,
    }


def _scraped(catalogue: Catalogue, query: dict[str, str], fields: list[str]) -> dict[str, Any]:
    docs = _found(catalogue, query.get("q", ""), fields)
    start = int(query.get("cursor", "0"))
    # The real one gives no fewer than 100 at once; small pages make paging cheap to show.
    stop = start + 2
    more = {"cursor": str(stop)} if stop < len(docs) else {}
    return {"items": docs[start:stop], "count": len(docs[start:stop]), "total": len(docs), **more}


def _searched(catalogue: Catalogue, query: dict[str, str], fields: list[str]) -> dict[str, Any]:
    docs = _found(catalogue, query.get("q", ""), fields)
    rows = int(query.get("rows", str(_ROWS)))
    start = (int(query.get("page", "1")) - 1) * rows
    response = {"numFound": len(docs), "start": start, "docs": docs[start : start + rows]}
    return {"responseHeader": {"status": 0}, "response": response}


def _found(catalogue: Catalogue, query: str, fields: list[str]) -> list[dict[str, Any]]:
    """Return the fields asked for, of all books of the collection or of those with all the words in their title."""
    words = re.sub(r"\(|\)| AND mediatype:audio$", "", query).lower()
    chosen = [
        book
        for book in catalogue.books
        if words == f"collection:{COLLECTION}" or all(word in book.title.lower() for word in words.split())
    ]
    return [{name: value for name, value in _doc(book).items() if name in fields} for book in chosen]


def _doc(book: SimBook) -> dict[str, Any]:
    return {
        "identifier": item_of(book),
        "title": book.title,
        "creator": list(book.authors),
        "mediatype": "audio",
        "publicdate": f"{book.year}-06-07T08:09:10Z",
        "language": "fre",
    }


def _json(value: dict[str, Any]) -> Answer:
    return content(json.dumps(value, ensure_ascii=False).encode(), _JSON)
