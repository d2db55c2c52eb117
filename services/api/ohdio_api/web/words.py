"""What pages say, in the reader's language: phrases, sentences that are kept with an id, numbers, sizes and times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from ohdio_core.domain.site_health import failing_until, failing_values
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.sentences import LEGACY, Sentence
from ohdio_core.translations import Translation

#: By the code that the cookie and ``lang`` have.
LANGUAGES = {"en": "English", "fr": "Français"}
_OF_THE_CODE = "en"  #: the language of what nobody has translated
_UNITS = {"en": ("B", "kB", "MB", "GB", "TB"), "fr": ("o", "ko", "Mo", "Go", "To")}
_TWO_DAYS = 48 * 3600
_MARKED = re.compile(r"`([^`]+)`")


class Words:
    """One language.

    Args:
        code: A key of ``LANGUAGES``.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        self._phrases = _catalogue(code, "ui")
        self._sentences = Translation(code)
        self._settings = _catalogue(code, "settings")

    def gettext(self, message: str) -> str:
        """Return a phrase of the pages."""
        return self._phrases.get(message) or message

    def ngettext(self, one: str, several: str, count: int) -> str:
        """Return a phrase of the pages for a number of things."""
        is_one = count == 1 or (self.code == "fr" and count == 0)
        return self.gettext(one if is_one else several)

    def translated_text(self, text: str | None, message: SentenceView | None) -> str | None:
        """Return in this language a sentence that is kept; in English where nobody has translated it.

        Args:
            text: In English.
            message: Its id and values.
        """
        values = None if message is None else message.model_dump()
        said = self._sentences.translated_text(text, values)
        return None if said is None else _without_marks(self._in_time_of_here(said, values), values)

    def wait(self, text: str | None, message: SentenceView | None) -> str | None:
        """Return why something waits, as ``translated_text`` does; until when stands beside it, in the time of here."""
        values = None if message is None else message.model_dump()
        site = None if values is None else failing_values(values)
        if site is None:
            return self.translated_text(text, message)
        said = self._sentences.translated_text(text, values)
        if said is None:
            return None
        its = self._words_of(said, site)
        return _without_marks(said.replace(its.failing(site), its.fails(site)), values)

    def translated(self, said: Sentence) -> str:
        """Return a sentence in this language; in English where nobody has translated it."""
        values = said.as_json()
        return _without_marks(self._in_time_of_here(self._sentences.translated(said), values), values)

    def _in_time_of_here(self, said: str, message: Mapping[str, Any] | None) -> str:
        """Return a sentence with the time of the reader in which a failing site is asked again, if it says that."""
        site = None if message is None else failing_values(message)
        if site is None or "until" not in site:
            return said
        its = self._words_of(said, site)
        time = its.at(datetime.fromisoformat(site["until"]))
        here = its.gettext("%(site)s is failing; tried again %(time)s") % {"site": site["site"], "time": time}
        return said.replace(its.failing(site), here)

    def _words_of(self, said: str, site: Mapping[str, str]) -> Words:
        """Return the words of the language that a sentence about a failing site is in: English, or this one."""
        return self if self.failing(site) in said else words(_OF_THE_CODE)

    def failing(self, site: Mapping[str, str]) -> str:
        """Return what a kept sentence says of a failing site, with the time in UTC."""
        return self._sentences.translated(failing_until(site["site"], site["time"]))

    def fails(self, site: Mapping[str, str]) -> str:
        """Return that a site is failing."""
        return self.gettext("%(site)s is failing") % {"site": site["site"]}

    def for_scripts(self) -> dict[str, Any]:
        """Return what scripts say, with ``%1`` and ``%2`` where values are; what counts has its plurals."""
        return {
            "units": _UNITS[self.code],
            "of": self.gettext("%(done)s of %(total)s") % {"done": "%1", "total": "%2"},
            "part": self.gettext("part %(part)s of %(total)s") % {"part": "%1", "total": "%2"},
            "encoded": self.gettext("%(percent)s %% encoded") % {"percent": "%1"},
            "left": self.gettext("%(time)s left") % {"time": "%1"},
            "again": self.gettext("in %(time)s") % {"time": "%1"},
            "free": self.gettext("%(size)s free") % {"size": "%1"},
            "trash": self.gettext("%(size)s in the trash") % {"size": "%1"},
            "changes": self.gettext("New: %(count)s") % {"count": "%1"},
            "play": self.gettext("Play"),
            "pause": self.gettext("Pause"),
            "heard": self.gettext("%(time)s of %(total)s, chapter %(chapter)s, %(name)s")
            % {"time": "%1", "total": "%2", "chapter": "%3", "name": "%4"},
            "elsewhere": self.gettext("Another device is at %(there)s in this book; here it is %(here)s.")
            % {"there": "%1", "here": "%2"},
            "silent": self.gettext("The sound does not come. Press play to try again."),
            "day": {"one": self.gettext("day"), "other": self.gettext("days")},
            "books": self._counted("%(num)s book", "%(num)s books"),
        }

    def _counted(self, one: str, several: str) -> dict[str, str]:
        return {"one": self.gettext(one) % {"num": "%1"}, "other": self.gettext(several) % {"num": "%1"}}

    def number(self, number: float) -> str:
        """Return a whole number, grouped."""
        return _written(_half_up(number), None, self.code)

    def books(self, count: int) -> str:
        """Return a number of books."""
        return self.ngettext("%(num)s book", "%(num)s books", count) % {"num": self.number(count)}

    def size(self, size: float) -> str:
        """Return an amount of bytes in three digits: 96 MB, 4.2 GB."""
        units = _UNITS[self.code]
        value, unit = float(size), 0
        while value >= 999.5 and unit < len(units) - 1:
            value, unit = value / 1000, unit + 1
        pattern, step = ("0.0", "0.1") if unit >= 2 and value < 9.95 else ("0", "1")
        number = _written(_half_up(value, step), pattern, self.code)
        return f"{number}\N{NO-BREAK SPACE}{units[unit]}"

    def speed(self, bytes_per_second: float) -> str:
        """Return bytes a second."""
        return f"{self.size(bytes_per_second)}/s"

    def decimal(self, number: str) -> str:
        """Return a number with its decimals as they are given: 1.25."""
        return format_decimal(Decimal(number), "0.##", locale=self.code)

    def moment(self, seconds: float) -> str:
        """Return a moment of a book: 52:07, 4:12:07."""
        minutes, rest = divmod(int(seconds), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

    def duration(self, seconds: float) -> str:
        """Return how long something takes, in one or two units: 28 s, 4 min, 1 h 48."""
        seconds = max(0, int(_half_up(seconds)))
        space = "\N{NO-BREAK SPACE}"
        if seconds < 60:
            return f"{seconds}{space}s"
        minutes = int(_half_up(seconds / 60))
        if minutes < 60:
            return f"{minutes}{space}min"
        hours, minutes = divmod(minutes, 60)
        if hours < 48:
            return f"{hours}{space}h{space}{minutes:02}"
        count = int(_half_up(hours / 24))
        days = self.ngettext("day", "days", count)
        return f"{self.number(count)}{space}{days}"

    def length(self, seconds: float) -> str:
        """Return how much there is to hear: as ``duration``, but never in days."""
        if seconds < _TWO_DAYS:
            return self.duration(seconds)
        return f"{self.number(seconds / 3600)}\N{NO-BREAK SPACE}h"

    def language(self, tag: str) -> str:
        """Return the name of a language.

        Args:
            tag: As BCP 47 has it: "fr", "fr-CA".
        """
        language, *rest = tag.split("-")
        try:
            name = Locale.parse("_".join((language.lower(), *rest))).get_display_name(self.code)
        except (UnknownLocaleError, ValueError):
            name = Locale(self.code).languages.get(language.lower())
        return tag if name is None else name[:1].upper() + name[1:]

    def source(self, name: str) -> str:
        """Return what people call where a book came from.

        Args:
            name: Of the source in the registry.
        """
        return {
            "ohdio": "OHdio",
            "librivox": "LibriVox",
            "archive": "Internet Archive",
            "rss": self.gettext("Feeds"),
            "web": self.gettext("Web pages"),
            "ytdlp": "yt-dlp",
            "own": self.gettext("Books you had"),
        }.get(name, name)

    def setting(self, variable: str, description: str) -> str:
        """Return what a setting does.

        Args:
            description: In English.
        """
        return self._settings.get(variable) or description

    def day(self, moment: datetime) -> str:
        """Return the date of a moment on this machine."""
        return self.date(moment.astimezone())

    def date(self, day: date) -> str:
        """Return a day of the calendar."""
        return _dated(day.date() if isinstance(day, datetime) else day, "d MMM yyyy", self.code)

    def clock(self, moment: datetime) -> str:
        """Return the time of day of this machine; with the date where it is of another day."""
        local = moment.astimezone()
        clock = format_time(local, _CLOCK[self.code], locale=self.code)
        return clock if local.date() == _today() else f"{self._short_day(local)}, {clock}"

    def at(self, moment: datetime) -> str:
        """Return when something is, within a sentence: at 03:00, at 03:00 tomorrow, on 1 Dec at 03:00."""
        local = moment.astimezone()
        said = {
            0: self.gettext("at %(clock)s"),
            1: self.gettext("at %(clock)s tomorrow"),
            -1: self.gettext("at %(clock)s yesterday"),
        }.get((local.date() - _today()).days, self.gettext("on %(day)s at %(clock)s"))
        clock = format_time(local, _CLOCK[self.code], locale=self.code)
        return said % {"clock": clock, "day": self._short_day(local)}

    def _short_day(self, day: datetime) -> str:
        """Return a day of the calendar, with its year where that is another one."""
        return self.date(day) if day.year != _today().year else _dated(day.date(), "d MMM", self.code)


@lru_cache(maxsize=8_192)
def _written(number: Decimal, pattern: str | None, code: str) -> str:
    """Return a number as a language writes it; remembered, as a page has hundreds of few kinds."""
    return format_decimal(number, pattern, locale=code)


@lru_cache(maxsize=1_024)
def _dated(day: date, pattern: str, code: str) -> str:
    """Return a day as a language writes it; remembered, as the books of a page came on few."""
    return format_date(day, pattern, locale=code)


def _half_up(number: float, step: str = "1") -> Decimal:
    """Return a number rounded as browsers round, a half away from zero: scripts write what pages say."""
    return Decimal(str(number)).quantize(Decimal(step), ROUND_HALF_UP)


_CLOCK = {"en": "HH:mm", "fr": "HH\N{NO-BREAK SPACE}'h'\N{NO-BREAK SPACE}mm"}


def _today() -> date:
    """Return the day of the calendar on this machine."""
    return datetime.now().astimezone().date()


def capital(text: str, message: SentenceView | None) -> str:
    """Return a sentence with a capital at its beginning, unless a host begins it: that has none.

    Args:
        message: Its id and values.
    """
    if message is not None and any(map(text.startswith, _hosts(message.values))):
        return text
    return text[:1].upper() + text[1:]


def _hosts(values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _hosts(value.get("values", {}))
        elif name in {"host", "site"} and isinstance(value, str):
            yield value


def _without_marks(text: str, message: Mapping[str, Any] | None) -> str:
    """Return a sentence without what marks commands in a terminal; nothing stands for itself on a page.

    Args:
        text: The sentence.
        message: Its id and values. What they have stays, as a title may have such marks of its own.
    """
    own = sorted({each for each in _texts_of(message) if "`" in each}, key=len, reverse=True)
    pieces = re.split(f"({'|'.join(map(re.escape, own))})", text) if own else [text]
    return "".join(each if each in own else _MARKED.sub(r"\1", each) for each in pieces)


def _texts_of(value: Any) -> Iterator[str]:
    """Yield all texts that the values of a sentence are, also those within it, as they stand and as they are quoted.

    Of sentences of earlier versions nobody knows the values.
    """
    if isinstance(value, str):
        yield from (value, repr(value)[1:-1])
    elif isinstance(value, Mapping) and value.get("id") != LEGACY:
        for each in value.values():
            yield from _texts_of(each)


@cache
def words(code: str) -> Words:
    """Return the words of a language; English for one that there is not."""
    return Words(code if code in LANGUAGES else "en")


def _catalogue(code: str, name: str) -> dict[str, str]:
    file = files("ohdio_api.web").joinpath("locale", code, f"{name}.po")
    if not file.is_file():
        return {}
    with file.open("rb") as opened:
        catalogue: Catalog = read_po(opened, locale=code, abort_invalid=True)
    return {str(message.id): str(message.string) for message in catalogue if message.id and message.string}
