"""Which books of a listing are wanted, as forms have it: texts, which are shown again as they were typed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple, Self

from ohdio_api.invalid import in_a_form, wrong_fields
from ohdio_api.web.language_names import language_typed
from ohdio_api.web.typed_text import seconds_typed, words_typed
from ohdio_api.web.words import Words
from ohdio_core.schemas.filters import MOST_NEWEST, BookFilterOrder

_MINUTE = 60


class TypedFilters(NamedTuple):
    """The fields of a form (``parts/filters.html``); an empty text wants any book."""

    title: str = ""
    without: str = ""  #: in the title
    author: str = ""
    not_author: str = ""
    language: str = ""
    least: str = ""  #: minutes
    most: str = ""  #: minutes

    @classmethod
    def read(cls, field: Callable[[str], str]) -> Self:
        """Return what somebody has typed into each field."""
        return cls(*(field(name) for name in cls._fields))

    @classmethod
    def of(cls, wanted: BookFilterOrder) -> Self:
        """Return what is wanted."""
        return cls(
            title=", ".join(wanted.title_include),
            without=", ".join(wanted.title_exclude),
            author=", ".join(wanted.author_include),
            not_author=", ".join(wanted.author_exclude),
            language=", ".join(wanted.languages),
            least=plain(wanted.min_duration_seconds, _MINUTE),
            most=plain(wanted.max_duration_seconds, _MINUTE),
        )

    def order(self, asked: Collection[str]) -> dict[str, Any]:
        """Return as the API takes it what these fields say; what cannot be is left to the API, which refuses it.

        Args:
            asked: Which of the fields are meant.
        """
        return {_MEANT[name][0]: _MEANT[name][1](getattr(self, name)) for name in self._fields if name in asked}


def wrong_filter(parts: Sequence[str], typed: object, words: Words) -> str | None:
    """Return a sentence on what of filters cannot be taken; None where what the API says of it is enough.

    Args:
        parts: Where that is, within the filters; nothing where each is right by itself.
        typed: What is there.
    """
    if not parts:
        return words.gettext("The shortest cannot be longer than the longest.")
    if parts[0].endswith("duration_seconds"):
        return words.gettext("How long a book may be is a number of minutes, up to 166,666.")
    if parts[0] == "languages" and len(parts) > 1:
        said = words.gettext("No language called %(typed)s is known: write its name, or its code, as fr.")
        return said % {"typed": typed}
    return None


def wrong_newest(words: Words) -> str:
    """Return the sentence on how many of the newest there may be."""
    said = words.gettext("How many of the newest is a whole number, from 1 to %(most)s.")
    return said % {"most": words.number(MOST_NEWEST)}


def wrong_value(error: Mapping[str, Any], label: str, words: Words) -> str:
    """Return a sentence on a value that cannot be taken, by what a form calls its field.

    Args:
        error: As pydantic tells it.
        label: In English.
        words: Those of the page.
    """
    return words.translated(in_a_form(wrong_fields([{**error, "loc": (words.gettext(label),)}])))


def plain(number: float | None, unit: int = 1) -> str:
    """Return a number as people type it, in so large units; nothing for none."""
    return "" if number is None else f"{number / unit:f}".rstrip("0").rstrip(".") or "0"


def _languages_typed(text: str) -> list[str]:
    return [language_typed(each) for each in words_typed(text)]


def _length_typed(text: str) -> int | str | None:
    return seconds_typed(text) if text else None


#: What each field is to the API, and how it is read.
_MEANT: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "title": ("title_include", words_typed),
    "without": ("title_exclude", words_typed),
    "author": ("author_include", words_typed),
    "not_author": ("author_exclude", words_typed),
    "language": ("languages", _languages_typed),
    "least": ("min_duration_seconds", _length_typed),
    "most": ("max_duration_seconds", _length_typed),
}
#: What a form calls them, by what they are to the API.
FILTER_LABELS = {
    "title_include": "Title contains",
    "title_exclude": "Title leaves out",
    "author_include": "Author contains",
    "author_exclude": "Author leaves out",
    "languages": "Language",
}
