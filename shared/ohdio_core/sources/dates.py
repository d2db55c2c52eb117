"""Dates as sites write them: RFC 3339 in Atom and answers of APIs, RFC 2822 in RSS, and what people make of them."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from ohdio_core.sources.month_names import month_called
from ohdio_core.sources.time_zones import zone_called

_LONGEST = 200  # characters; JavaScript's form has eighty with its longest zone
_EARLIEST = 1000  # the year 1 is how databases write that there is no date
_DAY = re.compile(r"([0-9]{4})[-/.]\s?([0-9]{1,2})(?:[-/.]\s?([0-9]{1,2}))?(?![0-9])")
# ISO 8601's basic format.
_COMPACT = re.compile(r"(?:1[0-9]|2[0-9])[0-9]{6}(?:T[0-9]{4}|\Z)")
_SINCE_1970 = re.compile(r"([0-9]{9,10})(?:[0-9]{3})?", re.ASCII)  # seconds, or milliseconds
_EASTERN = re.compile(r"([0-9]{4})\s?[年년]\s?([0-9]{1,2})\s?[月월]\s?([0-9]{1,2})\s?[日일]")
# The year at the end: only dots tell which of the two others is the day.
_YEAR_LAST = re.compile(r"(?<![0-9])([0-9]{1,2})([-/.])\s?([0-9]{1,2})\2\s?([0-9]{4})(?![0-9])")
_CLOCK = re.compile(
    r"(?<![0-9])([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:[.,][0-9]{1,9})?)?(?:\s?([ap])\.?m\b\.?)?", re.IGNORECASE
)
# "14h30", "10 Uhr".
_HOURS = re.compile(r"(?<![0-9:])([01]?[0-9]|2[0-3])\s?(?:h|Uhr)\s?([0-5][0-9])?(?![\w])", re.IGNORECASE)
_OFFSET = re.compile(r"(?:(?<![0-9A-Za-z])|(?<=GMT)|(?<=UTC)|(?<=[0-9]{2}))([+-])([0-9]{1,2}):?([0-9]{2})?(?![0-9:])")
# In other languages it may look like a month: "mar., 12 May 2015".
_WEEKDAY = re.compile(r"\A[^\W\d]{2,12}\.?,")
_TUESDAY = "mar"  # also without a comma, where March is not meant
_WORD = re.compile(r"[^\W\d_][^\W\d]*(?:/[A-Za-z_+-]+[0-9]{0,2})*|[0-9]+")
_COMMENT = re.compile(r"\([^()]*\)?")  # RFC 2822 section 3.2.3; JavaScript names the zone in one


def parse_date(text: str) -> datetime | None:
    """Return the date that a text states, with its time zone; UTC where it names none that is known.

    Read are RFC 3339 and its parts ("2021-03", "2021-03-01"), RFC 2822, what JavaScript writes, seconds since 1970, and
    days in any order with a month by name ("May 2, 2014", "2 août 2014"; see ``month_names``). A date without a time
    is midnight.

    None for anything else, and for days of which nobody can tell the month ("01/02/2024").
    """
    words = text.strip()
    if not words or len(words) > _LONGEST:
        return None
    date = None
    with suppress(ValueError, OverflowError):
        date = _iso(words) or _spelled(_COMMENT.sub(" ", _WEEKDAY.sub("", words)))
    if date is None or date.year < _EARLIEST:
        return None
    return date if date.tzinfo is not None else date.replace(tzinfo=UTC)


def _iso(words: str) -> datetime | None:
    if (since := _SINCE_1970.fullmatch(words)) is not None:
        return datetime.fromtimestamp(int(since[1]), UTC)
    if _DAY.match(words) is None and _COMPACT.match(words) is None:
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
    is_perhaps_tuesday: bool = False  #: whether the month may be a day of the week


def _spelled(words: str) -> datetime | None:
    """Read a date by what its pieces look like, wherever they stand.

    Raises:
        ValueError: There is no such day or time.
    """
    found = _DateFields()
    words = _HOURS.sub(lambda said: f" {said[1]}:{said[2] or '00'} ", words)
    clock = _CLOCK.search(words)
    rest = words if clock is None else _without(words, clock)
    rest = _take_numeric(found, rest)
    if (offset := _OFFSET.search(rest)) is not None:
        found.zone = _fixed(offset)
        rest = _without(rest, offset)
    for word in _WORD.finditer(rest):
        _take(found, word[0])
    if found.year is None or found.month is None or found.day is None:
        return None
    midnight = datetime(found.year, found.month, found.day, tzinfo=found.zone)
    return midnight if clock is None else midnight + _since_midnight(clock)


def _without(words: str, found: re.Match[str]) -> str:
    return f"{words[: found.start()]} {words[found.end() :]}"


def _take_numeric(found: _DateFields, words: str) -> str:
    """Take a day that is written in numbers alone, and return the rest."""
    if (day := _EASTERN.search(words) or _DAY.search(words)) is not None:
        found.year, found.month, found.day = int(day[1]), int(day[2]), int(day[3] or 1)
        return _without(words, day)
    if (day := _YEAR_LAST.search(words)) is None:
        return words
    found.year, first, second = int(day[4]), int(day[1]), int(day[3])
    if day[2] == "." or first > 12 or first == second:
        found.day, found.month = first, second
    elif second > 12:
        found.month, found.day = first, second
    return _without(words, day)


def _take(found: _DateFields, word: str) -> None:
    if word.isdigit():
        _take_number(found, word)
    elif (month := month_called(word)) is not None:
        if found.month is None or found.is_perhaps_tuesday:
            found.month, found.is_perhaps_tuesday = month, word.lower() == _TUESDAY
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


def _fixed(offset: re.Match[str]) -> tzinfo | None:
    """Return the zone of an offset; None where no place on Earth is that far ahead."""
    ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    return timezone(-ahead if offset[1] == "-" else ahead) if ahead < timedelta(days=1) else None


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
