"""What a page says of its book in words, in English, French and German: "Auteur : …", "Gelesen von …", "Durée : 3 h".

A label is a term of a list or the head of a row, stands before a colon, or alone above what it labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice, zip_longest

from lxml import etree

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.sources.rss.durations import parse_duration
from ohdio_core.sources.series_in_title import series_in
from ohdio_core.sources.web.document import Document

_AUTHORS = r"(?:auth?or(?:s|in|en|innen)?|auteure?s?|autrices?|verfasser(?:in)?|écrivaine?)"
_READERS = (
    r"(?:narrators?|readers?|narrat(?:eur|rice)s?|lect(?:eur|rice)s?|voix|voices?|sprecher(?:in|innen)?"
    r"|narration|vorleser(?:in)?|erzähler(?:in)?|interprètes?)"
)
_TRANSLATORS = r"(?:translators?|trad(?:uct(?:eur|rice)s?|uction)|übersetz(?:er|erin|ung))"
_SERIES = r"(?:series|série|reihe|serie|cycle|zyklus)"
_PUBLISHERS = r"(?:publishers?|éditeurs?|éditrice|éditions?|maison d['’]édition|verlag)"
_LENGTHS = (
    r"(?:duration|length|running time|total time|durée(?: totale| d['’]écoute)?|(?:gesamt|spiel|lauf|hör)?dauer"
    r"|spielzeit|laufzeit|länge)"
)
_WRITTEN_BY = r"(?:written by|écrit(?:e|s)? par|un (?:livre|roman|texte) de|geschrieben von|verfasst von)"
_READ_BY = (
    r"(?:(?:read|narrated) by|lu(?:e|s|es)? par|(?:narré|raconté|enregistré)(?:e|s|es)? par|narration(?: de| par)"
    r"|lecture (?:de|par)|(?:vor)?gelesen von|erzählt von|gesprochen von)"
)
_TRANSLATED_BY = (
    r"(?:translated(?: from (?:the )?\w+)? by"
    r"|tradui(?:t|te|ts|tes)(?: d[eu] ?(?:l['’]|la )?[\w-]+(?: \([^()]{2,20}\))?)? par"
    r"|traduction (?:de|par)|aus dem \w+ (?:übersetzt )?von|übersetzt von)"
)
_INCLUSIVE = r"(?:[*:_/·(]?\w{0,6}\)?)?"  # "Sprecher:in", "auteur·e"


def _labelled(names: str, phrases: str | None = None) -> re.Pattern[str]:
    label = rf"{names}{_INCLUSIVE}\s*(?:\(s\))?\s*[:：]"
    either = label if phrases is None else rf"(?:{label}|{phrases}\s*[:：]?\s)"
    return re.compile(rf"\W*{either}\s*(\S.*)", re.IGNORECASE)


_NAMES_OF_AUTHORS = _labelled(_AUTHORS, _WRITTEN_BY)
_NAMES_OF_READERS = _labelled(_READERS, _READ_BY)
_NAMES_OF_TRANSLATORS = _labelled(_TRANSLATORS, _TRANSLATED_BY)
_NAME_OF_SERIES = _labelled(_SERIES)
_NAME_OF_PUBLISHER = _labelled(_PUBLISHERS)
_LENGTH = _labelled(_LENGTHS)

_BETWEEN = re.compile(r"\s*(?:[,;/&]|\bet\b|\bund\b|\band\b)\s*")
_NAME = re.compile(r"[^\W\d_a-zß-ÿ][\w'’.-]*(?:\s+[\w'’.-]+){0,4}")
_LONGEST_NAME = 60
_CLOCK = re.compile(
    r"(?:(\d{1,3})\s*(?:h|hrs?|hours?|heures?|std|stunden?)\b\.?\s*(?:et|und|and|,)?\s*)?"
    r"(?:(\d{1,4})\s*(?:m|mn|min|mins|minutes?|minuten?)?\b\.?\s*(?:et|und|and|,)?\s*)?"
    r"(?:(\d{1,5})\s*(?:s|sec|secondes?|seconds?|sek|sekunden?)\b\.?)?",
    re.IGNORECASE,
)
_LINES = frozenset(
    {
        *("p", "br", "div", "li", "ul", "ol", "tr", "dl", "dt", "table", "section", "article", "header", "footer"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr", "main", "aside", "nav", "figure", "figcaption"),
        *("form", "body"),
    }
)
_LABELS = frozenset({"dt", "th"})
_CELLS = frozenset({"td", "dd"})
_SILENT = frozenset({"script", "style", "head", "template", "select", "option", "noscript", "textarea", "button"})
_OF_OTHERS = re.compile(r"comment|related|sidebar|widget|footer|nav", re.IGNORECASE)
_BULLETS = re.compile(r"\s+[|•·–—](?:\s+|\Z)")
_MOST_ELEMENTS = 20_000
_LONGEST_LINE = 200  # characters; more is a sentence of the text


def with_what_is_said(details: BookDetails, document: Document) -> BookDetails:
    """Return details with what the page says beside labels, where they have nothing.

    Args:
        details: Of the page's only book.
        document: The page.
    """
    lines = [piece for line in _lines(document) for piece in _BULLETS.split(line) if piece]
    series, position = details.series, details.series_position
    if series is None and (said := next(iter(_said(_NAME_OF_SERIES, lines)), None)) is not None:
        series, position = series_in(said) or (said, position)
    return replace(
        details,
        series=series,
        series_position=position,
        authors=details.authors or _people(_NAMES_OF_AUTHORS, lines),
        narrators=details.narrators or _people(_NAMES_OF_READERS, lines),
        translators=details.translators or _people(_NAMES_OF_TRANSLATORS, lines),
        publisher=details.publisher or next(iter(_said(_NAME_OF_PUBLISHER, lines)), None),
        duration=details.duration or next(filter(None, map(_length, _said(_LENGTH, lines))), None),
    )


def _lines(document: Document) -> Iterator[str]:
    """Yield the lines of the page's body, without what is of others: comments, other pages, menus."""
    pieces: list[str] = []
    walk = etree.iterwalk(document.root, events=("start", "end"))
    for event, element in islice(walk, 2 * _MOST_ELEMENTS):
        tag = str(element.tag)
        is_passed = tag in _SILENT or _is_of_others(element)
        if tag in _LINES and not (event == "end" and tag == "dt"):
            yield from _line(pieces)
            pieces = []
        if event == "start":
            if is_passed:
                walk.skip_subtree()
            pieces.append("" if is_passed else element.text or "")
            continue
        if tag in _LABELS and not "".join(pieces).rstrip().endswith(":"):
            pieces.append(": ")
        elif tag in _CELLS:
            pieces.append(" | ")
        pieces.append(element.tail or "")
    yield from _line(pieces)


