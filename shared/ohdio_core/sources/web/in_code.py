"""Recordings in the code of a page: the list that a script gives to its player, as ``[{title: "…", mp3: "…"}, …]``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ohdio_core.sources.audio_extensions import AUDIO_EXTENSIONS
from ohdio_core.sources.markup import line_of_text
from ohdio_core.sources.web import links
from ohdio_core.sources.web.document import Document
from ohdio_core.sources.web.forms import best_forms, piece_of
from ohdio_core.sources.web.found import Audio

_CODE = frozenset({"", "text/javascript", "application/javascript", "module", "text/ecmascript"})
_TEXT = r"\"(?:[^\"\\\n]|\\.){1,2000}\"|'(?:[^'\\\n]|\\.){1,2000}'"
_TEXTS = re.compile(_TEXT)
_OBJECT = re.compile(r"\{[^{}]{0,10000}\}")
_TITLE = re.compile(rf"\b[\"']?(?:title|name|caption|label)[\"']?\s{{0,9}}:\s{{0,9}}({_TEXT})", re.IGNORECASE)
_BETWEEN = re.compile(r"\s{0,200},\s{0,200}")
_MOST = 1_000_000  # characters of the scripts of one page


def recordings_in_code(document: Document) -> tuple[Audio, ...]:
    """Return the only list of recordings in the scripts of a page, or the only recording; several tell nothing."""
    lists = [each for code in _scripts(document) for each in _lists(code, document)]
    found = best_forms(audio for each in lists for audio in each)
    return found if len(lists) == 1 or len({piece_of(audio.url) for audio in found}) == 1 else ()


def _scripts(document: Document) -> Iterator[str]:
    left = _MOST
    for script in document.elements("script"):
        text = (script.text or "")[:left]
        if (script.get("type") or "").strip().lower() in _CODE and any(end in text.lower() for end in AUDIO_EXTENSIONS):
            left -= len(text)
            yield text


def _lists(code: str, document: Document) -> Iterator[list[Audio]]:
    """Yield the recordings of objects that stand beside each other."""
    now: list[Audio] = []
    end = 0
    for found in _OBJECT.finditer(code):
        audio = _recordings(found[0], document)
        if now and (not audio or _BETWEEN.fullmatch(code, end, found.start()) is None):
            yield now
            now = []
        now += audio
        end = found.end()
    if now:
        yield now


def _recordings(code: str, document: Document) -> list[Audio]:
    title = _TITLE.search(code)
    said = None if title is None else line_of_text(_read(title[1])) or None
    addresses = (document.absolute(_read(text[0])) for text in _TEXTS.finditer(code) if links.names_file(text[0][1:-1]))
    return [
        Audio(address, said)
        for address in addresses
        if address is not None and links.kind_of(address) is links.LinkKind.AUDIO
    ]


def _read(literal: str) -> str:
    """Return the text of a literal."""
    try:
        return str(json.loads(f'"{literal[1:-1]}"'))
    except ValueError:
        return literal[1:-1].replace("\\/", "/")
