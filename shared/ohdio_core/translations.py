"""Sentences in other languages, made from their ids and values; for pages and for the command."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, overload

from ohdio_core.sentences import LEGACY, Sentence

#: An entry, in the form that `make docs` writes: gettext's, with strings escaped as in JSON.
_ENTRY = re.compile(r'^msgid "(\S+)"\nmsgstr (".+")$', re.MULTILINE)


#: A time of day, as values called ``time`` have it.
_CLOCK = re.compile(r"(\d\d):(\d\d)(?::(\d\d))?")


class Translation:
    """One language.

    Args:
        code: As ISO 639 has it: "fr"; one that nobody has translated sentences into is English.
    """

    def __init__(self, code: str) -> None:
        self._is_french = code == "fr"
        self._templates = {LEGACY: "{text}", **_catalogue(code)}

    @overload
    def translated_text(self, text: str, message: Mapping[str, Any] | None) -> str: ...

    @overload
    def translated_text(self, text: str | None, message: Mapping[str, Any] | None) -> str | None: ...

    def translated_text(self, text: str | None, message: Mapping[str, Any] | None) -> str | None:
        """Return in this language a sentence that is kept; in English where nobody has translated it.

        Args:
            text: In English.
            message: Its id and values.
        """
        if text is None or message is None:
            return text
        return self._translated(message) or text

    def translated(self, said: Sentence) -> str:
        """Return a sentence in this language; in English where nobody has translated it."""
        return self.translated_text(said.text, said.as_json())

    def _translated(self, message: Mapping[str, Any]) -> str | None:
        template = self._templates.get(message["id"])
        if template is None:
            return None
        values = {name: self._value(name, value) for name, value in message["values"].items()}
        if None in values.values():
            return None
        try:
            return template.format(**values)
        except (KeyError, IndexError, ValueError):
            return None  # an older row has other values

    def _value(self, name: str, value: Any) -> Any:
        """Return a value as a template takes it; None for a sentence that is not there in this language."""
        if isinstance(value, Mapping):
            return self._translated(value)
        if self._is_french and name == "time" and (clock := _CLOCK.fullmatch(str(value))) is not None:
            return _clock(*clock.groups())
        return _Number(value) if self._is_french and isinstance(value, float | int) else value


class _Number(float):
    """A number that templates write as French does."""

    def __format__(self, form: str) -> str:
        written = format(int(self) if self.is_integer() and not form.endswith("f") else float(self), form)
        return written.replace(",", "\N{NARROW NO-BREAK SPACE}").replace(".", ",")


def _clock(hours: str, minutes: str, seconds: str | None) -> str:
    """Return a time of day as French writes it."""
    units = (hours, "h", minutes, *(() if seconds is None else ("min", seconds, "s")))
    return "\N{NO-BREAK SPACE}".join(units)


def _catalogue(code: str) -> dict[str, str]:
    """Return the templates by their ids; none for English, which stands in the code."""
    file = Path(__file__).parent / "locale" / code / "sentences.po"
    if not file.is_file():
        return {}
    return {id_: json.loads(template) for id_, template in _ENTRY.findall(file.read_text(encoding="utf-8"))}
