"""Dates as sites write them: RFC 2822 in RSS, RFC 3339 in Atom and answers of APIs, and what people make of them."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")


def parse_date(text: str) -> datetime | None:
    """Read a date in either form, or only its day or month; with its time zone, UTC where it names none.

    None for anything else.
    """
    words = text.strip()
    date = _iso(words) or _rfc(words)
    if date is None or date.tzinfo is not None:
        return date
    return date.replace(tzinfo=UTC)


def _iso(words: str) -> datetime | None:
    found = _DAY.match(words)
    if found is None:
        return None
    with suppress(ValueError):
        return datetime.fromisoformat(words)
    with suppress(ValueError):
        return datetime(int(found[1]), int(found[2]), int(found[3] or 1), tzinfo=UTC)
    return None


def _rfc(words: str) -> datetime | None:
    try:
        return parsedate_to_datetime(words)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
