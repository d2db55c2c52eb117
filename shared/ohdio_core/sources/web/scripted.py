"""Recordings that a page gives to scripts alone: in ``data-`` attributes, an embedded player's address, or JSON.

They count where a page has nothing else; without its scripts nobody knows what becomes of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from ohdio_core.sources.audio_extensions import AUDIO_EXTENSIONS
from ohdio_core.sources.json_values import decoded, text_at
from ohdio_core.sources.web import links
from ohdio_core.sources.web.document import Document
from ohdio_core.sources.web.forms import best_forms, piece_of
from ohdio_core.sources.web.found import Audio
from ohdio_core.sources.web.in_code import recordings_in_code

_MOST_ELEMENTS = 200_000
_MOST_VALUES = 5_000  # of one JSON text
_LONGEST_JSON = 1_000_000
_BLANK = re.compile(r"\s")
_ADDRESSES = ("https://", "http://", "/")  # what begins so is none of a sentence's, whatever blanks it has
_JSON_TITLES = ("title", "name", "trackTitle", "caption", "label")
_PLUGINS = frozenset({"embed", "object", "param"})
_TITLES = ("data-title", "data-name", "title", "aria-label")


def recordings_of_scripts(document: Document) -> tuple[Audio, ...]:
    """Return the recordings that stand in attributes for scripts; else the only one that the page's JSON names."""
    found = best_forms(_in_attributes(document))
    if found:
        return found
    if tracks := best_forms(_in_lists(document)):
        return tracks
    named = best_forms(_in_scripts(document))
    # Several are as likely those of other pages.
    is_one = len({piece_of(audio.url) for audio in named}) == 1
    return named if is_one else () if named else recordings_in_code(document)


def _in_attributes(document: Document) -> Iterator[Audio]:
    for element in islice(document.root.iter("*"), _MOST_ELEMENTS):
        values = [str(value) for name, value in element.attrib.items() if str(name).startswith("data-")]
        if element.tag in _PLUGINS:
            values += [element.get(name) or "" for name in ("data", "src", "value")]
            values += [value for name in ("flashvars", "value") for value in _pairs(element.get(name) or "")]
        if element.tag in ("iframe", *_PLUGINS):
            values += _queried(element.get("src") or element.get("data-src") or element.get("data") or "")
        title = next((said for name in _TITLES if (said := (element.get(name) or "").strip())), None)
        for value in values:
            for address, own_title in _addresses(document, value):
                yield Audio(address, own_title or title)


def _queried(reference: str) -> list[str]:
    """Return the values in the query of an embedded player's address, of which one may be what it plays."""
    try:
        return _pairs(urlsplit(reference).query)
    except ValueError:
        return []


def _pairs(query: str) -> list[str]:
    try:
        return [value for _, value in parse_qsl(query)]
    except ValueError:
        return []


def _in_lists(document: Document) -> Iterator[Audio]:
    """Yield what a player's own list has: as WordPress gives one to its player, or a JSON text by its name."""
    for script in document.elements("script"):
        marks = f"{script.get('class') or ''} {script.get('id') or ''}".lower()
        is_json = (script.get("type") or "").partition(";")[0].strip().lower() == "application/json"
        if is_json and any(word in marks for word in ("playlist", "tracks", "tracklist")):
            yield from (Audio(address, title) for address, title in _addresses(document, _text(script)))


def _in_scripts(document: Document) -> Iterator[Audio]:
    for script in document.elements("script"):
        if (script.get("type") or "").partition(";")[0].strip().lower() == "application/json":
            yield from (Audio(address, title) for address, title in _addresses(document, _text(script)))


def _text(script: etree._Element) -> str:
    return (script.text or "").strip()


def _addresses(document: Document, value: str) -> Iterator[tuple[str, str | None]]:
    """Yield the addresses of recordings in a value: itself, or the texts of its JSON, each with what it is called."""
    value = value.strip()
    for text, title in _texts(value) if value.startswith(("{", "[")) else ((value, None),):
        if not links.names_file(text) or (_BLANK.search(text) and not text.startswith(_ADDRESSES)):
            continue
        address = document.absolute(text)
        if address is not None and links.kind_of(address) is links.LinkKind.AUDIO:
            yield links.without_number(address), title


def _texts(json_text: str) -> Iterator[tuple[str, str | None]]:
    """Yield every text in JSON, in its order, with the title of what it is in; none where it is no JSON."""
    if len(json_text) > _LONGEST_JSON or not any(ending in json_text.lower() for ending in AUDIO_EXTENSIONS):
        return
    try:
        pending: list[tuple[object, str | None]] = [(decoded(json_text), None)]
    except ValueError:
        return
    for _ in range(_MOST_VALUES):
        if not pending:
            return
        value, title = pending.pop()
        if isinstance(value, str):
            yield value, title
        elif isinstance(value, dict):
            title = next(filter(None, (text_at(value, name).strip() for name in _JSON_TITLES)), title)
            pending.extend((inner, title) for inner in reversed(value.values()))
        elif isinstance(value, list):
            # What a list has in common names none of it.
            pending.extend((inner, title if len(value) == 1 else None) for inner in reversed(value))