def _line(pieces: list[str]) -> Iterator[str]:
    line = " ".join("".join(pieces)[: 2 * _LONGEST_LINE].split())
    if line and len(line) <= _LONGEST_LINE:
        yield line


def _said(pattern: re.Pattern[str], lines: list[str]) -> Iterator[str]:
    """Yield what stands behind a label, or on the line below one that stands alone."""
    for line, below in zip_longest(lines, lines[1:], fillvalue=""):
        found = pattern.fullmatch(line) or pattern.fullmatch(f"{line.rstrip(' :')}: {below}")
        if found is not None:
            yield found[1].strip()


def _people(pattern: re.Pattern[str], lines: list[str]) -> tuple[str, ...]:
    """Return the names behind the first label that has any; none where one of them looks like no name."""
    for said in _said(pattern, lines):
        names = [name for name in _BETWEEN.split(said.rstrip(" .")) if name]
        if names and all(len(name) <= _LONGEST_NAME and _NAME.fullmatch(name) for name in names):
            return tuple(dict.fromkeys(names))
    return ()


def _length(said: str) -> timedelta | None:
    words = _CLOCK.fullmatch(said.strip())
    if words is None:
        return parse_duration(said)
    hours, minutes, seconds = (int(number or 0) for number in words.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds) or None


def _is_of_others(element: etree._Element) -> bool:
    if str(element.tag) in ("nav", "footer", "aside"):
        return True
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    return element.tag != "body" and _OF_OTHERS.search(named) is not None
