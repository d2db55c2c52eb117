"""The language in which commands print what has been translated: that of the person's terminal."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, overload

from ohdio_core.domain.queue import OUTSIDE_HOURS_UNTIL, outside_hours_until
from ohdio_core.domain.site_health import failing_until, failing_values
from ohdio_core.sentences import LEGACY, about, has_within, sentence, stored, values_within

if TYPE_CHECKING:
    from ohdio_core.schemas.sentences import SentenceView
    from ohdio_core.sentences import Sentence
    from ohdio_core.translations import Translation

_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")
_OF_THE_CODE = "en"
_TRANSLATED = frozenset({"fr", _OF_THE_CODE})


def language_of(environment: Mapping[str, str]) -> str:
    """Return the language for messages, of those that there are: "fr", or "en" where none is asked for.

    The variables and their order are those of gettext (its manual, 2.3.2 and 2.3.3): ``LANGUAGE`` is a list, and counts
    only where the locale is not that of C.
    """
    locale = next((environment[name] for name in _LOCALES if environment.get(name)), "C")
    if _language(locale) in {"C", "POSIX"}:
        return _OF_THE_CODE
    asked = [_language(each) for each in environment.get("LANGUAGE", "").split(":") if each]
    return next((each for each in asked or [_language(locale)] if each in _TRANSLATED), _OF_THE_CODE)


@overload
def translated_text(text: str, message: SentenceView | None) -> str: ...


@overload
def translated_text(text: str | None, message: SentenceView | None) -> str | None: ...


def translated_text(text: str | None, message: SentenceView | None) -> str | None:
    """Return a sentence of the API in the person's language, and time; in English where it is not translated.

    Args:
        text: In English.
        message: Its id and values.
    """
    if text is None or message is None:
        return text
    translation, said = _translation(), message.model_dump()
    return _in_time_of_here(text if translation is None else translation.translated_text(text, said), said)


def sentence_of(text: str | None, message: SentenceView | None) -> Sentence | None:
    """Return a sentence of the API; None where there is none.

    Args:
        text: In English.
        message: Its id and values; None of an ohdio that tells none.
    """
    return stored(text, None if message is None else message.model_dump())


def translated(said: Sentence) -> str:
    """Return a sentence in the person's language; in English where it is not translated."""
    translation = _translation()
    return said.text if translation is None else translation.translated(said)


def in_one_language(said: Sentence) -> str:
    """Return a line in the person's language where all of it is translated, else all of it in English; in time of here.

    A line is one sentence, with what the API says within it: put together of texts, it would have two languages.
    """
    message = said.as_json()
    text = said.text if has_within(message, LEGACY) else translated(said)
    return _in_time_of_here(text, message)


def with_reason(named: str, reason: Sentence | None) -> str:
    """Return a line that names something, and why something is of it; the name alone where there is no reason."""
    return named if reason is None else in_one_language(about(named, reason))


def _in_time_of_here(text: str, message: Mapping[str, Any]) -> str:
    """Return a text with the times until which something is waited for as the clock of this machine has them.

    What an earlier version wrote has no instant, and stays as it is.
    """
    fails, hours = failing_values(message), values_within(message, OUTSIDE_HOURS_UNTIL)
    if fails is not None and "until" in fails:
        here = sentence(
            "site.failing_here", "{site} is failing; tried again at {time}", site=fails["site"], time=_time_here(fails)
        )
        return _replaced(text, failing_until(fails["site"], fails["time"]), here)
    if hours is not None and "until" in hours:
        there, here = outside_hours_until(hours["time"]), outside_hours_until(_time_here(hours))
        return _replaced(text, there, here)
    return text


def _replaced(text: str, there: Sentence, here: Sentence) -> str:
    """Return a text with one sentence in place of another, in the language in which the text has that."""
    if (said := translated(there)) in text:
        return text.replace(said, translated(here))
    return text.replace(there.text, here.text)


def _time_here(values: Mapping[str, str]) -> str:
    return f"{datetime.fromisoformat(values['until']).astimezone():%H:%M}"


def _language(locale: str) -> str:
    """Return the language of a locale: "fr" of "fr_CA.UTF-8@euro"."""
    return locale.partition("@")[0].partition(".")[0].partition("_")[0]


@cache
def _translation() -> Translation | None:
    """Return the translation into the person's language; None for the language that stands in the code."""
    language = language_of(os.environ)
    if language == _OF_THE_CODE:
        return None
    from ohdio_core.translations import Translation

    return Translation(language)
