"""What is wanted of a listing that is followed, as forms have it: texts, which are shown again as they were typed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple, Self

from pydantic import ValidationError

from ohdio_api.invalid import in_a_form, wrong_fields
from ohdio_api.web.forms import FormFields
from ohdio_api.web.language_names import language_typed
from ohdio_api.web.typed_text import number_typed, seconds_typed, whole_number_typed, words_typed
from ohdio_api.web.words import Words
from ohdio_core.domain.queue import DEFAULT_PRIORITY
from ohdio_core.schemas.filters import BookFilterOrder
from ohdio_core.schemas.follows import FollowView

_AS_SHOW = {None: "", True: "yes", False: "no"}
_SHOW_SAID = {said: value for value, said in _AS_SHOW.items()}
_MINUTE = 60


class FollowChoices(NamedTuple):
    """The fields of a form; an empty text is as usual."""

    title: str = ""
    without: str = ""  #: in the title
    author: str = ""
    not_author: str = ""
    language: str = ""
    least: str = ""  #: minutes
    most: str = ""  #: minutes
    keep_newest: str = ""
    keep_days: str = ""
    most_per_check: str = ""
    most_gigabytes: str = ""
    check_every_hours: str = ""
    priority: str = ""
    book_form: str = ""
    as_show: str = ""  #: "yes" where its books are episodes of a show, "no" where they are not
    speed: str = ""  #: kilobytes a second

    @classmethod
    def typed(cls, fields: FormFields) -> Self:
        """Return what somebody has typed."""
        return cls(*(fields(name) for name in cls._fields))

    @classmethod
    def of(cls, follow: FollowView) -> Self:
        """Return what is wanted of a follow."""
        wanted = follow.filters or BookFilterOrder()
        return cls(
            title=", ".join(wanted.title_include),
            without=", ".join(wanted.title_exclude),
            author=", ".join(wanted.author_include),
            not_author=", ".join(wanted.author_exclude),
            language=", ".join(wanted.languages),
            least=_plain(wanted.min_duration_seconds, _MINUTE),
            most=_plain(wanted.max_duration_seconds, _MINUTE),
            keep_newest=_plain(follow.keep_newest),
            keep_days=_plain(follow.keep_days),
            most_per_check=_plain(follow.most_per_check),
            most_gigabytes=_plain(follow.most_gigabytes),
            check_every_hours=_plain(follow.check_every_hours),
            priority="" if follow.priority == DEFAULT_PRIORITY else _plain(follow.priority),
            book_form=follow.form or "",
            as_show=_AS_SHOW[follow.as_show],
            speed=_plain(follow.speed_limit_kb),
        )

    @property
    def has_more(self) -> bool:
        """Return whether something is wanted that a form shows only to those who ask for more choices."""
        return self._replace(keep_newest="", keep_days="") != type(self)()

    def order(self, asked: Collection[str], filters: BookFilterOrder | None = None) -> dict[str, Any]:
        """Return as the API takes it what these fields say; what cannot be is left to the API, which refuses it.

        Args:
            asked: Which of the fields are meant.
            filters: What those that are not meant are for; a text may say less than what it stands for.
        """
        said: dict[str, Any] = {}
        if typed := {name: getattr(self, name) for name in _FILTERS if name in asked}:
            rest = (filters or BookFilterOrder()).model_dump()
            said["filters"] = rest | {_FILTERS[name][0]: _FILTERS[name][1](text) for name, text in typed.items()}
        for name, (known_as, read, usual) in _READ.items():
            if name in asked:
                text = getattr(self, name)
                said[known_as] = read(text) if text else usual
        return said


def order_typed(fields: FormFields) -> dict[str, Any]:
    """Return what a form says of a new follow, as the API takes it; what it does not ask is as usual."""
    return FollowChoices.typed(fields).order(_asked(fields))


def change_typed(fields: FormFields, follow: FollowView) -> dict[str, Any]:
    """Return what a form says otherwise of a follow, as the API takes it.

    What was left as it is shown stays what it is, each of the filters, too.
    """
    typed, now = FollowChoices.typed(fields), FollowChoices.of(follow)
    changed = [name for name in _asked(fields) if getattr(typed, name) != getattr(now, name)]
    return typed.order(changed, follow.filters)


def wrong_choice(fields: FormFields, error: ValidationError, words: Words) -> str:
    """Return a sentence on what of a form cannot be taken, by what the form calls it."""
    first = error.errors()[0]
    field, *parts = map(str, first["loc"])
    if field == "filters":
        said = _wrong_filter(parts, first["input"], words)
        field = parts[0] if parts else field
    else:
        said = None if field == "take" and fields("take") != "newest" else _wrong_values(words).get(field)
    return said or words.translated(
        in_a_form(wrong_fields([{**first, "loc": (words.gettext(_LABELS.get(field, field)),)}]))
    )


def _wrong_filter(parts: Sequence[str], typed: object, words: Words) -> str | None:
    if not parts:
        return words.gettext("The shortest cannot be longer than the longest.")
    if parts[0].endswith("duration_seconds"):
        return words.gettext("How long a book may be is a number of minutes, up to 166,666.")
    if parts[0] == "languages" and len(parts) > 1:
        said = words.gettext("No language called %(typed)s is known: write its name, or its code, as fr.")
        return said % {"typed": typed}
    return None


def _wrong_values(words: Words) -> Mapping[str, str]:
    _ = words.gettext
    kept = _("How much of it is kept is a whole number: up to 1,000 books, or up to 3,650 days.")
    return {
        "keep_newest": kept,
        "keep_days": kept,
        "take": _("How many of the newest is a whole number, from 1 to 1,000."),
        "most_per_check": _("How many at a time is a whole number, from 1 to 1,000."),
        "most_gigabytes": _("How much in all is a number of GB, up to 1,000,000."),
        "check_every_hours": _("How often it is checked is a number of hours, from 1 to 720."),
        "priority": _("The priority is a whole number, from 0 to 100."),
        "speed_limit_kb": _("A number of kilobytes a second is expected, or nothing."),
    }


def _asked(fields: FormFields) -> list[str]:
    """Return which of the fields a form has."""
    there = fields.all()
    return [name for name in FollowChoices._fields if name in there]


def _plain(number: float | None, unit: int = 1) -> str:
    return "" if number is None else f"{number / unit:f}".rstrip("0").rstrip(".") or "0"


def _languages_typed(text: str) -> list[str]:
    return [language_typed(each) for each in words_typed(text)]


def _length_typed(text: str) -> int | str | None:
    return seconds_typed(text) if text else None


#: What each field of the filters is to the API, and how it is read.
_FILTERS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "title": ("title_include", words_typed),
    "without": ("title_exclude", words_typed),
    "author": ("author_include", words_typed),
    "not_author": ("author_exclude", words_typed),
    "language": ("languages", _languages_typed),
    "least": ("min_duration_seconds", _length_typed),
    "most": ("max_duration_seconds", _length_typed),
}
#: What each of the other fields is to the API, how it is read, and what an empty one says.
_READ: Mapping[str, tuple[str, Callable[[str], Any], Any]] = {
    "keep_newest": ("keep_newest", whole_number_typed, None),
    "keep_days": ("keep_days", whole_number_typed, None),
    "most_per_check": ("most_per_check", whole_number_typed, None),
    "most_gigabytes": ("most_gigabytes", number_typed, None),
    "check_every_hours": ("check_every_hours", number_typed, None),
    "priority": ("priority", whole_number_typed, DEFAULT_PRIORITY),
    "book_form": ("form", str, None),
    "as_show": ("as_show", lambda text: _SHOW_SAID.get(text, text), None),
    "speed": ("speed_limit_kb", whole_number_typed, None),
}
#: What a form calls what the API takes, where no sentence of its own says what was expected.
_LABELS = {
    "title_include": "Title contains",
    "title_exclude": "Title leaves out",
    "author_include": "Author contains",
    "author_exclude": "Author leaves out",
    "languages": "Language",
    "form": "Files",
    "as_show": "Folders",
    "take": "What of it is added",
    "held_against": "Compare first with a folder",
    "url": "Link of a feed, a category or an author",
    "document": "What the file holds, or a link on each line",
}
