"""Properties of schema.org descriptions as values of the domain; invalid ones are ignored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from ohdio_core.sources.dates import parse_date
from ohdio_core.sources.markup import line_of_text
from ohdio_core.sources.rss.durations import parse_duration
from ohdio_core.sources.web.document import Document
from ohdio_core.sources.web.nodes import Node, values

_YEAR = re.compile(r"(1[5-9]|20)\d\d")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_INTEGER = re.compile(r"[0-9]{1,9}")
# ISO 8601; years and months only as the zeros that some programs write.
_DURATION = re.compile(
    r"P(?:0+Y)?(?:0+M)?(?:(\d{1,2})D)?T?(?:(\d{1,4})H)?(?:(\d{1,6})M)?(?:(\d{1,8})(?:[.,]\d+)?S)?", re.IGNORECASE
)
_LONGEST = 100  # characters of a duration or a date
_MOST_NAMES = 1000  # of people; a choir of readers is a tenth of it


def text_of(node: Node, *names: str) -> str:
    """Return the first text or number of these properties, or the name of what they name; "" where there is none."""
    for value in values(node, *names):
        said = next((v for v in values(value, "@value", "name") if v), None) if isinstance(value, dict) else value
        if isinstance(said, str) and said.strip():
            return said.strip()
        if isinstance(said, int) and not isinstance(said, bool):
            # Longer numbers than this mean nothing here, and Python refuses to write some of them.
            return str(said) if abs(said) < 10**15 else ""
    return ""


def people_in(node: Node, *names: str) -> tuple[str, ...]:
    """Return the names of people, of organisations, or of anything else that is named."""
    found: dict[str, None] = {}
    for value in islice(values(node, *names), _MOST_NAMES):
        name = line_of_text(text_of({"value": value}, "value"))
        if name and "://" not in name:
            found[name] = None
    return tuple(found)


def addresses_in(node: Node, document: Document, *names: str) -> Iterator[str]:
    """Yield the addresses that these properties are, or that what they name has."""
    for value in values(node, *names):
        candidates = values(value, "url", "contentUrl", "@id") if isinstance(value, dict) else iter((value,))
        for said in candidates:
            address = document.absolute(said) if isinstance(said, str) else None
            if address is not None:
                yield address


def duration_of(node: Node) -> timedelta | None:
    """Return the duration, in ISO 8601 as schema.org wants it, or in any notation of feeds."""
    said = text_of(node, "duration", "timeRequired")[:_LONGEST]
    found = _DURATION.fullmatch(said)
    if found is None:
        return parse_duration(said)
    days, hours, minutes, seconds = (int(number or 0) for number in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds) or None


def language_of(node: Node) -> str | None:
    """Return the language's tag."""
    for value in values(node, "inLanguage"):
        said = text_of(value, "alternateName", "name") if isinstance(value, dict) else value
        if isinstance(said, str) and _LANGUAGE.fullmatch(tag := said.strip().replace("_", "-")):
            return tag
    return None


def date_of(node: Node) -> datetime | None:
    """Return the date of publication."""
    return parse_date(text_of(node, "datePublished")[:_LONGEST])


def year_of(node: Node) -> int | None:
    """Return the year of publication."""
    found = _YEAR.match(text_of(node, "datePublished", "copyrightYear"))
    return int(found[0]) if found else None


def number_of(node: Node, *names: str) -> int | None:
    """Return a whole number of at most nine digits."""
    said = text_of(node, *names)
    return int(said) if _INTEGER.fullmatch(said) else None
