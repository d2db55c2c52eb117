"""Dates as sites write them: RFC 3339 in Atom and answers of APIs, RFC 2822 in RSS, and what people make of them."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from ohdio_core.sources.time_zones import zone_called

_LONGEST = 200  # characters; JavaScript's form has eighty with its longest zone
_DAY = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?(?![0-9])")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]{1,9})?)?(?:\s?([ap])\.?m\b\.?)?", re.IGNORECASE)
_OFFSET = re.compile(r"(?:(?<![0-9A-Za-z])|(?<=GMT)|(?<=UTC)|(?<=[0-9]{2}))([+-])([0-9]{1,2}):?([0-9]{2})?(?![0-9:])")
# In other languages it may look like a month: "mar., 12 May 2015".
_WEEKDAY = re.compile(r"\A[^\W\d]{2,12}\.?,")
_WORD = re.compile(r"[A-Za-z][A-Za-z_]*(?:/[A-Za-z_+-]+[0-9]{0,2})*|[0-9]+")
_COMMENT = re.compile(r"\([^()]*\)?")  # RFC 2822 section 3.2.3; JavaScript names the zone in one
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_SHORTEST_MONTH = 3  # letters: "Sep", and "Sept" as well


def parse_date(text: str) -> datetime | None:
    """Return the date that a text states, with its time zone; UTC where it names none that is known.

    Read are RFC 3339 and its parts ("2021-03", "2021-03-01"), RFC 2822, what JavaScript writes, and days with an
    English month in any order ("May 2, 2014", "2nd May 2014"). A date without a time is midnight.

    None for anything else, and for days of which nobody can tell the month ("01/02/2024").
    """
    words = text.strip()
    if not words or len(words) > _LONGEST:
        return None
    date = _iso(words)
    if date is None:
        with suppress(ValueError, OverflowError):
            date = _spelled(_COMMENT.sub(" ", _WEEKDAY.sub("", words)))
    if date is None or date.tzinfo is not None:
        return date
    return date.replace(tzinfo=UTC)


def _iso(words: str) -> datetime | None:
    if _DAY.match(words) is None:
        return None
    with suppress(ValueError):
        return datetime.fromisoformat(words)
    return None


@dataclass(slots=True)
class _DateFields:
    """The fields of a date that were recognised so far."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    zone: tzinfo | None = None


def _spelled(words: str) -> datetime | None:
    """Read a date by what its pieces look like, wherever they stand.

    Raises:
        ValueError: There is no such day or time.
    """
    found = _DateFields()
    clock = _CLOCK.search(words)
    rest = words if clock is None else f"{words[: clock.start()]} {words[clock.end() :]}"
    if (day := _DAY.search(rest)) is not None:
        found.year, found.month, found.day = int(day[1]), int(day[2]), int(day[3] or 1)
        rest = f"{rest[: day.start()]} {rest[day.end() :]}"
    if (offset := _OFFSET.search(rest)) is not None:
        found.zone = _fixed(offset)
        rest = f"{rest[: offset.start()]} {rest[offset.end() :]}"
    for word in _WORD.finditer(rest):
        _take(found, word[0])
    if found.year is None or found.month is None or found.day is None:
        return None
    midnight = datetime(found.year, found.month, found.day, tzinfo=found.zone)
    return midnight if clock is None else midnight + _since_midnight(clock)


def _take(found: _DateFields, word: str) -> None:
    if word.isdigit():
        _take_number(found, word)
    elif found.month is None and (month := _month(word)) is not None:
        found.month = month
    elif found.zone is None:
        found.zone = zone_called(word)


def _take_number(found: _DateFields, digits: str) -> None:
    """Set the day, which comes before the year where both have two digits; other numbers are ignored."""
    if found.day is None and len(digits) <= 2:
        found.day = int(digits)
    elif found.year is None and len(digits) in (2, 3, 4):
        found.year = _year(int(digits), len(digits))


def _year(number: int, digits: int) -> int:
    """Return the year that two, three or four digits mean (RFC 2822 section 4.3)."""
    if digits == 4:
        return number
    return number + (2000 if digits == 2 and number < 50 else 1900)


def _month(word: str) -> int | None:
    lowered = word.lower()
    if len(lowered) < _SHORTEST_MONTH:
        return None
    # "Sept" is no beginning that RFC 2822 knows, and common all the same.
    return next((number for number, name in enumerate(_MONTHS, 1) if name.startswith(lowered)), None)


def _fixed(offset: re.Match[str]) -> tzinfo:
    ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    return timezone(-ahead if offset[1] == "-" else ahead)


def _since_midnight(clock: re.Match[str]) -> timedelta:
    """Return the time of day.

    Raises:
        ValueError: There is none such.
    """
    hours, minutes, seconds = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    if clock[4] is not None:
        hours = hours % 12 + (12 if clock[4].lower() == "p" else 0)
    if hours > 24 or minutes > 59 or seconds > 60:
        raise ValueError("no such time of day")
    # A leap second, and midnight at the end of a day, begin what comes next.
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
