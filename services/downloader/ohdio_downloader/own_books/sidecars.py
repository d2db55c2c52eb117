"""What lies beside the sound of a book and says what it is: ``metadata.opf``, ``metadata.json``, ``.nfo`` and texts.

``metadata.json`` is that of Audiobookshelf; an ``.nfo`` is text for people, with "Title: …" on a line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from lxml import etree

from ohdio_downloader.own_books.facts import BookFacts, names_of, year_of

_MOST_BYTES = 1_000_000
_DC = "{http://purl.org/dc/elements/1.1/}"
_OPF = "{http://www.idpf.org/2007/opf}"
_LINE = re.compile(r"^[\s|*]*(?P<name>[A-Za-z][A-Za-z ]{2,24}?)[\s.]*[:=][\s.]*(?P<value>\S.*?)[\s|*]*$", re.MULTILINE)
_NFO = {
    "title": "title",
    "book title": "title",
    "author": "authors",
    "written by": "authors",
    "auteur": "authors",
    "read by": "narrators",
    "narrator": "narrators",
    "narrated by": "narrators",
    "lu par": "narrators",
    "translator": "translators",
    "translated by": "translators",
    "traducteur": "translators",
    "series": "series",
    "series name": "series",
    "position in series": "series_position",
    "publisher": "publisher",
    "genre": "genre",
    "asin": "asin",
    "isbn": "isbn",
}


def read_sidecars(others: Sequence[Path]) -> list[BookFacts]:
    """Return what files beside the sound say, the one that says most first; what cannot be read says nothing."""
    found = []
    for path in sorted(others, key=lambda each: _ORDER.get(each.name.lower(), 2)):
        with suppress(OSError, ValueError, TypeError, AttributeError, etree.XMLSyntaxError, RecursionError):
            if path.stat().st_size <= _MOST_BYTES:
                found.append(_read(path))
    return found


_ORDER = {"metadata.opf": 0, "metadata.json": 1}


def _read(path: Path) -> BookFacts:
    name = path.name.lower()
    if name.endswith(".opf"):
        return _of_opf(path.read_bytes())
    if name == "metadata.json":
        return _of_json(json.loads(path.read_text(encoding="utf-8-sig")))
    if name.endswith(".nfo"):
        return _of_nfo(path.read_bytes().decode("utf-8", errors="replace"))
    text = path.read_text(encoding="utf-8", errors="replace").strip() if name in {"desc.txt", "reader.txt"} else ""
    if name == "reader.txt":
        return BookFacts(narrators=names_of(text.splitlines()[0] if text else None))
    return BookFacts(description=text or None)


def _of_opf(data: bytes) -> BookFacts:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(data, parser)
    ids = {(each.get(f"{_OPF}scheme") or "").lower(): _text(each) for each in root.iter(f"{_DC}identifier")}
    people: dict[str, list[str]] = {}
    for each in root.iter(f"{_DC}creator", f"{_DC}contributor"):
        by_itself = "aut" if each.tag == f"{_DC}creator" else ""
        if name := _text(each):
            people.setdefault((each.get(f"{_OPF}role") or by_itself).lower(), []).append(name)
    meta = {each.get("name") or "": each.get("content") or "" for each in root.iter(f"{_OPF}meta")}
    first = {
        tag: _text(root.find(f".//{_DC}{tag}")) for tag in ("title", "date", "publisher", "language", "description")
    }
    return BookFacts(
        owner=ids.get("ohdio"),
        title=first["title"],
        authors=tuple(people.get("aut", ())),
        narrators=tuple(people.get("nrt", ())),
        translators=tuple(people.get("trl", ())),
        series=meta.get("calibre:series") or None,
        series_position=meta.get("calibre:series_index") or None,
        published_year=year_of(first["date"]),
        publisher=first["publisher"],
        language=first["language"],
        isbn=ids.get("isbn"),
        asin=ids.get("asin"),
        description=first["description"],
    )


def _text(element: Any) -> str | None:
    return None if element is None else " ".join("".join(element.itertext()).split()) or None


def _of_json(said: dict[str, Any]) -> BookFacts:
    series = next((each for each in said.get("series") or () if isinstance(each, str)), "")
    name, _, place = series.partition(" #")
    return BookFacts(
        title=_string(said.get("title")),
        authors=_strings(said.get("authors")),
        narrators=_strings(said.get("narrators")),
        series=name or None,
        series_position=place or None,
        published_year=year_of(str(said.get("publishedYear") or said.get("publishedDate") or "")),
        publisher=_string(said.get("publisher")),
        genre="; ".join(_strings(said.get("genres"))) or None,
        language=_string(said.get("language")),
        isbn=_string(said.get("isbn")),
        asin=_string(said.get("asin")),
        description=_string(said.get("description")),
    )


def _string(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _strings(value: object) -> tuple[str, ...]:
    return (
        tuple(each.strip() for each in value if isinstance(each, str) and each.strip())
        if isinstance(value, list)
        else ()
    )


def _of_nfo(text: str) -> BookFacts:
    found: dict[str, Any] = {}
    for line in _LINE.finditer(text):
        field = _NFO.get(line["name"].strip().lower())
        if field is not None and field not in found:
            is_people = field in {"authors", "narrators", "translators"}
            found[field] = names_of(line["value"]) if is_people else line["value"]
    return BookFacts(**found)
